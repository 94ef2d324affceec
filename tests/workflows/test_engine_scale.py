"""Long and wide processes: what they cost is counted in bytes and tokens, never in seconds."""

import pytest

from tests.workflows import models as m
from tests.workflows.driving import KEY, Case
from workflows import (
    BudgetExceeded,
    CompleteTask,
    TaskOpened,
)
from workflows import state as codec


def tokens(case: Case) -> int:
    snapshot = codec.load(case.state, case=case.name, definition=case.definition.hash, key=KEY)
    return sum(len(frame.tokens) for frame in snapshot.frames)


def loop() -> bytes:
    return m.process(
        m.start(),
        m.exclusive("m"),
        m.user("a"),
        m.exclusive("g", default="g_end"),
        m.end(),
        "start -> m -> a -> g; g -> m : igen; g -> end",
    )


def test_two_thousand_turns_cost_the_same_each() -> None:
    case = Case(loop())
    case.done("a", igen=True)
    first = len(case.state)
    for _ in range(2000):
        case.done("a", igen=True)
        assert len(case.state) == first
    assert tokens(case) == 1
    case.done("a", igen=False)
    assert case.ended


def test_a_parallel_block_in_a_loop_three_hundred_times() -> None:
    case = Case(
        m.process(
            m.start(),
            m.exclusive("m"),
            m.parallel("f"),
            m.user("a"),
            m.user("b"),
            m.parallel("j"),
            m.exclusive("g", default="g_end"),
            m.end(),
            "start -> m -> f; f -> a -> j; f -> b -> j; j -> g; g -> m : igen; g -> end",
        )
    )
    sizes = set()
    for turn in range(300):
        case.done("a", igen=turn < 299)
        assert tokens(case) == 2
        case.done("b")
        sizes.add(len(case.state))
    assert case.ended
    assert len(sizes) == 2  # one while it ran, one when it had ended


def test_a_loop_beside_a_waiting_branch_does_not_grow() -> None:
    case = Case(
        m.process(
            m.start(),
            m.parallel("f"),
            m.user("vänta"),
            m.exclusive("m"),
            m.user("a"),
            m.exclusive("g", default="g_j"),
            m.parallel("j"),
            m.end(),
            "start -> f; f -> vänta -> j; f -> m -> a -> g; g -> m : igen; g -> j; j -> end",
        )
    )
    case.done("a", igen=True)
    first = len(case.state)
    for _ in range(200):
        case.done("a", igen=True)
    assert len(case.state) == first
    case.done("a", igen=False)
    case.done("vänta")
    assert case.ended


def test_thirty_parallel_blocks_after_each_other_cost_no_more_than_one() -> None:
    parts, arrows, last = [m.start(), m.end()], [], "start"
    for n in range(30):
        parts += [m.parallel(f"f{n}"), m.user(f"a{n}"), m.user(f"b{n}"), m.parallel(f"j{n}")]
        arrows.append(f"{last} -> f{n}; f{n} -> a{n} -> j{n}; f{n} -> b{n} -> j{n}")
        last = f"j{n}"
    case = Case(m.process(*parts, ";".join([*arrows, f"{last} -> end"])))
    for n in range(30):
        case.done(f"a{n}")
        case.done(f"b{n}")
    assert case.ended


def test_a_chain_of_nearly_four_hundred_tasks_runs() -> None:
    names = [f"n{number}" for number in range(390)]
    case = Case(
        m.process(
            m.start(),
            *(m.user(name) for name in names),
            m.end(),
            " -> ".join(["start", *names, "end"]),
        )
    )
    for name in names[:5]:
        case.done(name)
    assert case.tasks() == ["n5"]
    assert tokens(case) == 1


def test_a_thousand_instances_open_and_close() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user(
                "a",
                m.instances(
                    "<loopDataInputRef>lista</loopDataInputRef><inputDataItem id='sak'/>"
                    "<loopDataOutputRef>svar</loopDataOutputRef><outputDataItem id='ja'/>"
                ),
            ),
            m.end(),
            "start -> a -> end",
        ),
        {"lista": list(range(1000))},
    )
    opened = [event.task for event in case.events if isinstance(event, TaskOpened)]
    assert len(opened) == 1000
    wide = len(case.state)
    assert tokens(case) == 1001
    for task in opened[:20]:
        case.step(CompleteTask(task, {"ja": 1}))
    assert tokens(case) == 981
    assert len(case.state) < wide


def test_more_than_a_thousand_instances_are_refused() -> None:
    with pytest.raises(BudgetExceeded, match="1001"):
        Case(
            m.process(
                m.start(),
                m.user("a", m.instances("<loopDataInputRef>n</loopDataInputRef>")),
                m.end(),
                "start -> a -> end",
            ),
            {"n": list(range(1001))},
        )


def test_a_loop_that_never_waits_on_this_data_is_stopped() -> None:
    body = m.instances("<loopCardinality>0</loopCardinality>")
    model = m.process(
        m.start(),
        m.exclusive("m"),
        m.user("a", body),
        m.exclusive("g", default="g_end"),
        m.end(),
        "start -> m -> a -> g; g -> m : true; g -> end",
    )
    with pytest.raises(BudgetExceeded, match="500"):
        Case(model)


def test_variables_that_grow_beyond_their_bound_are_refused() -> None:
    case = Case(loop())
    with pytest.raises(Exception, match="64 kB"):
        case.done("a", text="x" * 70_000)
    case.done("a", igen=True, a="x" * 40_000)
    with pytest.raises(BudgetExceeded, match="64 kB"):
        case.done("a", b="x" * 40_000)
