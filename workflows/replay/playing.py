"""One recorded case played on one version: the same answers, under a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workflows import engine, forms
from workflows.definition import Definition
from workflows.errors import WorkflowError
from workflows.replay.record import Happened, Recorded
from workflows.replay.tree import Place, Tree, Wait
from workflows.steps import (
    CompleteTask,
    MessageArrived,
    OperationAnswered,
    OperationFailed,
    Step,
    TimerDue,
    TimerSet,
    Value,
)
from workflows.values import variables

MAX_TURNS = 2_000
"""Steps that one case is played for."""
LAG = timedelta(minutes=10)
"""How late a timer may have gone off in the recording: within it the recording is right about the order."""


class Refused(Exception):
    """A recorded answer is not taken. The text is a Swedish sentence that holds names from the drawing and
    never what was answered."""


@dataclass(slots=True)
class Walk:
    """Where a case went. `passed` are the elements passed, a group for each step; `place` is where it stands,
    None when it failed; `wrong` says why it failed. `left` is the service task where it went over to another
    flow. `unused` are the steps that found nobody waiting."""

    passed: list[tuple[str, ...]] = field(default_factory=list)
    place: Place | None = None
    wrong: str | None = None
    left: str | None = None
    unused: tuple[Happened, ...] = ()

    @property
    def over(self) -> bool:
        return self.left is not None or (self.place is not None and self.place.ended is not None)

    def waits(self) -> tuple[Wait, ...]:
        return () if self.place is None or self.over else tuple(self.place.waiting.values())


class Player:
    """Plays recorded cases on one version. `place` finds the version's id for a recorded element; `old` is
    the version that the cases ran on, whose questions are answered again."""

    def __init__(self, tree: Tree, old: Definition, place: Callable[[str], str | None]) -> None:
        self.tree, self.old, self.target = tree, old, place
        self.forms = {name: forms.load(name, schema) for name, schema in tree.definition.forms.items()}

    def play(self, case: Recorded) -> Walk:
        """Never raises for what the version or the case does."""
        return _Game(self, case).played()

    def step(self, wait: Wait, happened: Happened) -> Step:
        """What happened, as it is said to whoever waits now. Raises Refused."""
        if wait.kind == "timer":
            return TimerDue(wait.task)
        if wait.kind == "task":
            return CompleteTask(wait.task, self._answers(wait, happened))
        if wait.kind == "message":
            return MessageArrived(wait.task, variables(happened.values))
        if happened.code is not None:
            return OperationFailed(wait.task, happened.code)
        return OperationAnswered(wait.task, variables(happened.values))

    def _answers(self, wait: Wait, happened: Happened) -> Mapping[str, Value]:
        """The answers as the version's form takes them; what it does not ask for is left out."""
        definition = self.tree.definition
        name = definition.elements[wait.element].name or wait.element
        chosen = self._chosen(wait.element, happened, name)
        form = self.forms.get(self.tree.form_of(wait.element) or "")
        if form is None:
            return chosen
        asked = {one.name: one.title for one in form.fields}
        checked = form.validate({key: value for key, value in happened.values.items() if key in asked})
        for field_name, error in checked.errors.items():
            raise Refused(
                f"”{name}” går inte att göra klar: svaret på ”{asked.get(field_name) or field_name}” godtas "
                f"inte. {error}"
            )
        return {**checked.variables, **chosen}

    def _chosen(self, element: str, happened: Happened, name: str) -> Mapping[str, Value]:
        """The way out, where the drawing leaves it to the person: the same flow, or one called the same."""
        asked = self.tree.definition.choices.get(element)
        if asked is None:
            return {}
        before = self.old.choices.get(happened.element)
        flow = happened.values.get(before.variable if before else asked.variable)
        label = dict(before.options).get(str(flow)) if before else None
        ways = dict(asked.options)
        for way, called in ways.items():
            if way == flow or (called == label and flow not in ways):
                return {asked.variable: way}
        raise Refused(f"”{name}” går inte att göra klar: valet ”{asked.question or name}” har inget svar.")


