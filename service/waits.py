"""The rows of what a case waits for, as the events of the flow make them and a new version renames them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import deadlines, profiles
from service.actors import APPLICANT, SYSTEM, role_of_lane
from service.deadlines import AnswerRule, Deadline
from service.store import CaseRow, ChannelRow, RegistrationRow, SubscriptionRow, TaskRow, TimerRow
from workflows import TaskOpened
from workflows.migration import Moved, TaskMoved, WaitMoved


def promise(session: Session, channel_id: str | None = None) -> AnswerRule:
    """What the municipality's profile says of answers (key `sla.answer`). Where it leaves that to the
    channel, the calendar that the channel's responsible has chosen, with a day to answer in."""
    rule = deadlines.answer_rule(profiles.of(session).value("sla.answer"))
    if rule.calendar != "channel" or channel_id is None:
        return rule
    own = session.scalar(select(ChannelRow.answer_rule).where(ChannelRow.id == channel_id))
    return deadlines.answer_rule({"calendar": own, "days": 1}) if own else rule


def deadline(case: CaseRow) -> Deadline:
    """How the case's answer was reckoned when it was opened, or last reckoned again."""
    if case.deadline is None:  # opened before reckonings were kept
        return deadlines.answer(case.received_at, deadlines.SATER)
    return deadlines.of_json(case.deadline)


def new_task(case: CaseRow, event: TaskOpened, now: datetime) -> TaskRow:
    """An open user task, due by the rule that the model names."""
    due = deadlines.due(event.due, case.received_at, deadline(case))
    role = role_of_lane(event.role) or event.role
    return TaskRow(
        id=event.task,
        case_id=case.id,
        kind="form",
        element=event.element,
        name=event.name,
        role=role,
        assignee=case.opened_by if role == APPLICANT and case.opened_by != SYSTEM.id else None,
        form=event.form,
        guidance=event.text,
        status="open",
        opened_at=now,
        due_at=due,
        sort_at=due or now,
    )


def reckon_again(
    session: Session, case: CaseRow, reckoned: Deadline, rules: Mapping[str, str], moved: Mapping[str, str]
) -> None:
    """Write another deadline on the case, held for writing: on the open tasks whose element names a rule
    (`rules`), and on the waiting timers that go off at what it was before. `moved` pairs those moments, as
    ISO texts in UTC, with the new ones."""
    case.deadline, case.answer_due = deadlines.as_json(reckoned), reckoned.due
    open_tasks = select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.status == "open")
    for task in session.scalars(open_tasks.where(TaskRow.kind == "form")):
        task.due_at = deadlines.due(rules.get(task.element), case.received_at, reckoned)
        task.sort_at = task.due_at or task.opened_at
    waiting = select(TimerRow).where(TimerRow.case_id == case.id, TimerRow.state == "waiting")
    for timer in session.scalars(waiting):
        if (then := moved.get(timer.due_at.isoformat())) is not None:
            timer.due_at = datetime.fromisoformat(then)


def withdraw(session: Session, task: str, now: datetime) -> None:
    """The flow left the task before anybody finished it."""
    session.execute(
        update(TaskRow)
        .where(TaskRow.id == task, TaskRow.status == "open")
        .values(status="withdrawn", closed_at=now, version=TaskRow.version + 1)
    )


def end_all(session: Session, case: CaseRow, now: datetime) -> None:
    """The case leaves its flow: nothing of it waits any more. Incidents stay: they are for people."""
    session.execute(
        update(TaskRow)
        .where(TaskRow.case_id == case.id, TaskRow.kind == "form", TaskRow.status == "open")
        .values(status="withdrawn", closed_at=now, version=TaskRow.version + 1)
    )
    session.execute(
        update(TimerRow)
        .where(TimerRow.case_id == case.id, TimerRow.state == "waiting")
        .values(state="cancelled")
    )
    session.execute(update(SubscriptionRow).where(SubscriptionRow.case_id == case.id).values(open=False))


def clear_timer(session: Session, case: CaseRow, task: str) -> None:
    """The flow waits for the timer no more."""
    session.execute(
        update(TimerRow)
        .where(TimerRow.case_id == case.id, TimerRow.task == task, TimerRow.state == "waiting")
        .values(state="cancelled")
    )


def end_subscription(session: Session, task: str) -> None:
    """The flow waits for the message no more."""
    session.execute(update(SubscriptionRow).where(SubscriptionRow.id == task).values(open=False))


def rename(session: Session, case: CaseRow, moved: Sequence[Moved]) -> None:
    """The case goes on by a new drawing. Ids, assignees, drafts and the timers' due times stay; every
    open task gets a new version, because a page that is open somewhere may ask what is asked no more."""
    session.execute(
        update(TaskRow)
        .where(TaskRow.case_id == case.id, TaskRow.kind == "form", TaskRow.status == "open")
        .values(version=TaskRow.version + 1)
    )
    for one in moved:
        match one:
            case TaskMoved():
                _rename_task(session, case, one)
            case WaitMoved(task, "operation", element):
                _rename_registration(session, task, element)
            case WaitMoved(task, "timer", element, name):
                session.execute(
                    update(TimerRow)
                    .where(TimerRow.case_id == case.id, TimerRow.task == task, TimerRow.state == "waiting")
                    .values(element=element, name=name)
                )
            case WaitMoved(task, "message", element):
                session.execute(
                    update(SubscriptionRow).where(SubscriptionRow.id == task).values(element=element)
                )


def _rename_task(session: Session, case: CaseRow, task: TaskMoved) -> None:
    due = deadlines.due(task.due, case.received_at, deadline(case))
    session.execute(
        update(TaskRow)
        .where(TaskRow.id == task.task, TaskRow.status == "open")
        .values(
            element=task.element,
            name=task.name,
            role=role_of_lane(task.role) or task.role,
            form=task.form,
            guidance=task.text,
            due_at=due,
            sort_at=due or TaskRow.opened_at,
        )
    )


def _rename_registration(session: Session, task: str, element: str) -> None:
    """Its version stays: whoever is sending it now must be able to write the answer down."""
    session.execute(update(RegistrationRow).where(RegistrationRow.task == task).values(element=element))
    shown = select(RegistrationRow.id).where(RegistrationRow.task == task)
    session.execute(
        update(TaskRow)
        .where(TaskRow.registration_id.in_(shown), TaskRow.status == "open")
        .values(element=element)
    )
