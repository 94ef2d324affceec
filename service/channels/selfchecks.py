"""What is wrong with a channel, found by the register itself: pure findings, which others open cases from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels import life, mandates
from service.channels.demands import Demands
from service.channels.words import INFORMATION, POLITICIAN
from service.store import ChannelDayRow, ChannelPersonRow, ChannelRow, CustodyRow, PersonRow

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `code` says what, `text` is a Swedish sentence, `key` the profile's key it follows from
    (or empty), `rules` the rules that ask for it, `duty` the kind of duty that sees to it."""

    code: str
    text: str
    rules: tuple[str, ...]
    duty: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one channel: its row, the mandates that hold, those of them whose account is
    closed, its deposits, and its own posts by day."""

    channel: ChannelRow
    people: Collection[ChannelPersonRow]
    left: Collection[str]
    """Ids of persons whose account is closed."""
    custody: Collection[CustodyRow]
    posts: Mapping[date, int]


def check(known: Known, demands: Demands, today: date) -> list[Finding]:
    """Everything that is wrong with a channel in use, worst first. Channels that are not in use, and links
    to politicians' own channels, have no findings."""
    channel = known.channel
    if channel.state not in ("active", "inactive_warning") or channel.kind == POLITICIAN:
        return []
    found = [
        *_staff(known, demands),
        *_papers(channel, demands, today),
        *_activity(known, demands, today),
        *_account(channel, demands),
    ]
    return found


def _staff(known: Known, demands: Demands) -> list[Finding]:
    here = [p for p in known.people if p.person_id not in known.left or p.person_id is None]
    gone = len(known.people) - len(here)
    found = []
    if gone:
        text = (
            f"{gone} med uppdrag i kanalen har slutat. Återkalla uppdragen och byt inloggningsuppgifterna."
            if gone > 1
            else "En person med uppdrag i kanalen har slutat. Återkalla uppdraget och byt "
            "inloggningsuppgifterna."
        )
        found.append(Finding("left", text, ("YST-05", "YST-06", "SAT-21"), "credential_rotation"))
    count = len({(p.person_id, p.name) for p in here if p.part in ("administrator", "responsible")})
    if count < demands.admins_min:
        found.append(
            Finding(
                "too_few_administrators",
                f"Kanalen har {count} som kan administrera den. Minst {demands.admins_min} krävs.",
                ("BRO-12", "YST-05", "SAT-21", "ORE-15"),
                "administrators",
                "admins.min",
            )
        )
    if sum(p.part == "responsible" for p in here) != 1:
        found.append(
            Finding("no_responsible", "Kanalen saknar en ansvarig.", ("SAT-22", "HAP-07"), "administrators")
        )
    if demands.deputy and not any(p.part == "deputy" for p in here):
        found.append(
            Finding(
                "no_deputy",
                "Kanalen saknar ersättare vid frånvaro.",
                ("YST-24", "SAT-24", "HAP-31"),
                "deputy",
                "deputy.appointed_by",
            )
        )
    if demands.deposit_with and not any(c.ended_on is None for c in known.custody):
        found.append(
            Finding(
                "no_custody",
                "Inloggningsuppgifterna är inte deponerade.",
                ("YST-06", "YST-07", "SAT-23"),
                "credential_deposit",
                "credentials.custody",
            )
        )
    return found


def _papers(channel: ChannelRow, demands: Demands, today: date) -> list[Finding]:
    found = []
    if channel.ends_on is not None and channel.ends_on < today:
        found.append(
            Finding(
                "past_its_end",
                f"Kanalen skulle ha avslutats {channel.ends_on.isoformat()}.",
                ("HAP-11",),
                "close_channel",
                "inactivity.action",
            )
        )
    due = capture_due(channel, demands.capture_months)
    if due is not None and due < today:
        text = (
            f"Ögonblicksbilden är försenad, skulle ha sparats senast {due.isoformat()}."
            if channel.last_capture_on
            else "Kanalen har ingen sparad ögonblicksbild."
        )
        rules = ("BRO-19", "YST-18", "ORE-28", "HAP-29")
        found.append(Finding("capture_overdue", text, rules, "capture", "capture.interval"))
    if demands.terms and channel.terms_saved_on is None:
        found.append(
            Finding(
                "terms_missing", "Användarvillkoren är inte sparade.", ("BRO-20",), "terms", "terms.snapshot"
            )
        )
    if not channel.secrecy_notice:
        found.append(
            Finding(
                "secrecy_notice_missing",
                "Kanalen upplyser inte om att sekretessbelagda uppgifter inte ska skrivas.",
                ("ORE-24",),
                "information",
            )
        )
    absent = len(set(INFORMATION) - set(channel.information))
    if absent:
        found.append(
            Finding(
                "information_missing",
                f"{absent} av {len(INFORMATION)} punkter saknas i informationen till besökare.",
                ("YST-11", "SAT-07", "HAP-15"),
                "information",
            )
        )
    if channel.dpia_on is None:
        found.append(
            Finding(
                "dpia_missing",
                "Konsekvensbedömningen för dataskydd är inte gjord.",
                ("SAT-18", "HAP-37"),
                "dpia_review",
            )
        )
    return found


