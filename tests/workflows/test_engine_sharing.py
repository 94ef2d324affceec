"""Specifications are made once and shared: by threads, and by cases."""

from concurrent.futures import ThreadPoolExecutor

from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows.kept import Kept

MODEL = m.process(
    m.start(),
    m.parallel("f"),
    m.user("a", m.instances("<loopCardinality>3</loopCardinality>")),
    m.subprocess("s", m.start("ss"), m.user("i"), m.end("se"), "ss -> i -> se"),
    m.parallel("j"),
    m.end(),
    "start -> f; f -> a -> j; f -> s -> j; j -> end",
)


def run(number: int) -> bool:
    case = Case(MODEL, {"n": number}, name=f"c{number}")
    waiting = [e for e in case.events if type(e).__name__ == "TaskOpened"]
    for event in waiting:
        case.open[event.element] = event  # type: ignore[union-attr]
        answers = {"svar": number} if event.element == "i" else {}  # type: ignore[union-attr]
        case.done(event.element, **answers)  # type: ignore[union-attr]
    return case.ended and case.events[-1].variables == {  # type: ignore[union-attr]
        "n": number,
        "svar": number,
    }


def test_eight_threads_share_a_specification_without_mixing_cases() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(200)))


def test_what_is_kept_is_bounded_and_the_least_used_goes_first() -> None:
    kept: Kept[int, int] = Kept(2)
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        assert kept.get(number, lambda number=number: make(number)) == number  # type: ignore[misc]
    assert len(kept) == 2
    assert made == [1, 2, 3, 2]
