"""The life of a channel: what must hold before it is active, the warnings, and the end that keeps the row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from adapters.mail import one_line
from service import history
from service.actors import ROLES, Actor
from service.channels import addresses, mandates
from service.channels.demands import Demands
from service.channels.register import hold
from service.channels.words import INFORMATION, POLITICIAN, STATES, STEPS
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Invalid
from service.store import ChannelPersonRow, ChannelRow, CustodyRow


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not in place: a short code, a Swedish sentence, and the rules that ask for it."""

    code: str
    text: str
    rules: tuple[str, ...]


class Incomplete(Conflict):
    """Kanalen kan inte tas i bruk än."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__("Kanalen kan inte tas i bruk än. " + " ".join(one.text for one in missing))
        self.missing = tuple(missing)


def missing(
    channel: ChannelRow,
    people: Collection[ChannelPersonRow],
    custody: Collection[CustodyRow],
    demands: Demands,
) -> list[Missing]:
    """What onboarding still lacks, in the order it is usually seen to. `people` are the mandates that hold
    today. Pure: looks at nothing else."""
    if channel.kind == POLITICIAN:
        return []
    found = [*_basics(channel), *_staff(people, demands)]
    if demands.deposit_with and not any(kept.ended_on is None for kept in custody):
        keeper = ROLES[demands.deposit_with].lower()
        rules = ("YST-06", "YST-07") if demands.deposit_with == "web_strategist" else ("SAT-23",)
        found.append(
            Missing("credentials", f"Inloggningsuppgifterna är inte lämnade till {keeper}en.", rules)
        )
    if demands.terms and channel.terms_saved_on is None:
        found.append(Missing("terms", "Användarvillkoren är inte sparade.", ("BRO-20",)))
    absent = [text for point, text in INFORMATION.items() if point not in channel.information]
    if absent:
        listed = "; ".join(text[0].lower() + text[1:] for text in absent)
        found.append(
            Missing(
                "information",
                f"Informationen till besökare saknar: {listed}.",
                ("YST-11", "SAT-07", "SAT-09", "ORE-03", "HAP-15"),
            )
        )
    if not channel.secrecy_notice:
        found.append(
            Missing(
                "secrecy_notice",
                "Kanalen upplyser inte om att sekretessbelagda uppgifter inte ska skrivas.",
                ("ORE-24",),
            )
        )
    if channel.dpia_on is None:
        found.append(
            Missing("dpia", "Konsekvensbedömningen för dataskydd är inte gjord.", ("SAT-18", "HAP-37"))
        )
    if demands.capture_months and channel.last_capture_on is None:
        found.append(
            Missing(
                "first_capture",
                "Den första ögonblicksbilden är inte sparad.",
                ("BRO-19", "YST-18", "ORE-28", "HAP-29"),
            )
        )
    return found + _account(channel, demands)


def _basics(channel: ChannelRow) -> list[Missing]:
    found = []
    for code, value, text, rules in (
        ("url", channel.url, "Kanalens adress är inte ifylld.", ("BRO-10", "ORE-32")),
        ("purpose", channel.purpose, "Kanalens syfte är inte ifyllt.", ("BRO-10", "SAT-01", "ORE-01")),
        ("contact", channel.contact, "Kontaktvägen för besökare är inte ifylld.", ("YST-11", "ORE-03")),
        ("board", channel.board, "Personuppgiftsansvarig nämnd är inte ifylld.", ("YST-21", "SAT-18")),
    ):
        if not value:
            found.append(Missing(code, text, rules))
    return found


def _staff(people: Collection[ChannelPersonRow], demands: Demands) -> list[Missing]:
    found = []
    count = len({(p.person_id, p.name) for p in people if p.part in ("administrator", "responsible")})
    if count < demands.admins_min:
        found.append(
            Missing(
                "administrators",
                f"Minst {demands.admins_min} ska kunna administrera kanalen, nu är det {count}.",
                ("BRO-12", "YST-05", "SAT-21", "ORE-15"),
            )
        )
    if sum(p.part == "responsible" for p in people) != 1:
        found.append(
            Missing("responsible", "Kanalen ska ha exakt en ansvarig.", ("SAT-22", "HAP-07", "YST-24"))
        )
    if demands.deputy and not any(p.part == "deputy" for p in people):
        found.append(
            Missing("deputy", "Ingen ersättare är utsedd.", ("YST-24", "SAT-24", "ORE-15", "HAP-31"))
        )
    return found


def _account(channel: ChannelRow, demands: Demands) -> list[Missing]:
    found = []
    wrong = account_refused(channel.account_type, channel.open_to_all, demands.account_type)
    if wrong:
        found.append(Missing("account_type", wrong, ("YST-15", "ORE-34", "HAP-34", "HAP-36")))
    if demands.account_type == "linked" and not channel.linked_to_main:
        found.append(Missing("linked", "Kontot är inte kopplat till kommunens huvudkonto.", ("SAT-13",)))
    if not follows_naming(channel.url, demands.url_prefix):
        text = f"Adressens sista led ska börja med ”{demands.url_prefix}”."
        found.append(Missing("url_naming", text, ("YST-13",)))
    return found


def account_refused(account_type: str, open_to_all: bool, rule: str) -> str:
    """Why an account of that type may not be a channel under the profile's `account.type`, or nothing."""
    if account_type == "personal":
        return "Ett personligt konto får inte vara en kanal."
    if rule == "page" and account_type in ("profile", "group"):
        return "Kontot ska vara en sida, inte en profil eller grupp."
    if rule == "organisation" and account_type in ("profile", "group"):
        return "Kontot ska vara en företagssida eller ett företagskonto."
    if rule == "open" and not open_to_all:
        return "Kontot ska vara öppet för alla."
    return ""


