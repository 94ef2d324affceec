"""Sealing evidence, and writing down what was removed on the platform."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service import evidence
from service.deadlines import STOCKHOLM
from service.errors import Invalid
from service.evidence import EvidenceRefused
from service.operations.asked import Asked, Operation, OperationRefused
from workflows import Value


def _seal(asked: Asked) -> Mapping[str, Value]:
    try:
        bundle = evidence.seal(
            asked.session,
            asked.case,
            actor=asked.actor,
            now=asked.now,
            demand=evidence.demanded(asked.session),
        )
    except EvidenceRefused as refused:
        raise OperationRefused(refused.code) from None
    return {"evidence_sealed": True, "bundle_number": bundle.number}


def _forbid(asked: Asked) -> Mapping[str, Value]:
    evidence.metadata_only(asked.session, asked.case, actor=asked.actor, now=asked.now)
    return {}


def _record(asked: Asked) -> Mapping[str, Value]:
    method = asked.text("removal_method")
    how = next((known for known in evidence.HOWS if known == method), None)
    if how is None:
        raise Invalid("Ange om inlägget doldes, togs bort eller anmäldes.")
    # without a sealed bundle, or with a time to come, whoever does the task is told and nothing is kept
    row = evidence.record_removal(
        asked.session,
        asked.case,
        how=how,
        at=_moment(asked.text("removed_at")) or asked.now,
        still_visible=_truth(asked.answers.get("still_visible")),
        actor=asked.actor,
        now=asked.now,
    )
    return {"time_to_hide_seconds": row.seconds_to_hide}


def _moment(text: str) -> datetime | None:
    """A form's answer: with an offset, or the clock on a Swedish wall."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)


def _truth(answer: object) -> bool | None:
    if isinstance(answer, bool) or answer is None:
        return answer
    return {"yes": True, "true": True, "no": False, "false": False}.get(str(answer))


OPERATIONS = (
    Operation(
        "seal_evidence",
        "Det som är sparat i ärendet förseglas, så att ingen kan ändra det utan att det syns.",
        _seal,
        outputs=("evidence_sealed", "bundle_number"),
        codes=("evidence_missing", "sender_missing", "copy_forbidden"),
    ),
    Operation(
        "keep_metadata_only",
        "I ärendet får ingen kopia sparas, bara adress, avsändare, tid och vem som såg.",
        _forbid,
    ),
    Operation(
        "record_removal",
        "Borttagningen antecknas med tid och sätt. Kräver att beviset är förseglat.",
        _record,
        reads=("removal_method", "still_visible", "removed_at"),
        outputs=("time_to_hide_seconds",),
    ),
)
