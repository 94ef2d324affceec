"""A token moved by hand inside its version: it goes where it may, and round nothing that must be done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import workflows
from tests.workflows import models as m
from workflows import CompleteTask, Definition, TaskClosed, TaskOpened, TimerCleared, TimerSet
from workflows.migration import MigrationRefused, Rules, live, shift

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
KEY, CASE = bytes(range(32)), "case"
S, E = m.start(), m.end()


def model(*parts: str, lane: str) -> Definition:
    return workflows.read({"model.bpmn": m.process(m.lanes(Handläggare=lane), *parts, id="flow")})


LINE = model(
    S,
    m.user("a"),
    m.user("b"),
    m.boundary("late", "b", m.timer("PT48H"), interrupting=False),
    m.user("told"),
    m.user("c"),
    E,
    "start -> a -> b -> c -> end; late -> told -> end",
    lane="start a b late told c end",
)
SPLIT = model(
    S,
    m.parallel("both"),
    m.user("x"),
    m.user("y"),
    m.parallel("join"),
    m.user("z"),
    E,
    "start -> both; both -> x -> join; both -> y -> join; join -> z -> end",
    lane="start both x y join z end",
)


def begun(definition: Definition) -> workflows.Advance:
    return workflows.start(definition, {}, case=CASE, key=KEY, now=NOW)


def opened(advance: workflows.Advance) -> dict[str, str]:
    return {e.element: e.task for e in advance.events if isinstance(e, TaskOpened)}


def at(definition: Definition, state: bytes) -> list[str]:
    return sorted(one.element for one in live(definition, state, case=CASE, key=KEY))


def token(definition: Definition, state: bytes, element: str) -> str:
    return next(o.token for o in live(definition, state, case=CASE, key=KEY) if o.element == element)


def moved(definition: Definition, state: bytes, source: str, target: str, rules: Rules | None = None):  # type: ignore[no-untyped-def]
    where = token(definition, state, source)
    return shift(definition, state, where, target, rules or Rules(), case=CASE, key=KEY, now=NOW)


def refused(
    definition: Definition, state: bytes, source: str, target: str, rules: Rules | None = None
) -> str:
    with pytest.raises(MigrationRefused) as error:
        moved(definition, state, source, target, rules)
    return " ".join(f"{f.rule}:{f.element}" for f in error.value.findings)


def test_a_token_goes_forward_with_its_step_closed_and_the_timer_of_the_new_one_begun() -> None:
    first = begun(LINE)
    got = moved(LINE, first.state, "a", "b")
    closed, opened_now, timer = got.advance.events
    assert isinstance(closed, TaskClosed) and (closed.task, closed.withdrawn) == (opened(first)["a"], True)
    assert {type(opened_now), type(timer)} == {TaskOpened, TimerSet}
    assert at(LINE, got.advance.state) == ["b"]
    assert next(said.text for said in got.after).startswith("Uppgiften ”A” stängs.")
    assert any("öppnas" in said.text for said in got.after)


def test_it_goes_back_too_and_what_stood_on_its_edge_ends_with_it() -> None:
    there = moved(LINE, begun(LINE).state, "a", "b")
    back = moved(LINE, there.advance.state, "b", "a")
    assert {TimerCleared, TaskClosed, TaskOpened} == {type(e) for e in back.advance.events}
    assert at(LINE, back.advance.state) == ["a"]
    after = workflows.advance(
        LINE, back.advance.state, CompleteTask(opened(back.advance)["a"]), case=CASE, key=KEY, now=NOW
    )
    assert at(LINE, after.state) == ["b"]


def test_the_variables_of_the_case_follow_the_token() -> None:
    state = begun(LINE).state
    first = token(LINE, state, "a")
    state = workflows.advance(LINE, state, CompleteTask(first, {"n": 7}), case=CASE, key=KEY, now=NOW).state
    state = moved(LINE, state, "b", "c").advance.state
    end = workflows.advance(LINE, state, CompleteTask(token(LINE, state, "c")), case=CASE, key=KEY, now=NOW)
    assert end.ended and end.events[-1].variables == {"n": 7}  # type: ignore[union-attr]


def test_a_move_that_would_leave_a_join_waiting_for_ever_is_refused() -> None:
    state = begun(SPLIT).state
    assert refused(SPLIT, state, "x", "z").split(":")[0] in ("would-starve", "not-together")
    assert refused(SPLIT, state, "x", "y").startswith("not-together")


@pytest.mark.parametrize(
    ("source", "target", "rules", "said"),
    [
        ("a", "c", Rules(kept=frozenset({"b"})), "goes-round:b"),
        ("a", "b", Rules(kept=frozenset({"a"})), "goes-round:a"),
        ("a", "told", Rules(kept=frozenset({"b"})), "goes-round:b"),
        ("a", "b", Rules(kept=frozenset({"b", "c"})), None),
        ("c", "a", Rules(kept=frozenset({"a", "b", "c"})), None),
        ("c", "a", Rules(once=frozenset({"b"}), passed=frozenset({"a", "b"})), "done-twice:b"),
        ("c", "a", Rules(once=frozenset({"b"})), None),
    ],
)
def test_what_must_be_done_is_not_gone_round_and_what_is_done_once_is_not_done_again(
    source: str, target: str, rules: Rules, said: str | None
) -> None:
    state = begun(LINE).state
    if source == "c":
        state = moved(LINE, state, "a", "c").advance.state
    if said is None:
        assert at(LINE, moved(LINE, state, source, target, rules).advance.state) == [target]
    else:
        assert refused(LINE, state, source, target, rules) == said


def test_a_token_that_is_gone_and_a_goal_that_is_none_are_refused() -> None:
    state = begun(LINE).state
    stale = token(LINE, state, "a")
    state = moved(LINE, state, "a", "b").advance.state
    with pytest.raises(MigrationRefused, match="står inte kvar"):
        shift(LINE, state, stale, "c", Rules(), case=CASE, key=KEY, now=NOW)
    for target in ("end", "nowhere", "b", "late"):
        assert refused(LINE, state, "b", target).startswith("no-goal")


BRANCHES = model(
    S,
    m.user("a"),
    m.exclusive("which", default="which_again"),
    m.user("b"),
    m.user("seal"),
    m.user("hide"),
    m.exclusive("again"),
    m.exclusive("kind", default="kind_stern"),
    m.user("mild"),
    m.user("stern"),
    m.exclusive("done"),
    E,
    "start -> a -> which; which -> b : n > 1; which -> seal : n > 2; which -> again",
    "b -> again; seal -> hide -> again; again -> kind; kind -> mild : n > 1; kind -> stern",
    "mild -> done; stern -> done; done -> end",
    lane="start a which b seal hide again kind mild stern done end",
)
HELD = Rules(kept=frozenset({"seal"}))


def test_another_branch_is_open_unless_what_it_begins_with_would_be_gone_round() -> None:
    state = begun(BRANCHES).state
    assert refused(BRANCHES, state, "a", "mild", HELD) == "goes-round:seal"
    state = moved(BRANCHES, state, "a", "b", HELD).advance.state
    assert refused(BRANCHES, state, "b", "hide", HELD) == "goes-round:seal"
    state = moved(BRANCHES, state, "b", "mild", HELD).advance.state
    assert refused(BRANCHES, state, "mild", "hide", HELD) == "goes-round:seal"
    assert refused(BRANCHES, state, "mild", "hide", Rules(kept=HELD.kept, passed=frozenset({"b"}))) != ""
    assert at(BRANCHES, moved(BRANCHES, state, "mild", "seal", HELD).advance.state) == ["seal"]
    assert at(BRANCHES, moved(BRANCHES, state, "mild", "stern", HELD).advance.state) == ["stern"]