def follows_naming(url: str | None, prefix: str) -> bool:
    """Whether the last part of the address begins as the profile's `url.naming` says. No address yet, or
    no rule: yes."""
    if not url or not prefix:
        return True
    try:
        return addresses.last_part(url).lstrip("@").startswith(prefix.casefold())
    except addresses.NoAddress:
        return False


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────


def move(session: Session, channel_id: str, state: str, *, actor: Actor, now: datetime) -> ChannelRow:
    """Take the channel to `state`, one step of its life; to where it stands already changes nothing.
    Raises Conflict where the life does not lead there."""
    row = hold(session, channel_id)
    if row.state == state:
        return row
    if state not in STEPS[row.state]:
        was, wanted = STATES[row.state].lower(), STATES.get(state, state).lower()
        raise Conflict(f"Kanalen är ”{was}” och kan inte bli ”{wanted}”.")
    old, row.state, row.changed_at = row.state, state, now
    session.flush()  # the next step of the same transaction sees this one
    history.append_system(
        session,
        "channel_state",
        at=now,
        actor=actor.id,
        data={"channel": row.id, "from": old, "to": state},
    )
    return row


def activate(
    session: Session, channel_id: str, demands: Demands, *, actor: Actor, now: datetime
) -> ChannelRow:
    """Take the channel into use. Raises Incomplete with everything that is missing."""
    row = hold(session, channel_id)
    today = now.astimezone(STOCKHOLM).date()
    lacks = missing(row, mandates.people(session, row.id, today), mandates.custody(session, row.id), demands)
    if lacks:
        raise Incomplete(lacks)
    row = move(session, channel_id, "active", actor=actor, now=now)
    row.opened_on = row.opened_on or today
    return row


def warn_inactive(session: Session, channel_id: str, *, actor: Actor, now: datetime) -> ChannelRow:
    """Say that the channel is inactive and may be closed. Source: Bromölla, Säter 2021 §6."""
    return move(session, channel_id, "inactive_warning", actor=actor, now=now)


def begin_closing(session: Session, channel_id: str, *, actor: Actor, now: datetime) -> ChannelRow:
    """Begin to close: last capture, delivery, credentials."""
    return move(session, channel_id, "closing", actor=actor, now=now)


def close(
    session: Session,
    channel_id: str,
    *,
    archive_place: str = "",
    on: date | None = None,
    actor: Actor,
    now: datetime,
) -> ChannelRow:
    """Close for good: every mandate and deposit ends, the row stays with its dates, and visitors still
    find it. Raises Invalid where the last day is before the first."""
    row = move(session, channel_id, "archived", actor=actor, now=now)
    today = now.astimezone(STOCKHOLM).date()
    closed_on = on or today
    if row.opened_on and closed_on < row.opened_on:
        raise Invalid(fields={"closed_on": "Kanalen kan inte ha stängts innan den öppnades."})
    row.closed_on = closed_on
    row.archive_place = one_line(archive_place, 300) or row.archive_place
    for held in mandates.people(session, row.id, today):
        mandates.withdraw(session, held.id, actor=actor, now=now)
    for kept in mandates.custody(session, row.id):
        kept.ended_on = kept.ended_on or today
    return row


def reject(session: Session, channel_id: str, *, actor: Actor, now: datetime) -> ChannelRow:
    """The application is refused: the channel never comes into use."""
    return move(session, channel_id, "rejected", actor=actor, now=now)
