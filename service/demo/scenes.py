"""What the demonstration shows besides posts: channels in several states, an application that waits for a
decision, a secret case, an authority to dispose, a crisis that was, and duties that have come due."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, channels, crisis, items, profiles, retention
from service.actors import Actor
from service.cases import Arrival
from service.channels import Mandate
from service.deadlines import STOCKHOLM
from service.demo.examples import Examples
from service.evidence import Upload
from service.items import Post
from service.outbox import rounds
from service.store import ChannelRow, Database, PersonRow, TaskRow

Staff = Mapping[str, Actor]
CHANNEL = "Facebook, Exempelkommun"
SECRET = "secret_removed_and_registered"
_COMPLETE = {
    "information": ["responsible", "public_record", "forbidden", "own_responsibility", "personal_data"],
    "secrecy_notice": True,
    "linked_to_main": True,
    "communications_may_publish": True,
    "owner_kind": "sector",
    "account_type": "page",
    "answers": "Frågor och synpunkter om verksamheten",
    "answers_not": "Frågor om enskilda personers ärenden",
    "contact": "kontakt@exempelkommun.example",
}


def furnish(database: Database, *, now: datetime) -> None:
    """Make the scenes, once: nothing where they are already. The accounts must be there. `now` is aware
    UTC."""
    with database.write() as session:
        if session.scalar(select(ChannelRow.id).limit(1)) is not None:
            return
        staff = {
            row.login: Actor(row.id, row.name, frozenset(row.roles))
            for row in session.scalars(select(PersonRow))
        }
        _channels(session, staff, now)
        _application(session, staff, now - timedelta(hours=30))
        _secret(session, staff, now - timedelta(hours=3))
        _disposal(session, staff["disa"], now)
        _crisis(session, staff["karin"], now - timedelta(days=120))
    rounds.begin(database, now)


def _channels(session: Session, staff: Staff, now: datetime) -> None:
    prefix = channels.demands_of(session).url_prefix
    today = now.astimezone(STOCKHOLM).date()
    lately = {
        "last_capture_on": today - timedelta(days=60),
        "terms_saved_on": today - timedelta(days=60),
        "dpia_on": today - timedelta(days=60),
        "risk_analysis_on": today - timedelta(days=60),
    }

    def enter(name: str, platform: str, path: str, **facts: object) -> ChannelRow:
        fields = {
            **_COMPLETE,
            **lately,
            "name": name,
            "platform": platform,
            "url": f"https://social.example/{prefix}{path}",
            **facts,
        }
        return channels.register(session, fields, actor=staff["karin"], now=now)

    def appoint(row: ChannelRow, *people: tuple[str, str]) -> None:
        for part, login in people:
            mandate = Mandate(part, person_id=staff[login].id, need="Sköter kanalen i tjänsten")
            channels.appoint(session, row, mandate, actor=staff["karin"], now=now)

    def posts(row: ChannelRow) -> None:
        for days in (1, 3, 6, 8, 10):
            day = today - timedelta(days=days)
            channels.note_posts(session, row.id, day, 1, actor=staff["maria"], now=now)

    everyone = (("responsible", "maria"), ("administrator", "ordna"), ("deputy", "karin"))
    main = enter(
        "Exempelkommun",
        "Facebook",
        "exempelkommun",
        unit="Kommunikation",
        administration="Kommunledningskontoret",
        board="Kommunstyrelsen",
        purpose="Berätta vad som händer i kommunen och svara på frågor.",
        target_group="Alla som bor, verkar eller är på besök i kommunen",
        owner_kind="joint",
        # the yearly review of its mandates comes due now, whatever the municipality's profile says
        opened_on=today - timedelta(days=358),
    )
    library = enter(
        "Biblioteket",
        "Instagram",
        "biblioteket",
        unit="Biblioteket",
        administration="Kultur och fritid",
        board="Kulturnämnden",
        purpose="Tipsa om böcker och berätta om bibliotekets program.",
        target_group="Låntagare i alla åldrar",
        opened_on=today - timedelta(days=200),
    )
    roads = enter(
        "Gator och parker",
        "Facebook",
        "gator",
        unit="Tekniska",
        administration="Samhällsbyggnad",
        board="Tekniska nämnden",
        purpose="Berätta om vägarbeten, snöröjning och parker.",
        target_group="Alla som rör sig i kommunen",
        opened_on=today - timedelta(days=150),
    )
    festival = enter(
        "Kulturveckan",
        "Instagram",
        "kulturveckan",
        unit="Kultur och fritid",
        administration="Kultur och fritid",
        board="Kulturnämnden",
        purpose="Visa programmet under kulturveckan.",
        target_group="Besökare och medverkande",
        opened_on=today - timedelta(days=40),
        ends_on=today + timedelta(days=9),
    )
    for row in (main, library, festival):
        appoint(row, *everyone)
        posts(row)
    appoint(roads, ("responsible", "maria"))  # one administrator is too few
    posts(roads)
    for row in (main, library, roads, festival):
        if keeper := channels.demands_of(session).deposit_with:
            channels.deposit(session, row, keeper, actor=staff["karin"], now=now)
    closed = enter(
        "Fritidsgårdarna",
        "Snapchat",
        "fritidsgardarna",
        unit="Fritid",
        administration="Kultur och fritid",
        board="Kulturnämnden",
        purpose="Berätta om fritidsgårdarnas kvällar.",
        target_group="Unga 13–17 år",
        opened_on=today - timedelta(days=900),
    )
    then = now - timedelta(days=30)
    channels.begin_closing(session, closed.id, actor=staff["maria"], now=then)
    place = "Kommunarkivet, e-arkivet"
    channels.close(session, closed.id, archive_place=place, actor=staff["disa"], now=then)
    enter(
        "Kommunstyrelsens ordförande",
        "Facebook",
        "ordforanden",
        kind=channels.POLITICIAN,
        unit="Kommunikation",
        account_type="profile",
        disclaimer="Det här är den förtroendevaldas egen sida. Åsikterna är hennes egna.",
        contact="",
        information=[],
        secrecy_notice=False,
        last_capture_on=None,
    )


def _application(session: Session, staff: Staff, then: datetime) -> None:
    """An application that somebody else than the applicant has to look at now."""
    own = {
        "channel_name": "Kulturskolan",
        "platform": "Instagram",
        "channel_url": f"https://social.example/{channels.demands_of(session).url_prefix}kulturskolan",
        "unit": "Kulturskolan",
        "operating_unit": "Kulturskolan",
        "purpose": "Visa vad eleverna spelar och få fler att söka till kulturskolan.",
        "target_group": "Barn, unga och föräldrar",
        "answers": "Frågor om kurser och anmälan",
        "answers_not": "Frågor om enskilda elever",
        "contact": "kulturskolan@exempelkommun.example",
        "administrators": "Petra Hed\nMaria Lind",
    }
    examples = Examples(
        "channel-application", profiles.of(session).name, outcome="approved", today=then.date()
    )
    case = _begin(session, examples, staff["petra"], "Kulturskolan", then)
    for minutes in range(1, 5):
        task = _open(session, case, "applicant")
        if task is None:
            return
        answers = examples.answers(task.element)
        answers = {**answers, **{name: text for name, text in own.items() if name in answers}}
        at = then + timedelta(minutes=9 * minutes)
        cases.complete(session, task.id, answers, version=None, actor=staff["petra"], now=at)


def _secret(session: Session, staff: Staff, then: datetime) -> None:
    """A case that only its handler and the secrecy registrar know of: locked as it came in, its evidence
    sealed, the post to be taken down now."""
    elin = staff["elin"]
    post = Post(
        CHANNEL,
        "https://social.example/exempelkommun/posts/1044",
        "Profil utan namn",
        "[Uppgifter om en familjs kontakter med socialtjänsten]",
        then - timedelta(minutes=20),
    )
    shot = Upload("skarmbild.png", "image/png", screenshot())
    received = items.receive_post(session, post, [shot], actor=elin, now=then, process=items.SECRET)
    examples = Examples("secret-content", profiles.of(session).name, outcome=SECRET, today=then.date())
    task = _open(session, received.case_id, "secrecy_handler")
    if task is not None:
        answers = examples.answers(task.element)
        cases.complete(session, task.id, answers, version=None, actor=elin, now=then + timedelta(minutes=4))


def _begin(session: Session, examples: Examples, actor: Actor, unit: str, then: datetime) -> str:
    """A case begun by hand, as the page for it does. Returns its id."""
    title = f"{examples.definition.name} {then.astimezone(STOCKHOLM).date().isoformat()}"
    arrival = Arrival("Internt", title, then, unit)
    case = cases.open_case(session, examples.definition.process, arrival, actor=actor, now=then)
    session.flush()  # its first task is looked for
    return case.id


def _open(session: Session, case_id: str, role: str) -> TaskRow | None:
    return session.scalar(
        select(TaskRow)
        .where(TaskRow.case_id == case_id, TaskRow.role == role, TaskRow.status == "open")
        .order_by(TaskRow.opened_at, TaskRow.id)
        .limit(1)
    )


def _disposal(session: Session, archivist: Actor, now: datetime) -> None:
    today = now.date()
    authority = retention.enter_authority(
        session,
        number=f"KS {today.year - 1}/00417",
        decided_on=today - timedelta(days=280),
        decided_by="Kommunstyrelsen",
        actor=archivist,
        now=now,
    )
    retention.set_rule(session, "minor_post", months=3, authority_id=authority.id, actor=archivist, now=now)


def _crisis(session: Session, manager: Actor, then: datetime) -> None:
    """One that was: crisis mode is off."""
    crisis.start(
        session,
        reason="Brand vid återvinningscentralen",
        information_url="https://exempelkommun.example/kris",
        actor=manager,
        now=then,
    )
    crisis.end(session, reason="Branden är släckt", actor=manager, now=then + timedelta(hours=9))


def screenshot() -> bytes:
    """A picture of a post, as a person would paste it: PNG, grey boxes and no words of anybody's."""
    picture = Image.new("RGB", (640, 300), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 44), fill="#0b4f6c")
    draw.ellipse((24, 68, 72, 116), fill="#a9b6c0")
    for top, right in ((78, 260), (100, 190), (150, 600), (178, 560), (206, 420)):
        draw.rectangle((92 if top < 140 else 24, top, right, top + 12), fill="#d3dae0")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
