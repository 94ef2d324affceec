"""Crisis mode on and off. What moves with it is derived from whether it is on, so it comes back by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.mail import one_line
from service import channels, history
from service.actors import Actor
from service.channels import Demands
from service.errors import Conflict, Forbidden, Invalid
from service.store import ChannelPersonRow, ChannelRow, CrisisChannelRow, CrisisRow
from workflows.forms.formats import is_web_address

STARTERS = frozenset({"communications_manager", "head_of_administration"})
"""Roles that may turn crisis mode on and off, and decide which channels are used."""
COMMUNICATIONS = frozenset({"communications_manager", "web_strategist"})
"""Roles of the communications unit. Those with a mandate in a joint channel belong to it too."""
USE_OR_REFER = "use_or_refer"
"""Value of the profile's `crisis`: a channel is used or refers, and what people ask is summed up."""
BOARD = "Kommunstyrelsen"
"""Who answers for every channel while the communications unit publishes in it. Source: Säter 2021 §5.2."""
MAX_REASON = 500
MAX_KEPT = 20


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a channel now: the board, and whether that is only because of the crisis."""

    board: str
    moved: bool


def may_start(actor: Actor) -> bool:
    return bool(actor.roles & STARTERS)


def current(session: Session) -> CrisisRow | None:
    """The crisis that is on, or None."""
    return session.scalar(select(CrisisRow).where(CrisisRow.current.is_(True)))


def start(session: Session, *, reason: str, information_url: str, actor: Actor, now: datetime) -> CrisisRow:
    """Turn crisis mode on. `reason` is for colleagues, `information_url` is where the public finds the
    information. Raises Forbidden, Conflict when it is on already, or Invalid by field."""
    _refuse_others(actor)
    errors = {}
    if not 5 <= len(one_line(reason, MAX_REASON + 1)) <= MAX_REASON:
        errors["reason"] = f"Skriv varför krisläget behövs, högst {MAX_REASON} tecken."
    if not is_web_address(information_url.strip()):
        errors["information_url"] = "Skriv adressen till sidan där informationen finns, med https://"
    if errors:
        raise Invalid(fields=errors)
    if current(session) is not None:
        raise Conflict("Krisläget är redan på.")
    row = CrisisRow(
        id=str(uuid4()),
        current=True,
        reason=one_line(reason, MAX_REASON),
        information_url=information_url.strip(),
        started_at=now,
        started_by=actor.id,
    )
    session.add(row)
    session.flush()  # choices of channels and digests stand after it; two at once: the second is refused
    history.append_system(session, "crisis_started", at=now, actor=actor.id, data={"crisis": row.id})
    return row


def end(session: Session, *, reason: str, actor: Actor, now: datetime) -> CrisisRow:
    """Turn crisis mode off: rights and responsibility are at once where they were before. Raises
    Forbidden, Conflict when it is not on, or Invalid."""
    _refuse_others(actor)
    row = _held(session)
    if not 5 <= len(one_line(reason, MAX_REASON + 1)) <= MAX_REASON:
        raise Invalid(fields={"reason": f"Skriv varför krisläget avslutas, högst {MAX_REASON} tecken."})
    row.current, row.ended_at, row.ended_by = None, now, actor.id
    row.end_reason = one_line(reason, MAX_REASON)
    history.append_system(session, "crisis_ended", at=now, actor=actor.id, data={"crisis": row.id})
    session.flush()  # whether it is on is asked again at once
    return row


def use(session: Session, channel_id: str, used: bool, *, actor: Actor, now: datetime) -> None:
    """Decide whether a channel is used during the crisis. Source: Örebro, "Om man väljer att inte använda …
    ska det tydligt framgå … var det finns information". Raises Forbidden, Conflict or NotFound."""
    _refuse_others(actor)
    crisis = _held(session)
    channel = channels.channel(session, channel_id)
    if channel.state not in channels.IN_USE:
        raise Conflict("Kanalen är inte i bruk.")
    row = session.get(CrisisChannelRow, (crisis.id, channel.id))
    if row is None:
        row = CrisisChannelRow(crisis_id=crisis.id, channel_id=channel.id)
        session.add(row)
    elif row.used == used:
        return
    row.used, row.set_at, row.set_by = used, now, actor.id
    history.append_system(
        session,
        "crisis_channel_set",
        at=now,
        actor=actor.id,
        data={"crisis": crisis.id, "channel": channel.id, "used": used},
    )


def usage(session: Session) -> dict[str, bool]:
    """Channel id → whether it is used during the crisis that is on; nothing at all without a crisis. A
    channel that nobody has decided about is not in it, or where the profile says that a channel is used or
    refers (`crisis` is `use_or_refer`), not used until somebody says that it is: it must never be unclear
    where the information is."""
    crisis = current(session)
    if crisis is None:
        return {}
    rows = session.scalars(select(CrisisChannelRow).where(CrisisChannelRow.crisis_id == crisis.id))
    decided = {row.channel_id: row.used for row in rows}
    if channels.demands_of(session).crisis != USE_OR_REFER:
        return decided
    return {ident: False for ident, _ in channels.names_of(session)} | decided


def may_publish(session: Session, channel: ChannelRow, actor: Actor, demands: Demands, today: date) -> bool:
    """Whether the person may publish in the channel now: by a mandate in it, or during a crisis as one of
    the communications unit where the profile says so (`crisis` is `take_over`)."""
    if channels.may_publish(session, channel.id, actor.id, today):
        return True
    moved = demands.crisis == "take_over" and current(session) is not None
    return moved and _of_communications(session, actor, today)


def responsible(session: Session, channel: ChannelRow, demands: Demands) -> Responsible:
    """The board that answers for the channel now."""
    if demands.crisis == "take_over" and current(session) is not None:
        return Responsible(BOARD, moved=channel.board != BOARD)
    return Responsible(channel.board, moved=False)


def history_of(session: Session) -> list[CrisisRow]:
    """The last times that crisis mode was on, the latest first."""
    query = select(CrisisRow).order_by(CrisisRow.started_at.desc(), CrisisRow.id).limit(MAX_KEPT)
    return list(session.scalars(query))


def _of_communications(session: Session, actor: Actor, today: date) -> bool:
    if actor.roles & COMMUNICATIONS:
        return True
    joint = session.scalars(
        select(ChannelPersonRow.channel_id)
        .join(ChannelRow, ChannelRow.id == ChannelPersonRow.channel_id)
        .where(ChannelPersonRow.person_id == actor.id, ChannelRow.owner_kind == "joint")
    ).all()
    return any(channels.may_publish(session, channel, actor.id, today) for channel in joint)


def _held(session: Session) -> CrisisRow:
    row = session.scalar(select(CrisisRow).where(CrisisRow.current.is_(True)).with_for_update())
    if row is None:
        raise Conflict("Krisläget är inte på.")
    return row


def _refuse_others(actor: Actor) -> None:
    if not may_start(actor):
        raise Forbidden("Kommunikationschefen eller förvaltningschefen slår på och av krisläget.")
