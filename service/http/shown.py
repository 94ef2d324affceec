"""How values look on a page: times on a Swedish wall, sizes, sentences. No rule is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from service import crisis, inbox
from service.actors import ROLES
from service.deadlines import STOCKHOLM
from service.http import guard
from service.http.house import house, now, reading, signed_in
from service.http.language import known, language, t
from service.http.policy import Access, allows
from service.inbox import CaseLine, HistoryView, OpenTask, TaskLine, Urgency, View
from workflows.forms import Field
from workflows.forms.formats import is_web_address

VIEW_NAMES: Mapping[View, str] = {"mine": "mina", "group": "gruppens", "all": "alla"}
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Pictures that a page may show; everything else is only ever downloaded."""
NOTICES = frozenset(
    {
        "kanal_sparad",
        "kanal_uppdrag",
        "kanal_deponerad",
        "kanal_samtycke",
        "kanal_lage",
        "kanal_sedd",
        "kris_pa",
        "kris_av",
        "kris_kanal",
        "kris_lamnad",
        "bevis_sparat",
        "bevis_forseglat",
        "bevis_ofullstandigt",
        "kopior_forstorda",
        "bild_sparad",
        "klar",
        "utkast",
        "tagen",
        "lamnad",
        "registrerat",
        "startat",
        "fanns",
        "skickas",
        "hanterad",
        "avbruten",
        "sag_found",
        "sag_none",
        "sag_several",
        "sag_differs",
        "sag_no_answer",
        "konto_sparat",
        "konto_avstangt",
        "konto_oppnat",
        "losenord_bytt",
        "franvaro_inlagd",
        "franvaro_ersattare",
        "franvaro_slut",
        "utloggad",
        "meddelande_lamnat",
        "meddelande_borta",
        "meddelande_brast",
        "behorighet_given",
        "behorighet_tagen",
        "markering_gjord",
        "beslut_inlagt",
        "beslut_avslutat",
        "frist_satt",
        "forslag_gjort",
        "forslag_inget",
        "forslag_avslaget",
        "gallrat",
        "stopp_satt",
        "stopp_havt",
        "utkast_sparat",
        "utkast_lamnat",
        "utkast_taget",
        "utkast_avslaget",
        "utkast_kastat",
        "utkast_publicerat",
        "utkast_godtaget",
        "arende_pausat",
        "arende_igang",
        "arende_flyttat",
        "arende_avbrutet",
        "version_pausad",
        "version_igang",
        "fel_gick",
        "fel_skickat",
        "fel_antecknat",
        "utkast_pausat",
        "steg_lika",
        "utkast_sammanslaget",
        "kommentar_sparad",
        "kommentar_klar",
        "delad_avbojd",
    }
)
_STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline: when, and a sentence."""

    at: datetime
    text: str


# ── times and sizes ──────────────────────────────────────────────────────────────────────────────────


def clock(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%H:%M")


def day(moment: datetime) -> str:
    """`20 nov`, with the year when it is another year."""
    local = moment.astimezone(STOCKHOLM)
    text = f"{local.day} {t('time.months').split()[local.month - 1]}"
    return text if local.year == now().astimezone(STOCKHOLM).year else f"{text} {local.year}"


def moment(when: datetime) -> str:
    """`10:31` today, `20 nov 10:31` another day."""
    if when.astimezone(STOCKHOLM).date() == now().astimezone(STOCKHOLM).date():
        return clock(when)
    return f"{day(when)} {clock(when)}"


def moment_long(when: datetime) -> str:
    """`20 november 2026 kl. 10:31`."""
    local = when.astimezone(STOCKHOLM)
    date = f"{local.day} {t('time.months_long').split()[local.month - 1]} {local.year}"
    return t("time.at", day=date, clock=clock(when))


def span(length: timedelta) -> str:
    """`35 min`, `2 tim`, `1 dag`, `3 dagar`: rounded down to what is left of the largest unit."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 60:
        return t("time.minutes", n=minutes)
    if minutes < 24 * 60:
        return t("time.hours", n=minutes // 60)
    days = minutes // (24 * 60)
    return t("time.one_day") if days == 1 else t("time.days_n", n=days)


def due_short(line: TaskLine) -> str:
    match line.due_at, line.urgency:
        case None, _:
            return t("time.none")
        case datetime(), "late" if line.at_once:
            return t("time.at_once")
        case datetime() as due, "late":
            return span(now() - due)
        case datetime() as due, "today":
            return t("time.clock", clock=clock(due))
        case datetime() as due, _:
            return _day_ahead(due)


def _day_ahead(due: datetime) -> str:
    local, today = due.astimezone(STOCKHOLM), now().astimezone(STOCKHOLM).date()
    if local.date() - today == timedelta(days=1):
        return t("time.tomorrow")
    return f"{t('time.days').split()[local.weekday()]} {day(due)}"


def due_long(line: TaskLine) -> str:
    match line.due_at, line.urgency:
        case None, _:
            return t("time.none_long")
        case datetime(), "late" if line.at_once:
            return t("time.at_once_long")
        case datetime() as due, "late":
            return t("time.late_long", span=span(now() - due), when=moment(due))
        case datetime() as due, "today":
            return t("time.today_long", clock=clock(due))
        case datetime() as due, _:
            return t("time.later_long", when=t("time.at", day=_day_ahead(due), clock=clock(due)))


@dataclass(frozen=True, slots=True)
class Dated:
    due_at: datetime | None
    urgency: Urgency
    at_once: bool


def dated(task: OpenTask) -> Dated:
    return Dated(task.due_at, inbox.urgency(task.due_at, now()), task.at_once)


def size(count: int) -> str:
    """`412 kB`, `1,4 MB`: powers of ten, as on a disk."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count // 1000} kB"
    text = f"{count / 1_000_000:.1f} MB"
    return text.replace(".", ",") if language() == "sv" else text


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────


def events(history: Sequence[HistoryView], names: Mapping[str, str]) -> list[Event]:
    """The history as sentences, newest first. `names` gives the elements' names in the model."""
    return [Event(e.at, _sentence(e, names)) for e in reversed(history) if e.kind != "passed"]


def _sentence(event: HistoryView, names: Mapping[str, str]) -> str:
    key = f"history.{event.kind}"
    if event.kind == "registered" and event.data.get("how") == "by_hand":
        key = "history.registered_by_hand"
    if event.kind == "task_completed" and event.stood_in_for is not None:
        key = "history.task_completed_for"
    name = event.data.get("name") or names.get(event.element or "", event.element or "")
    return t(
        key if known(key) else "history.other",
        actor=event.actor,
        kind=event.kind,
        name=name,
        number=event.data.get("number", ""),
        absent=event.stood_in_for or "",
    )


def case_status(case: CaseLine) -> str:
    key = {"open": "case.open", "closed": "case.closed_status", "incident": "case.incident"}
    return t(key[case.status]) if case.status in key else case.status


def role_name(role: str) -> str:
    return t(f"role.{role}") if known(f"role.{role}") else role


def role_names(roles: Collection[str]) -> str:
    """A person's roles in the order that all lists of roles have."""
    return ", ".join(role_name(role) for role in ROLES if role in roles) or t("people.no_roles")


def notice() -> str | None:
    """What just happened, after a redirect: one of a closed set of sentences."""
    wanted = request.args.get("meddelande")
    return t(f"notice.{wanted}") if wanted in NOTICES else None


# ── forms and links ──────────────────────────────────────────────────────────────────────────────────


def input_type(field: Field) -> str:
    kinds = {"date": "date", "date-time": "datetime-local", "email": "email", "uri": "url"}
    if field.type in ("integer", "number"):
        return "number"
    return kinds.get(field.format or "", "text")


def input_value(field: Field, value: object) -> str:
    if value is None:
        return ""
    if field.format == "date-time" and isinstance(value, str):
        return _local(value)
    return str(value)


def _local(text: str) -> str:
    """A moment with an offset as the clock on the wall, which is what a browser's field holds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M") if moment.tzinfo else text


def browser_value(value: object) -> str:
    """What a browser's form holds when the field has this value."""
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


def inbox_url(*, view: View, search: str = "", after: str | None = None) -> str:
    asked = {"visa": VIEW_NAMES[view], "sok": search, "efter": after or ""}
    return "/inkorg?" + urlencode({name: value for name, value in asked.items() if value})


def part_url(view: View, search: str, after: str, current: str | None) -> str:
    """The same list by itself, beside the same task."""
    asked = {"visa": VIEW_NAMES[view], "sok": search, "efter": after, "vid": current or ""}
    return "/inkorg/lista?" + urlencode({name: value for name, value in asked.items() if value})


def task_url(task_id: str, view: View, search: str = "") -> str:
    asked = {"visa": VIEW_NAMES[view], "sok": search}
    return f"/uppgifter/{task_id}?" + urlencode({n: v for n, v in asked.items() if v})


def other_language_url() -> str:
    """This very page in the other language."""
    kept = [(n, v) for n, v in request.args.items(multi=True) if n not in {"sprak", "meddelande"}]
    path = request.path if request.method in guard.SAFE else "/inkorg"
    return f"{path}?{urlencode([*kept, ('sprak', t('site.other_code'))])}"


@cache
def asset(name: str) -> str:
    """A static file's address with its content's hash: cached for ever, never stale."""
    return f"/static/{name}?v={hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]}"


def crisis_on() -> bool:
    """Whether staff are told that crisis mode is on. A page about trouble does not fail for it."""
    try:
        with reading() as session:
            return crisis.current(session) is not None
    except SQLAlchemyError:
        return False


def _context() -> dict[str, object]:
    found = signed_in()
    return {
        "me": found,
        "municipality": house().settings.municipality,
        "notice": notice(),
        "may_see_cases": found is not None and inbox.may_see_cases(found.actor),
        "may_dispose": found is not None and allows(Access.ARCHIVIST, found.actor, loopback=False),
        "may_see_channels": found is not None and allows(Access.CHANNELS, found.actor, loopback=False),
        "crisis_on": found is not None and crisis_on(),
        "may_see_people": found is not None and allows(Access.ADMINISTRATOR, found.actor, loopback=False),
        "may_see_processes": found is not None and allows(Access.PROCESSES, found.actor, loopback=False),
        "may_see_operations": found is not None and allows(Access.OPERATIONS, found.actor, loopback=False),
        "may_see_messages": found is not None and allows(Access.MESSAGES, found.actor, loopback=False),
    }


def install(app: Flask) -> None:
    """Give the templates these words and nothing that could turn text into mark-up."""
    app.context_processor(_context)
    app.jinja_env.globals |= {
        "t": t,
        "language": language,
        "asset": asset,
        "csrf_token": guard.token,
        "clock": clock,
        "day": day,
        "moment": moment,
        "moment_long": moment_long,
        "due_short": due_short,
        "due_long": due_long,
        "dated": dated,
        "size": size,
        "span": span,
        "case_status": case_status,
        "role_name": role_name,
        "role_names": role_names,
        "input_type": input_type,
        "input_value": input_value,
        "browser_value": browser_value,
        "inbox_url": inbox_url,
        "part_url": part_url,
        "task_url": task_url,
        "view_name": VIEW_NAMES.__getitem__,
        "other_language_url": other_language_url,
        "web_link": is_web_address,
        "shown_inline": INLINE.__contains__,
    }
