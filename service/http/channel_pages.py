"""The internal register: the list with what is missing, one channel with all of it, and a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import channels, crisis, people
from service.channels import exports, facts, public, rights
from service.channels.mandates import KEEPERS, MAX_NOTE, Mandate
from service.channels.words import CONSENTS, PARTS, STATES, STEPS
from service.deadlines import STOCKHOLM
from service.errors import Invalid
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import known, t
from service.http.public_pages import information_of
from service.http.shown import Event
from service.http.tasks import version_of
from service.store import ChannelRow, HistoryRow, PersonRow

pages = Blueprint("channels", __name__, url_prefix="/kanaler")
_GROUPS = tuple(facts.LISTS)
_PUBLIC_FIELDS = (
    "name", "platform", "kind", "url", "unit", "administration", "board", "purpose", "target_group",
    "answers", "answers_not", "contact", "opened_on", "ends_on", "comments_on", "comments_off_reason",
    "archive_place", "disclaimer",
)  # fmt: skip
_INNER_FIELDS = (
    "owner_kind", "account_type", "answer_rule", "capture_by", "last_capture_on", "terms_saved_on", "dpia_on",
    "risk_analysis_on", "handed_over_scope", "handed_over_until", "open_to_all", "linked_to_main",
    "secrecy_notice", "communications_may_publish",
)  # fmt: skip
_OTHERS = (
    "action", "version", "part", "person", "person_name", "starts_on", "mandate_ends", "need", "appointed_by",
    "decided_on", "mandate", "deposited_with", "note", "custody", "reason", "what", "consent_kind", "detail",
    "given_on", "expires_on", "kept_at", "young", "consent", "day", "posts", "state",
)  # fmt: skip

_BESIDE = {
    "uppdrag": {"name": "person_name", "ends_on": "mandate_ends"},
    "samtycke": {"kind": "consent_kind"},
}
"""Where the room's names of fields and the form's differ, by action."""


@pages.get("")
def listing() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "")[:200] for name in ("lage", "enhet", "namnd", "mina")}
    wanted = channels.Wanted(
        asked["lage"], asked["enhet"], asked["namnd"], actor().id if asked["mina"] == "ja" else ""
    )
    with reading() as session:
        demands = channels.demands_of(session)
        found = channels.listing(session, wanted, demands, _today(), after=request.args.get("efter", "")[:36])
        choices = channels.choices(session)
    return render_template(
        "channels.html",
        here="channels",
        found=found,
        asked=asked,
        choices=choices,
        states=STATES,
        may_run=rights.may_run(actor()),
        next_page={**{name: value for name, value in asked.items() if value}, "efter": found.after},
    )


@pages.get("/dokumenthanteringsplan.csv")
def plan() -> ResponseReturnValue:
    with reading() as session:
        body = exports.plan_csv(channels.planned(session))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=kanaler-dokumenthanteringsplan.csv"
    return response


@pages.get("/ny")
def new_form() -> ResponseReturnValue:
    rights.refuse_unless(rights.may_run(actor()))
    return _new({"comments_on": "on", "open_to_all": "on"}, {})


@pages.post("/ny")
def new() -> ResponseReturnValue:
    rights.refuse_unless(rights.may_run(actor()))
    fields = bounded.form((*facts.FIELDS, "state"), lists=_GROUPS)
    state = "active" if fields.pop("state", "") == "active" else "onboarding"
    try:
        with writing() as session:
            row = channels.register(session, _given(fields), state=state, actor=actor(), now=now())
            ident = row.id
    except Invalid as wrong:
        return _new(fields, wrong.fields)
    return redirect(f"/kanaler/{ident}?meddelande=kanal_sparad", 303)


@pages.get("/<uuid:channel_id>")
def page(channel_id: object) -> ResponseReturnValue:
    return _page(str(channel_id), None, {})


@pages.post("/<uuid:channel_id>")
def act(channel_id: object) -> ResponseReturnValue:
    ident = str(channel_id)
    fields = bounded.form((*facts.FIELDS, *_OTHERS), lists=_GROUPS)
    try:
        with writing() as session:
            notice, shown = _done(session, ident, fields)
    except Invalid as wrong:
        errors = wrong.fields or {"action": str(wrong)}
        names = _BESIDE.get(fields.get("action", ""), {})
        return _page(ident, fields, {names.get(n, n): text for n, text in errors.items()}), 422
    if shown is not None:
        return _page(ident, None, {}, note=shown)  # on the answer itself: in no address and no cache
    return redirect(f"/kanaler/{ident}?meddelande={notice}", 303)


# ── what may be done ─────────────────────────────────────────────────────────────────────────────────


def _done(session: Session, ident: str, fields: Mapping[str, str]) -> tuple[str, str | None]:
    """Do one thing with the channel; the notice for the next page, and the note that was opened."""
    row = channels.channel(session, ident)
    held = channels.people(session, ident, _today())
    who: dict[str, Any] = {"actor": actor(), "now": now()}
    action = fields.get("action", "")
    if action == "spara":
        rights.refuse_unless(rights.may_edit(actor(), held))
        given = _given({name: fields.get(name, "") for name in (*_PUBLIC_FIELDS, *_INNER_FIELDS)})
        channels.change(session, ident, given, version=version_of(fields.get("version")), **who)
        return "kanal_sparad", None
    if action in ("samtycke", "aterta"):
        rights.refuse_unless(rights.may_edit(actor(), held))  # the unit itself sees to its consents
        _consent(session, row, fields, who)
        return "kanal_samtycke", None
    if action in ("sedd", "antal"):
        rights.refuse_unless(rights.may_edit(actor(), held))
        if action == "sedd":
            channels.supervised(session, ident, _today(), **who)
        else:
            day, posts = _day(fields, "day") or _today(), fields.get("posts", "")
            channels.note_posts(session, ident, day, int(posts) if posts.isdecimal() else -1, **who)
        return "kanal_sedd", None
    if action == "las":
        rights.refuse_unless(rights.may_open_note(actor(), held))
        custody = _own(fields.get("custody"), channels.custody(session, ident))
        return "", channels.read_note(session, custody, fields.get("reason", ""), **who)
    rights.refuse_unless(rights.may_run(actor()))
    return _run(session, row, action, fields, who), None


def _run(
    session: Session, row: ChannelRow, action: str, fields: Mapping[str, str], who: dict[str, Any]
) -> str:
    match action:
        case "uppdrag":
            channels.appoint(session, row, _mandate(fields), **who)
            return "kanal_uppdrag"
        case "aterkalla":
            mandate = _own(fields.get("mandate"), channels.mandates_of(session, row.id))
            channels.withdraw(session, mandate, **who)
            return "kanal_uppdrag"
        case "deponera":
            keeper, note = fields.get("deposited_with", ""), fields.get("note", "")
            channels.deposit(session, row, keeper, note=note, **who)
            return "kanal_deponerad"
        case "bytt":
            channels.rotated(session, row, **who)
            return "kanal_deponerad"
        case "lage":
            _move(session, row, fields.get("state", ""), fields, who)
            return "kanal_lage"
    raise Invalid(t("error.bad_action"))


def _consent(session: Session, row: ChannelRow, fields: Mapping[str, str], who: dict[str, Any]) -> None:
    if fields.get("action") == "aterta":
        given = [consent for consent, _ in channels.consents(session, row.id)]
        channels.withdraw_consent(session, _own(fields.get("consent"), given), **who)
        return
    channels.consent(
        session,
        row,
        what=fields.get("what", ""),
        kind=fields.get("consent_kind", ""),
        detail=fields.get("detail", ""),
        given_on=_day(fields, "given_on") or _today(),
        expires_on=_day(fields, "expires_on"),
        kept_at=fields.get("kept_at", ""),
        young=bool(fields.get("young")),
        demands=channels.demands_of(session),
        **who,
    )


def _move(
    session: Session, row: ChannelRow, state: str, fields: Mapping[str, str], who: dict[str, Any]
) -> None:
    match state:
        case "active" if row.state == "onboarding":
            channels.activate(session, row.id, channels.demands_of(session), **who)
        case "archived":
            channels.close(session, row.id, archive_place=fields.get("archive_place", ""), **who)
        case _:
            channels.move(session, row.id, state, **who)


def _own(ident: str | None, rows: Any) -> str:
    """The id, if it is one of this channel's rows."""
    if ident not in {row.id for row in rows}:
        raise Invalid(t("error.bad_action"))
    return str(ident)


