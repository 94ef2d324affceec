"""From the answers of an application to a channel: what fills the register, and who gets a mandate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.mail import one_line
from service.actors import Actor
from service.channels import facts, mandates
from service.channels.demands import Demands
from service.channels.mandates import Mandate
from service.channels.register import change, register
from service.channels.words import CHECKLIST
from service.deadlines import STOCKHOLM
from service.errors import Invalid
from service.store import CaseRow, ChannelRow, PersonRow

MAX_PEOPLE = 50
FROM_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "name": ("channel_name",),
    "platform": ("platform",),
    "kind": ("channel_kind",),
    "url": ("channel_url", "url_proposal"),
    "unit": ("unit", "operating_unit"),
    "administration": ("administration",),
    "board": ("board", "controller"),
    "owner_kind": ("owner_kind",),
    "purpose": ("purpose", "goals_and_purpose", "business_goals"),
    "target_group": ("target_group",),
    "answers": ("answers",),
    "answers_not": ("answers_not",),
    "contact": ("contact",),
    "ends_on": ("ends_on",),
    "account_type": ("account_kind",),
    "open_to_all": ("open_to_all",),
    "comments_on": ("comments_on",),
    "comments_off_reason": ("comments_off_reason",),
    "disclaimer": ("disclaimer",),
    "information": ("information",),
    "secrecy_notice": ("secrecy_notice",),
    "terms_saved_on": ("terms_saved_on",),
    "dpia_on": ("dpia_on",),
    "risk_analysis_on": ("risk_analysis_on",),
    "last_capture_on": ("last_capture_on",),
    "linked_to_main": ("linked_to_main",),
    "communications_may_publish": ("communications_may_publish", "comms_unit_can_publish"),
}
"""Field of the register → the form fields that fill it; the first answered one counts. Source: the forms of
Ystad, Säter and Örebro with their shared core, and what onboarding asks."""
_STAFF = (
    ("responsible", "responsible"),
    ("administrators", "administrator"),
    ("deputy", "deputy"),
    ("credential_holders", "credential_holder"),
)


def open_from_application(
    session: Session,
    case: CaseRow,
    answers: Mapping[str, object],
    *,
    state: str = "onboarding",
    actor: Actor,
    now: datetime,
) -> ChannelRow:
    """The channel that the application `case` (held for writing) is about, with what the applicant
    answered; the same again gives the same channel. What of the answers the register cannot take (a name
    in a public text, an address in use) is left empty, to be filled in during onboarding: a decision that
    has been made is never stopped by it. Those who are named get their mandates."""
    known = session.scalar(select(ChannelRow).where(ChannelRow.case_id == case.id).order_by(ChannelRow.id))
    if known is not None:
        return known
    fallback = {"name": f"Kanal {case.number}", "platform": "Ej angivet", "unit": case.unit or "Ej angivet"}
    given = fallback | _taken(answers)
    if given["name"] == fallback["name"] and given["platform"] != fallback["platform"]:
        given["name"] = f"{given['platform']}, {given['unit']}"[:120]
    try:
        row = register(session, given, state=state, case_id=case.id, actor=actor, now=now)
    except Invalid as wrong:
        rest = {name: value for name, value in given.items() if name not in wrong.fields}
        row = register(session, fallback | rest, state=state, case_id=case.id, actor=actor, now=now)
    case.channel_id = row.id
    _appoint(session, row, answers, actor=actor, now=now)
    return row


def fill_in(
    session: Session,
    channel: ChannelRow,
    answers: Mapping[str, object],
    demands: Demands,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Fill in what the register does not have yet with what onboarding has answered: what somebody has
    written on the channel's own page stays. What cannot be taken is left out."""
    given = {
        name: value
        for name, value in _taken(answers).items()
        if getattr(channel, name) in (None, "", [], False)
    }
    try:
        change(session, channel.id, given, actor=actor, now=now)
    except Invalid as wrong:
        rest = {name: value for name, value in given.items() if name not in wrong.fields}
        change(session, channel.id, rest, actor=actor, now=now)
    _appoint(session, channel, answers, actor=actor, now=now)
    deposited = _day(answers.get("deposited_on"))
    kept = any(one.ended_on is None for one in mandates.custody(session, channel.id))
    if deposited is not None and demands.deposit_with and not kept:
        note = str(answers.get("deposit_receipt") or "")[: mandates.MAX_NOTE]
        mandates.deposit(
            session, channel, demands.deposit_with, note=note, on=deposited, actor=actor, now=now
        )


def _taken(answers: Mapping[str, object]) -> dict[str, object]:
    given: dict[str, object] = {}
    for field, names in FROM_ANSWERS.items():
        value = next((answers[name] for name in names if answers.get(name) not in (None, "")), None)
        if value is not None:
            given[field] = str(value)[: facts.LINES[field]] if field in facts.LINES else value
    ticked = {
        str(point)
        for name, points in answers.items()
        if name.startswith("checklist_") and isinstance(points, list | tuple)
        for point in points
    }
    if seen_to := sorted(ticked & set(CHECKLIST)):
        given["checklist"] = seen_to
    return given


def _appoint(
    session: Session, channel: ChannelRow, answers: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """Mandates for those whom the answers name, one a line. A name that one account alone has is that
    account's; what cannot be a name is asked for again."""
    today = now.astimezone(STOCKHOLM).date()
    for field, part in _STAFF:
        named = _lines(answers.get(field))
        held = {one.name for one in mandates.people(session, channel.id, today) if one.part == part}
        for name in named[:1] if part == "responsible" else named:
            if name in held:
                continue
            need = one_line(str(answers.get("need") or ""), 500) or "Namngiven i ansökan"
            try:
                mandate = Mandate(part, name=name, person_id=_account(session, name), need=need)
                mandates.appoint(session, channel, mandate, actor=actor, now=now)
            except Invalid:
                continue


def _account(session: Session, name: str) -> str | None:
    found = session.scalars(select(PersonRow.id).where(PersonRow.name == name, PersonRow.active)).all()
    return found[0] if len(found) == 1 else None


def _lines(value: object) -> list[str]:
    found = value if isinstance(value, list | tuple) else str(value or "").replace(";", "\n").splitlines()
    return [name for name in (one_line(str(line), 200).strip(" ,-•*") for line in found) if name][:MAX_PEOPLE]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
