"""What an internal operation is given, what it is called, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from service import answers
from service.actors import Actor
from service.store import CaseRow
from workflows import Value


class OperationRefused(Exception):
    """The operation will not be done. `code` is thrown as a BPMN error at the service task; nothing of
    what the operation wrote is kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """A service task that asks. The case is held for writing; `inputs` are the task's parameters;
    `actor` is whoever took the step that led here; `now` is aware UTC."""

    session: Session
    case: CaseRow
    element: str
    inputs: Mapping[str, Value]
    actor: Actor
    now: datetime

    @cached_property
    def answers(self) -> Mapping[str, object]:
        """Everything that has been answered in the case, by field name; the latest answer counts.
        Opened with the case's key when first asked for."""
        return answers.of_case(self.session, self.case)

    def text(self, name: str) -> str:
        """The answer `name` as a text, or an empty one."""
        value = self.answers.get(name)
        return "" if value is None else str(value).strip()


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a service task may ask for and that is done at once, inside the step.

    `help` is one Swedish sentence for process owners. `reads` names the form fields that it needs, `inputs`
    the parameters that it takes, `outputs` what becomes variables, and `codes` the BPMN errors that it can
    throw: the diagram must catch each of them."""

    name: str
    help: str
    run: Callable[[Asked], Mapping[str, Value]]
    reads: tuple[str, ...] = field(default=())
    inputs: tuple[str, ...] = field(default=())
    outputs: tuple[str, ...] = field(default=())
    codes: tuple[str, ...] = field(default=())