def _mandate(fields: Mapping[str, str]) -> Mandate:
    return Mandate(
        fields.get("part", ""),
        name=fields.get("person_name", ""),
        person_id=fields.get("person") or None,
        starts_on=_day(fields, "starts_on"),
        ends_on=_day(fields, "mandate_ends"),
        need=fields.get("need", ""),
        appointed_by=fields.get("appointed_by", ""),
        decided_on=_day(fields, "decided_on"),
    )


def _given(fields: Mapping[str, str]) -> dict[str, object]:
    """The form's fields as the register takes them: an empty checkbox is a no."""
    given: dict[str, object] = {name: value for name, value in fields.items() if name in facts.FIELDS}
    given |= {name: bool(fields.get(name)) for name in facts.FLAGS}
    return given | {name: request.form.getlist(name)[:50] for name in _GROUPS}


def _day(fields: Mapping[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(fields={name: t("register.bad_time")}) from None


def _today() -> date:
    return now().astimezone(STOCKHOLM).date()


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────


def _new(values: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    return render_template(
        "channel_new.html",
        here="channels",
        values=values,
        errors=errors,
        chosen={name: request.form.getlist(name) for name in _GROUPS},
        choices=facts.CHOICES,
        lists=facts.LISTS,
    ), 422 if errors else 200


def _page(
    ident: str, given: Mapping[str, str] | None, errors: Mapping[str, str], note: str | None = None
) -> str:
    """`given` is what was just sent and refused, `note` a sealed note that was just opened."""
    today = _today()
    with reading() as session:
        row = channels.channel(session, ident)
        demands = channels.demands_of(session)
        held = channels.people(session, ident, today)
        may_run, may_advise = rights.may_run(actor()), rights.may_advise(actor(), held)
        text = information_of(session, public.shown(session, row))
        shown: dict[str, Any] = {
            "channel": row,
            "wrong": channels.wrong(session, row, demands, today),
            "held": {person.id for person in held},
            "mandates": channels.mandates_of(session, ident),
            "custody": channels.custody(session, ident),
            "consents": [
                (consent, detail, channels.may_be_published(consent, demands, today))
                for consent, detail in (channels.consents(session, ident) if may_advise else ())
            ],
            "may_advise": may_advise,
            "guardian_age": demands.guardian_age,
            "staff": people.listing(session) if may_run else [],
            "events": _events(session, channels.events(session, ident)),
            "capture_due": channels.capture_due(row, demands.capture_months),
            "information_text": text,
            "answers_for": crisis.responsible(session, row, demands),
            "may_edit": rights.may_edit(actor(), held),
            "may_open_note": rights.may_open_note(actor(), held),
        }
    values = {name: _value(getattr(row, name)) for name in facts.FIELDS if name not in _GROUPS}
    return render_template(
        "channel.html",
        here="channels",
        values=values | dict(given or {}),
        errors=errors,
        chosen={n: request.form.getlist(n) if given else getattr(row, n) for n in _GROUPS},
        choices=facts.CHOICES,
        lists=facts.LISTS,
        version=version_of((given or {}).get("version")) or row.version,
        may_run=may_run,
        parts=PARTS,
        keepers=KEEPERS,
        consent_kinds=CONSENTS,
        steps=[state for state in STATES if state in STEPS[row.state]],
        most_note=MAX_NOTE,
        note=note,
        today=today,
        **shown,
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _events(session: Session, rows: list[HistoryRow]) -> list[Event]:
    """The channel's history as sentences. Names come from the accounts, never from the history."""
    names = {row.actor: person.name for row in rows if (person := session.get(PersonRow, row.actor))}
    found = []
    for row in rows:
        data = row.data
        listed = [t(f"channel.{f}") if known(f"channel.{f}") else f for f in data.get("fields", ())]
        text = t(
            f"channel.event_{row.kind}",
            actor=names.get(row.actor, "Ordna"),
            fields=", ".join(one.lower() for one in listed),
            state=t(f"channel.state_{data['to']}") if "to" in data else "",
            part=t(f"channel.part_{data['part']}").lower() if "part" in data else "",
        )
        found.append(Event(row.at, text))
    return found
