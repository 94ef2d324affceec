"""The demonstration's posts: invented, plausible, in different stages. No real person's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, items
from service.actors import SYSTEM, Actor
from service.demo import accounts
from service.demo.accounts import ACCOUNTS, Account
from service.items import Post
from service.store import TaskRow

__all__ = ["ACCOUNTS", "SAMPLES", "Account", "Sample", "fill", "mail"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One case: what came in, how many hours ago, and the tasks that are already done (name → answers)."""

    post: Post
    hours_ago: float
    done: tuple[tuple[str, Mapping[str, object]], ...] = field(default=())


_COMPLAINT = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
_QUESTION = {
    "kind_of_item": "question",
    "remove": "no",
    "response": "answer",
    "belongs_to": "none",
    "insignificant": True,
}
_REMOVE = {
    "kind_of_item": "other",
    "remove": "yes",
    "category": "insult",
    "response": "monitor",
    "belongs_to": "none",
}
_ANSWER = {
    "answer_text": "Hej! Tack för att du hör av dig. Vi har lämnat det vidare och återkommer. "
    "/Johan, Tekniska",
    "answered_how": "public_reply",
    # what the municipality's own form asks for besides: how its answers are signed
    "signed_first_name": "Johan",
    "signed_function": "handläggare",
    "signed_unit": "Tekniska",
    "signed_municipality": "yes",
}


def _register(subject: str) -> dict[str, object]:
    return {"register_in": "new", "case_subject": subject}


SAMPLES: tuple[Sample, ...] = (
    Sample(
        Post(
            "Facebook, Exempelkommun",
            "https://social.example/exempelkommun/posts/1041",
            "Karin S",
            "Lekplatsen vid Ängsgatan har haft en trasig gunga i tre veckor nu. Jag har ringt två "
            "gånger. När tänker ni laga den? Mitt barn slog sig i går.",
            None,
        ),
        2,
    ),
    Sample(
        Post(
            "Instagram, Kultur och fritid",
            "https://social.example/kultur/p/88",
            "per_cyklar",
            "Varför är cykelvägen till simhallen avstängd utan skyltning?",
            None,
        ),
        100,
    ),
    Sample(
        Post(
            "Facebook, Biblioteket",
            "https://social.example/biblioteket/posts/512",
            "Lisbeth H",
            "Har ni öppet på trettondagen?",
            None,
        ),
        5,
    ),
    Sample(
        Post(
            "Facebook, Exempelkommun",
            "https://social.example/exempelkommun/posts/1037",
            "Okänd profil",
            "[Kränkande ord om en namngiven medarbetare]",
            None,
        ),
        8,
        (("Bedöm inlägget", _REMOVE),),
    ),
    Sample(
        Post(
            "Facebook, Exempelkommun",
            "https://social.example/exempelkommun/posts/1032",
            "Ingrid Å",
            "Snöröjningen på Björkvägen har inte fungerat en enda morgon denna vecka.",
            None,
        ),
        20,
        (("Bedöm inlägget", _COMPLAINT),),
    ),
    Sample(
        Post(
            "Facebook, Exempelkommun",
            "https://social.example/exempelkommun/posts/1029",
            "Göran P",
            "Soptunnorna vid badplatsen har inte tömts på två veckor.",
            None,
        ),
        26,
        (
            ("Bedöm inlägget", _COMPLAINT),
            ("Registrera i diariet", _register("Synpunkt på tömning av papperskorgar vid badplats")),
        ),
    ),
    Sample(
        Post(
            "Facebook, Exempelkommun",
            "https://social.example/exempelkommun/posts/1021",
            "Fatima R",
            "Belysningen på gångvägen mellan skolan och centrum är släckt. Det är mörkt när barnen går.",
            None,
        ),
        50,
        (
            ("Bedöm inlägget", _COMPLAINT),
            ("Besvara inlägget", _ANSWER),
            ("Registrera i diariet", _register("Felanmälan om belysning på gångväg")),
        ),
    ),
)


def fill(session: Session, *, now: datetime) -> list[str]:
    """Make the accounts and the sample cases. Returns the cases' ids in the order of `SAMPLES`, or none
    where a kept folder has them already."""
    staff = accounts.create(session, now=now)
    return [_make(session, sample, list(staff.values()), now=now) for sample in SAMPLES] if staff else []


def _make(session: Session, sample: Sample, staff: Sequence[Actor], *, now: datetime) -> str:
    then = now - timedelta(hours=sample.hours_ago)
    received = items.receive_post(session, sample.post, (), actor=SYSTEM, now=then)
    for step, (name, answers) in enumerate(sample.done, start=1):
        found, role = session.execute(
            select(TaskRow.id, TaskRow.role).where(
                TaskRow.case_id == received.case_id, TaskRow.name == name, TaskRow.status == "open"
            )
        ).one()
        at = then + timedelta(minutes=7 * step)
        actor = next(actor for actor in staff if actor.may(role))
        form = cases.form_of(session, cases.open_task(session, found, actor, now=at))
        asked = {one.name for one in form.fields} if form else set()
        given = {name: value for name, value in answers.items() if name in asked}
        cases.complete(session, found, given, version=None, now=at, actor=actor)
    return received.case_id


def mail(*, now: datetime) -> bytes:
    """The e-mail that `ordna demo --check` sends when it is given none."""
    message = EmailMessage()
    message["From"] = "Nils Exempel <nils@post.example>"
    message["To"] = "kommun@exempelkommun.example"
    message["Subject"] = "Klagomål på övergångsstället vid skolan"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<klagomal-{int(now.timestamp())}@post.example>"
    message.set_content(
        "Hej!\n\nBilarna stannar inte vid övergångsstället utanför Björkskolan. "
        "Kan kommunen göra något åt det?\n\nVänliga hälsningar\nNils\n"
    )
    message.add_attachment(
        "Plats: övergångsstället vid Björkskolan\n".encode(),
        maintype="text",
        subtype="plain",
        filename="plats.txt",
    )
    return message.as_bytes()
