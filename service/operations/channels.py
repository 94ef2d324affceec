"""Entering a channel in the register, taking it into use, and closing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service import channels
from service.channels import Incomplete
from service.errors import Conflict
from service.operations.asked import Asked, Operation, OperationRefused
from workflows import Value


def _open(asked: Asked) -> Mapping[str, Value]:
    channels.open_from_application(asked.session, asked.case, asked.answers, actor=asked.actor, now=asked.now)
    return {}


def _activate(asked: Asked) -> Mapping[str, Value]:
    demands = channels.demands_of(asked.session)
    row = channels.hold(asked.session, _channel(asked))
    channels.fill_in(asked.session, row, asked.answers, demands, actor=asked.actor, now=asked.now)
    try:
        channels.activate(asked.session, row.id, demands, actor=asked.actor, now=asked.now)
    except Incomplete:
        raise OperationRefused("incomplete") from None
    return {}


def _begin_closing(asked: Asked) -> Mapping[str, Value]:
    channels.begin_closing(asked.session, _channel(asked), actor=asked.actor, now=asked.now)
    return {}


def _close(asked: Asked) -> Mapping[str, Value]:
    ident = _channel(asked)
    if captured := asked.text("final_capture_on"):
        day = date.fromisoformat(captured[:10])
        channels.captured(asked.session, ident, day, actor=asked.actor, now=asked.now)
    place = asked.text("archive_place")
    channels.close(asked.session, ident, archive_place=place, actor=asked.actor, now=asked.now)
    return {}


def _reject(asked: Asked) -> Mapping[str, Value]:
    if asked.case.channel_id is None:
        channels.open_from_application(
            asked.session,
            asked.case,
            asked.answers,
            state="submitted",
            actor=asked.actor,
            now=asked.now,
        )
    channels.reject(asked.session, _channel(asked), actor=asked.actor, now=asked.now)
    return {}


def _channel(asked: Asked) -> str:
    if asked.case.channel_id is None:
        raise Conflict("Ärendet gäller ingen kanal i registret.")
    return asked.case.channel_id


OPERATIONS = (
    Operation(
        "open_channel",
        "Kanalen förs in i registret med det som ansökan säger, och förbereds.",
        _open,
        reads=("platform",),
    ),
    Operation(
        "activate_channel",
        "Kanalen tas i bruk om allt som profilen kräver finns på plats; annars sägs vad som saknas.",
        _activate,
        codes=("incomplete",),
    ),
    Operation("begin_closing", "Kanalen börjar stängas.", _begin_closing),
    Operation(
        "close_channel",
        "Kanalen stängs: uppdrag avslutas, raden står kvar med sina datum.",
        _close,
    ),
    Operation("reject_channel", "Kanalen förs in som avslagen.", _reject),
)
