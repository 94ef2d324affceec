"""How a case begins, and how its deadline is reckoned anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

import workflows
from service import deadlines, definitions, history, profiles, waits
from service.actors import Actor
from service.cases.stepping import record, standing
from service.deadlines import Deadline
from service.errors import Conflict, Invalid
from service.store import CaseRow, hold_case, keys_of, next_in
from workflows import Value


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a case starts from. `title` is neutral: never a citizen's words or name. `variables` are
    the decision variables that the flow starts with."""

    channel: str
    title: str
    received_at: datetime
    unit: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    deadline: Deadline | None = None
    """Of something that is not to be answered; without it the municipality's promise of answers counts."""
    channel_id: str | None = None
    """The channel in the register that it concerns."""


def open_case(session: Session, process: str, arrival: Arrival, *, actor: Actor, now: datetime) -> CaseRow:
    """Open a case of `process` on the version in force and let it run to its first waiting point."""
    definition = definitions.active(session, process)
    ident = str(uuid4())
    _, wrapped = keys_of(session).new_case_key(ident)
    promised = waits.promise(session, arrival.channel_id)
    deadline = arrival.deadline or deadlines.answer(arrival.received_at, promised)
    number = f"Ä {now.year}-{next_in(session, f'case/{now.year}'):05d}"
    case = CaseRow(
        id=ident,
        number=number,
        process=process,
        definition=definition.hash,
        status="open",
        title=arrival.title,
        channel=arrival.channel,
        unit=arrival.unit,
        received_at=arrival.received_at,
        opened_at=now,
        opened_by=actor.id,
        answer_due=deadline.due,
        deadline=deadlines.as_json(deadline),
        channel_id=arrival.channel_id,
        key_wrapped=wrapped,
        state=b"",
        sender_public=False,
        profile=profiles.of(session).version,
        history_position=0,
        history_hash="",
    )
    session.add(case)
    variables = {**arrival.variables, **standing(session, case, definition)}
    history.append(
        session,
        case,
        "case_opened",
        at=now,
        actor=actor.id,
        data={"process": process, "definition": definition.hash, "given": history.closed(variables)},
    )
    advance = workflows.start(definition, variables, case=ident, key=keys_of(session).state, now=now)
    record(session, case, advance, actor=actor, now=now)
    return case


REASONS = ("received_at_corrected", "rule_changed", "calendar_wrong", "agreed_with_asker")
"""Why a deadline may be reckoned again: a closed list, since the history keeps it."""


def reckon_again(
    session: Session,
    case_id: str,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    received_at: datetime | None = None,
) -> CaseRow:
    """Reckon the answer's deadline anew by today's promise; nothing else ever does. `received_at` (aware)
    corrects when it came in. Open tasks and waiting timers follow. Raises Invalid for another reason."""
    if reason not in REASONS:
        raise Invalid(fields={"reason": "Välj ett av skälen."})
    case = hold_case(session, case_id)
    old = waits.deadline(case)
    if old.rule != "answer":
        raise Conflict("Ärendet väntar inte på ett svar.")
    case.received_at = received_at or case.received_at
    new = deadlines.answer(case.received_at, waits.promise(session, case.channel_id))
    definition = definitions.by_hash(session, case.definition)
    rules = {name: definitions.properties(definition, name).get("due", "") for name in definition.elements}
    before, after = deadlines.variables(old), deadlines.variables(new)
    waits.reckon_again(
        session,
        case,
        new,
        {name: rule for name, rule in rules.items() if rule},
        {before[name]: after[name] for name in before},
    )
    history.append(
        session,
        case,
        "deadline_reckoned",
        at=now,
        actor=actor.id,
        data={"reason": reason, "version": new.version, "from": before, "to": after},
    )
    return case
