"""What the placing of a case has come to so far, and what each kept, changed or lost wait means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal
from uuid import UUID

from workflows.engine.resuming import Arm
from workflows.errors import Finding
from workflows.migration.sides import called
from workflows.migration.values import Consequence, Moved, TaskMoved, WaitMoved
from workflows.model import Kind, Node
from workflows.state import TokenState
from workflows.steps import (
    Event,
    MessageAwaited,
    MessageUnawaited,
    OperationRequested,
    OperationWithdrawn,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
)
from workflows.wording.dates import moment_in_words

What = Literal["operation", "timer", "message"]


@dataclass(slots=True)
class Placed:
    """`closed` are events for waits that the new version has not; `arms` waits that only it has."""

    refusals: list[Finding] = field(default_factory=list)
    arms: list[Arm] = field(default_factory=list)
    closed: list[Event] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    after: list[Consequence] = field(default_factory=list)

    def keep(self, token: TokenState, old: Node, new: Node) -> None:
        """The wait goes on. Tokens that nobody outside knows of are passed over."""
        task = str(UUID(token.id))
        if new.kind is Kind.USER and token.kind == "ready":
            before, now = _task(task, old), _task(task, new)
            if before != now:
                self.moved.append(now)
            self._tell(new, _changes(before, now) or f"{called(new)} ligger kvar.", before != now)
            return
        kept = _kept(token, new)
        if kept is None:
            return
        what, text = kept
        differs = (old.id, old.name) != (new.id, new.name)
        if differs:
            self.moved.append(WaitMoved(task, what, new.id, new.name))
        self._tell(new, text, differs)

    def close(self, token: TokenState, old: Node) -> None:
        """The new version does not wait for this."""
        task = str(UUID(token.id))
        if "due" in token.internal:
            self.closed.append(TimerCleared(task, old.id))
        elif "correlation" in token.internal:
            self.closed.append(MessageUnawaited(task, old.id))
        self.after.append(Consequence("gone", old.id, f"{called(old)} gäller inte längre."))

    def _tell(self, new: Node, text: str, changed: bool) -> None:
        self.after.append(Consequence("changed" if changed else "kept", new.id, text))


def told(events: Iterable[Event]) -> list[Consequence]:
    """What the engine did once the tokens stood in the new version, in sentences."""
    said: list[Consequence] = []
    for event in events:
        match event:
            case TaskOpened(element=element, name=name):
                said.append(Consequence("new", element, f"Uppgiften ”{name or element}” öppnas."))
            case TimerSet(element=element, name=name, due=due):
                text = f"”{name or element}” börjar räknas nu och inträffar {moment_in_words(due)}."
                said.append(Consequence("new", element, text))
            case MessageAwaited(element=element, name=name):
                said.append(Consequence("new", element, f"Ärendet börjar vänta på meddelandet ”{name}”."))
            case OperationRequested(element=element, name=name):
                said.append(Consequence("new", element, f"Åtgärden ”{name or element}” begärs."))
            case TaskClosed(element=element) | OperationWithdrawn(element=element):
                said.append(Consequence("gone", element, f"”{element}” dras tillbaka."))
            case _:
                pass  # what was passed, cleared or ended is in the case's history
    return said


def _task(task: str, node: Node) -> TaskMoved:
    return TaskMoved(task, node.id, node.name, node.role, node.form, node.text, node.properties.get("due"))


def _kept(token: TokenState, new: Node) -> tuple[What, str] | None:
    internal = token.internal
    if "inputs" in internal:
        return "operation", f"{called(new)} väntar fortfarande på svar."
    if "due" in internal:
        due = moment_in_words(datetime.fromisoformat(str(internal["due"])))
        return "timer", f"{called(new)} behåller sin tid, {due}."
    if "correlation" in internal and new.message is not None:
        return "message", f"Ärendet väntar fortfarande på meddelandet ”{new.message.name}”."
    return None


_WORDS = {
    "name": ("heter nu ”{}”", "har inget namn längre"),
    "role": ("görs av ”{}”", "har ingen roll längre"),
    "form": ("har formuläret ”{}”", "har inget formulär längre"),
    "text": ("har vägledningen ”{}”", "har ingen vägledning längre"),
    "due": ("följer tidsregeln ”{}”", "har ingen tidsregel längre"),
}


def _changes(before: TaskMoved, now: TaskMoved) -> str:
    parts = []
    for slot in fields(TaskMoved):
        value = getattr(now, slot.name)
        if slot.name in _WORDS and value != getattr(before, slot.name):
            given, gone = _WORDS[slot.name]
            parts.append(given.format(value) if value else gone)
    if not parts and before != now:
        parts = [f"är nu ”{now.name or now.element}”"]
    if not parts:
        return ""
    head = f"Uppgiften ”{before.name or before.element}” ligger kvar och "
    return head + (", ".join(parts[:-1]) + " och " + parts[-1] if len(parts) > 1 else parts[0]) + "."