def _activity(known: Known, demands: Demands, today: date) -> list[Finding]:
    """Too few own posts in the seven days that ended yesterday. A time-limited channel, and one that has
    not been in use for a week, are exempt. Source: Säter 2021 §6, "Minst två inlägg per vecka"."""
    channel = known.channel
    least = demands.min_posts
    if not least or channel.ends_on is not None:
        return []
    if channel.opened_on is not None and channel.opened_on > today - _WEEK:
        return []
    posts = sum(n for day, n in known.posts.items() if today - _WEEK <= day < today)
    if posts >= least:
        return []
    text = f"Kanalen hade {posts} inlägg de senaste sju dagarna. Minst {least} i veckan gäller."
    rules = ("SAT-29", "SAT-30", "BRO-09")
    return [Finding("inactive", text, rules, "activity", "activity.min_posts")]


def _account(channel: ChannelRow, demands: Demands) -> list[Finding]:
    found = []
    wrong = life.account_refused(channel.account_type, channel.open_to_all, demands.account_type)
    if wrong:
        code = "personal_account" if channel.account_type == "personal" else "account_type"
        rules = ("YST-15", "HAP-34", "HAP-36")
        found.append(Finding(code, wrong, rules, "account", "account.type"))
    if demands.account_type == "linked" and not channel.linked_to_main:
        text = "Kontot är inte kopplat till kommunens huvudkonto."
        found.append(Finding("not_linked", text, ("SAT-13",), "account", "account.type"))
    if not life.follows_naming(channel.url, demands.url_prefix):
        text = f"Adressens sista led börjar inte med ”{demands.url_prefix}”."
        found.append(Finding("url_naming", text, ("YST-13",), "account", "url.naming"))
    if not channel.comments_on and not channel.comments_off_reason:
        text = "Kommentarer är avstängda utan angivna skäl."
        found.append(Finding("comments_off", text, ("YST-23",), "account"))
    return found


def capture_due(channel: ChannelRow, months: int) -> date | None:
    """The last day for the next capture: so many months after the last one, or the day the channel opened
    where there is none. None where no rule says anything."""
    if not months:
        return None
    if channel.last_capture_on is None:
        return channel.opened_on
    return months_after(channel.last_capture_on, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def of_channel(session: Session, channel: ChannelRow, demands: Demands, today: date) -> list[Finding]:
    """The findings of one channel, looked up."""
    return check(known(session, channel, today), demands, today)


def of_all(session: Session, demands: Demands, today: date) -> dict[str, list[Finding]]:
    """Channel id → findings, of every channel in use that has any."""
    in_use = select(ChannelRow).where(ChannelRow.state.in_(("active", "inactive_warning")))
    rows = session.scalars(in_use.order_by(ChannelRow.name, ChannelRow.id)).all()
    found = {row.id: of_channel(session, row, demands, today) for row in rows}
    return {channel: findings for channel, findings in found.items() if findings}


def known(session: Session, channel: ChannelRow, today: date) -> Known:
    """What the checks look at, of one channel."""
    people = mandates.people(session, channel.id, today)
    ids = [p.person_id for p in people if p.person_id]
    left = session.scalars(select(PersonRow.id).where(PersonRow.id.in_(ids), PersonRow.active.is_(False)))
    days = session.execute(
        select(ChannelDayRow.day, ChannelDayRow.posts).where(
            ChannelDayRow.channel_id == channel.id, ChannelDayRow.day >= today - _WEEK
        )
    )
    return Known(
        channel,
        people,
        frozenset(left),
        mandates.custody(session, channel.id),
        {row.day: row.posts for row in days},
    )
