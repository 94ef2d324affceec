"""The demonstration's people and cases: invented, plausible, in different stages. No real person's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, items, people
from service.actors import ROLES, SYSTEM, Actor
from service.items import Post
from service.store import PersonRow, TaskRow


@dataclass(frozen=True, slots=True)
class Account:
    """Someone to sign in as. The password is for the demonstration alone and is shown on its first page."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]
    password: str

    @property
    def role(self) -> str:
        """The roles' Swedish names, as the first page shows them."""
        return ", ".join(ROLES[role] for role in self.roles)


ACCOUNTS: tuple[Account, ...] = (
    Account("maria", "Maria Lind", "Kommunikation", ("channel_administrator",), "snöröjning på torget"),
    Account("johan", "Johan Ek", "Tekniska", ("case_officer",), "gungan på lekplatsen"),
    Account("anna", "Anna Berg", "Kansli", ("registrar",), "diariet öppnar klockan åtta"),
    Account("sten", "Sten Falk", "IT", ("system_administrator", "process_owner"), "servern står i källaren"),
    Account(
        "ordna",
        "Alva Nyström",
        "Kansli",
        ("channel_administrator", "case_officer", "registrar"),
        "ordning i sociala medier",
    ),
)


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
    if session.scalar(select(PersonRow.id).where(PersonRow.login == ACCOUNTS[0].login)) is not None:
        return []
    staff = []
    for account in ACCOUNTS:
        password = people.new_password(account.password, account.login)  # nobody waits: nothing is served yet
        row = people.create(
            session,
            login=account.login,
            name=account.name,
            unit=account.unit,
            password=password,
            roles=account.roles,
            now=now,
            actor=SYSTEM,
        )
        staff.append(Actor(row.id, row.name, frozenset(account.roles)))
    return [_make(session, sample, staff, now=now) for sample in SAMPLES]


def _make(session: Session, sample: Sample, staff: Sequence[Actor], *, now: datetime) -> str:
    then = now - timedelta(hours=sample.hours_ago)
    received = items.receive_post(session, sample.post, (), actor=SYSTEM, now=then)
    for step, (name, answers) in enumerate(sample.done, start=1):
        task = session.scalars(
            select(TaskRow).where(
                TaskRow.case_id == received.case_id, TaskRow.name == name, TaskRow.status == "open"
            )
        ).one()
        cases.complete(
            session,
            task.id,
            answers,
            version=None,
            now=then + timedelta(minutes=7 * step),
            actor=next(actor for actor in staff if actor.may(task.role)),
        )
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