class _Game:
    """One case while it is played."""

    def __init__(self, player: Player, case: Recorded) -> None:
        self.player, self.case, self.walk = player, case, Walk()
        self.tree = player.tree
        self.now = case.began
        reads = self.tree.reads
        self.given = {**{name: case.offered[name] for name in reads & case.offered.keys()}, **case.given}
        self.own = {name: value for name, value in self.given.items() if name in self.tree.own}
        self.rest = [(player.target(step.element), step) for step in case.steps]
        self.due: dict[str, datetime] = {}
        self.recorded = {(player.target(element), due) for element, due in case.set_timers}

    def played(self) -> Walk:
        try:
            self._arrive(self.tree.begin(self.given, self.now))
            for _ in range(MAX_TURNS):
                if self.walk.over or not self._turn():
                    break
            else:
                self.walk.wrong, self.walk.place = "Ärendet går runt utan att komma till ett slut.", None
        except (WorkflowError, Refused) as error:
            self.walk.wrong, self.walk.place = str(error), None
        except OverflowError:
            self.walk.wrong, self.walk.place = "En tid ligger för långt fram.", None
        self.walk.unused = tuple(step for _, step in self.rest)
        return self.walk

    def _turn(self) -> bool:
        """Take the next thing that happens. False when nothing more does."""
        found = self._next()
        at = max(self.now, found[2].at) if found else max(self.now, self.case.until)
        if (timer := self._first_due(at)) is not None:
            self._take(timer, TimerDue(timer.task), max(self.now, self.due[timer.task]))
            return True
        if found is None:
            return False
        number, wait, happened = found
        del self.rest[number]
        self.now = at
        if happened.kind == "reckoned":
            self._reckon(happened)
        elif happened.kind == "left" and wait is not None:
            self.walk.left = wait.element
        elif wait is not None:
            self._take(wait, self.player.step(wait, happened), at)
        return True

    def _next(self) -> tuple[int, Wait | None, Happened] | None:
        """The earliest of what is left that somebody waits for."""
        assert self.walk.place is not None
        for number, (element, happened) in enumerate(self.rest):
            if happened.kind == "reckoned":
                return number, None, happened
            kind = "operation" if happened.kind == "left" else happened.kind
            for wait in self.walk.place.waiting.values():
                if (wait.kind, wait.element) == (kind, element) and (
                    kind != "timer" or self._as_recorded(wait)
                ):
                    return number, wait, happened
        return None

    def _first_due(self, at: datetime) -> Wait | None:
        """The timer that goes off next by the clock, at the latest `at`. One that was set to the same time
        in the recording goes off when it did there."""
        assert self.walk.place is not None
        timers = [wait for wait in self.walk.place.waiting.values() if wait.kind == "timer"]
        first = min(timers, key=lambda wait: self.due[wait.task], default=None)
        while first is not None:
            if self.due[first.task] > at:
                return None
            if not self._as_recorded(first) or (
                self.due[first.task] + LAG <= at and not self._fired_later(first.element)
            ):
                return first
            timers.remove(first)
            first = min(timers, key=lambda wait: self.due[wait.task], default=None)
        return None

    def _as_recorded(self, wait: Wait) -> bool:
        return (wait.element, self.due[wait.task]) in self.recorded

    def _fired_later(self, element: str) -> bool:
        return any(name == element and step.kind == "timer" for name, step in self.rest)

    def _take(self, wait: Wait, step: Step, at: datetime) -> None:
        assert self.walk.place is not None
        self.now = at
        self._arrive(self.tree.go_on(self.walk.place, wait, step, at))

    def _arrive(self, place: Place) -> None:
        """The case stands at `place`; what was set on the way comes due by this case's own clock."""
        self.walk.place = place
        if place.passed:
            self.walk.passed.append(place.passed)
        for event in place.played.events:
            if not isinstance(event, TimerSet) or event.task not in place.waiting:
                continue
            self.due[event.task] = event.due
            if self.tree.shared:
                seen = {**place.played.seen[event.task], **self.own}
                self.due[event.task] = engine.due(self.tree.definition, event.element, seen, now=self.now)

    def _reckon(self, happened: Happened) -> None:
        pairs = {
            datetime.fromisoformat(before): datetime.fromisoformat(str(after))
            for before, after in happened.values.items()
        }
        self.due = {task: pairs.get(due, due) for task, due in self.due.items()}
