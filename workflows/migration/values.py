"""What a migration answers: a verdict on one case, or the case moved and what the service must note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.errors import Finding, StepRefused
from workflows.steps import Advance


@dataclass(frozen=True, slots=True)
class TaskMoved:
    """An open user task that stays open, with its id, its draft and its assignee, but is drawn
    otherwise in the new version. The fields are those of `TaskOpened`, as they are from now on."""

    task: str
    element: str
    name: str
    role: str
    form: str | None = None
    text: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class WaitMoved:
    """An operation, timer or message that is waited for as before (same task id, due time, inputs and
    correlation), at an element that has another id or name now."""

    task: str
    what: Literal["operation", "timer", "message"]
    element: str
    name: str


Moved = TaskMoved | WaitMoved


@dataclass(frozen=True, slots=True)
class Consequence:
    """One Swedish sentence on what the move means for the case. `element` is an id of the new version,
    or of the old one when `kind` is gone."""

    kind: Literal["kept", "changed", "new", "gone"]
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one case may move. `refusals` say why not, naming elements (ids of the old version);
    `after` is what the case would look like, empty when it is refused."""

    refusals: tuple[Finding, ...] = ()
    after: tuple[Consequence, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Migrated:
    """The case on the new version. `advance` holds its state, sealed for the new definition, and
    events such as any step gives; `moved` are waits that go on under other words; `after` are the same
    sentences as the dry run's."""

    advance: Advance
    moved: tuple[Moved, ...]
    after: tuple[Consequence, ...]


class MigrationRefused(StepRefused):
    """The case cannot move to the new version under this plan; nothing has changed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join(f.text for f in findings[:3]) or "Ärendet kan inte flyttas.")
