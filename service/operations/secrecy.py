"""Locking a case and marking it: how a flow makes its case need-to-know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service import registrations, secrecy
from service.errors import Invalid
from service.operations.asked import Asked, Operation, OperationRefused
from workflows import Value


def _lock(asked: Asked) -> Mapping[str, Value]:
    reason = asked.inputs.get("reason", "")
    secrecy.lock(
        asked.session, asked.case, actor=asked.actor, now=asked.now, reason_code=str(reason or "")[:60]
    )
    registrations.conceal(asked.session, asked.case, now=asked.now)
    return {}


def _mark(asked: Asked) -> Mapping[str, Value]:
    if asked.case.secrecy is None:
        raise OperationRefused("not_locked")
    try:
        review = asked.text("secrecy_review_on")
        secrecy.mark(
            asked.session,
            asked.case,
            chapter=asked.text("provision_chapter"),
            section=asked.text("provision_section"),
            authority=asked.text("secrecy_authority"),
            review_on=date.fromisoformat(review) if review else None,
            protected_subject=asked.text("protected_subject"),
            actor=asked.actor,
            now=asked.now,
        )
    except (Invalid, ValueError):
        raise OperationRefused("mark_incomplete") from None
    registrations.conceal(asked.session, asked.case, now=asked.now)
    return {"marked": True}


OPERATIONS = (
    Operation(
        "lock_case",
        "Ärendet får begränsad insyn från och med nu, och den som tog steget blir dess handläggare.",
        _lock,
        inputs=("reason",),
    ),
    Operation(
        "mark_secrecy",
        "Ärendet märks med sekretess: bestämmelse, dag och myndighet. Märkningen följer med till diariet.",
        _mark,
        reads=(
            "provision_chapter",
            "provision_section",
            "secrecy_authority",
            "secrecy_review_on",
            "protected_subject",
        ),
        outputs=("marked",),
        codes=("not_locked", "mark_incomplete"),
    ),
)
