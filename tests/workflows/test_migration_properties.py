"""Whatever small edits are made to whatever sound model: a case moves and comes to its end, or is
refused in words and goes on as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.workflows.driving import KEY, NOW
from tests.workflows.edits import EDITS, edited
from tests.workflows.test_engine_equivalence import chosen, model, shapes
from workflows import (
    Advance,
    Definition,
    Event,
    OperationRequested,
    TaskOpened,
    TimerSet,
    advance,
    check,
    read,
    start,
)
from workflows import state as codec
from workflows.migration import MigrationRefused, dry_run, migrate, propose, validate
from workflows.migration.level import Level
from workflows.migration.marking import doubts
from workflows.migration.placed import Placed
from workflows.migration.sides import side

changes = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 50)), min_size=1, max_size=3)
MANY = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Running:
    """A case with what is open in it, by task id and in order."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.open: dict[str, Event] = {}
        self.ended = False
        self.told(start(definition, {"v0": False, "v1": True}, case="c", key=KEY, now=NOW))

    def step(self, data: st.DataObject, number: int) -> None:
        events = list(self.open.values())
        at = events[data.draw(st.integers(0, len(events) - 1))]
        calm = number > 15  # from then on loops are left and timers stay quiet: it must come to its end
        if calm:
            at = next((e for e in events if not isinstance(e, TimerSet)), at)
        answers = {"v0": not calm and data.draw(st.booleans()), "v1": data.draw(st.booleans())}
        fails = data.draw(st.booleans()) and _catches(self.definition, at)
        step = chosen(at, number, answers, fails)
        self.open.pop(step.task)
        self.told(advance(self.definition, self.state, step, case="c", key=KEY, now=NOW))

    def told(self, made: Advance) -> None:
        self.state, self.ended = made.state, made.ended
        for told in made.events:
            if isinstance(told, TaskOpened | OperationRequested | TimerSet):
                assert told.task not in self.open
                self.open[told.task] = told
            elif hasattr(told, "task"):
                self.open.pop(told.task, None)


def _catches(definition: Definition, at: Event) -> bool:
    return isinstance(at, OperationRequested) and f'attachedToRef="{at.element}"'.encode() in definition.model


def moved(case: Running, new: Definition) -> None:
    made = migrate(
        propose(case.definition, new), case.definition, new, case.state, case="c", key=KEY, now=NOW
    )
    case.definition = new
    for note in made.moved:
        case.open[note.task] = _at(case.open[note.task], note.element)
    case.told(made.advance)


def _at(told: Event, element: str) -> Event:
    fields = {name: getattr(told, name) for name in type(told).__slots__}
    return type(told)(**(fields | {"element": element}))


def _open_in(state: bytes, definition: Definition) -> set[str]:
    """What the saved state itself says is open: user tasks that are ready, and operations asked for."""
    snapshot = codec.load(state, case="c", definition=definition.hash, key=KEY)
    return {
        token.id
        for frame in snapshot.frames
        for token in frame.tokens
        if token.kind == "ready" or "inputs" in token.internal or "due" in token.internal
    }


def _tokens(state: bytes, definition: Definition) -> object:
    """The saved state without the order of its tokens, which means nothing."""
    snapshot = codec.load(state, case="c", definition=definition.hash, key=KEY)
    return [
        (frame.scope, snapshot.variables_at(frame.variables), {
            token.id: (
                token.spec, token.kind, token.parent >= 0 and frame.tokens[token.parent].id,
                snapshot.variables_at(token.variables), token.internal,
            )
            for token in frame.tokens
        })
        for frame in snapshot.frames
    ]  # fmt: skip


@MANY
@given(shapes, changes, st.booleans(), st.data())
def test_a_case_that_has_moved_comes_to_its_end(
    shape: Any, edits: Any, backwards: bool, data: st.DataObject
) -> None:
    first = model(shape)
    second = edited(first, edits)
    assume(second is not None)
    assert second is not None
    old, new = read({"model.bpmn": first}), read({"model.bpmn": second})
    if backwards:
        old, new = new, old
    assume(not [f for d in (old, new) for f in check(d) if f.level == "error"])
    plan = propose(old, new)
    assert not [f for f in validate(plan, old, new) if f.level == "error"]
    case = Running(old)
    for number in range(data.draw(st.integers(0, 6))):
        if not case.ended:
            case.step(data, number)
    assume(not case.ended)
    before = case.state
    verdict = dry_run(plan, old, new, case.state, case="c", key=KEY, now=NOW)
    try:
        moved(case, new)
        assert verdict.ok
        event("moved")
    except MigrationRefused as refused:
        assert verdict.refusals == refused.findings and str(refused)
        assert case.state == before and case.definition is old
        event(refused.findings[0].rule)
    for number in range(60):
        if case.ended:
            break
        assert case.open, "nothing is open, and the case has not ended"
        assert {name.replace("-", "") for name in case.open} == _open_in(case.state, case.definition)
        case.step(data, number)
    assert case.ended


@MANY
@given(shapes, st.data())
def test_moving_to_the_same_version_changes_nothing_at_any_point(shape: Any, data: st.DataObject) -> None:
    definition = read({"model.bpmn": model(shape)})
    plan = propose(definition, definition)
    assert plan.mapping == {name: name for name in definition.elements} and not plan.unmapped
    case = Running(definition)
    for number in range(20):
        if case.ended:
            break
        made = migrate(plan, definition, definition, case.state, case="c", key=KEY, now=NOW)
        assert _tokens(made.advance.state, definition) == _tokens(case.state, definition)
        assert (made.advance.events, made.advance.ended, made.moved) == ((), False, ())
        case.step(data, number)


@MANY
@given(shapes, st.data())
def test_no_place_that_a_case_can_come_to_is_doubted(shape: Any, data: st.DataObject) -> None:
    """What the version itself leads to must not be taken for something that cannot be."""
    definition = read({"model.bpmn": model(shape)})
    plan, here = propose(definition, definition), side(definition)
    case = Running(definition)
    for number in range(20):
        if case.ended:
            break
        snapshot = codec.load(case.state, case="c", definition=definition.hash, key=KEY)
        for at, frame in enumerate(snapshot.frames):
            level = Level(plan, here, here, at, frame.scope, Placed())
            assert len(level.place(frame)) == len(frame.tokens)
            assert not list(doubts(definition.hash, here.model.scopes[frame.scope], level.marks))
        case.step(data, number)
