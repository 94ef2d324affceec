"""Workers killed with SIGKILL at every point, before a diarium that loses answers, fails and lies:
none lost, none doubled, counted in the diarium's own file.

The register removes no doubles itself, so that every mistake of ours stays to be seen. The storm is
worth something because it fails when a part of the protection is left out: the last test leaves out
the look-up, and then the lease, and both times finds doubles.
"""

from __future__ import annotations

import itertools
import random
import signal
import threading
from pathlib import Path
from typing import get_args

import pytest

from service import history
from service.outbox.policy import Point
from service.store import Database
from tests.faults.storm import BRISK, Storm, eventually, storm

pytestmark = pytest.mark.xdist_group("storm")  # two storms at once would only wait for each other
POINTS: tuple[Point, ...] = get_args(Point)
WEATHER = (
    {"fault": "reset", "operations": ["RegisterCase"], "probability": 0.12, "seed": 1},
    {
        "fault": "reset",
        "operations": ["RegisterCase"],
        "probability": 0.08,
        "seed": 2,
        "commit": False,
    },
    {"fault": "truncated", "operations": ["RegisterCase"], "probability": 0.08, "seed": 3},
    {"fault": "html", "operations": ["RegisterCase"], "probability": 0.05, "seed": 4},
    {
        "fault": "late_commit",
        "operations": ["RegisterCase"],
        "probability": 0.10,
        "seed": 5,
        "delay_ms": 1500,
    },
    {
        "fault": "commit_after_error",
        "operations": ["RegisterCase"],
        "probability": 0.05,
        "seed": 6,
        "delay_ms": 1000,
    },
    {"fault": "error", "operations": ["FindRegistration"], "probability": 0.15, "seed": 7},
    {"fault": "missing_reply", "operations": ["FindRegistration"], "probability": 0.10, "seed": 8},
    {"fault": "wrong_reply", "operations": ["FindRegistration"], "probability": 0.05, "seed": 9},
    # the lie: an index that does not show what was entered lately
    {
        "fault": "not_found_yet",
        "operations": ["FindRegistration"],
        "probability": 0.5,
        "seed": 10,
        "delay_ms": 1000,
    },
)


def weather(current: Storm, count: int, kills: int, seed: int) -> set[Point]:
    """Open `count` cases little by little and kill one worker after another, on PostgreSQL three
    that work at the same time. Returns the points where they were killed."""
    draw = random.Random(seed)
    at_once = 1 if current.database.sqlite else 3
    points = itertools.islice(itertools.cycle(POINTS), kills)
    reached: set[Point] = set()
    while places := [(point, draw.randint(1, 2)) for point in itertools.islice(points, at_once)]:
        current.open(count * len(places) // kills)
        reached |= current.kill_at(*places)
    return reached


def check(current: Storm) -> None:
    """Exactly one entry for each registration, and its number is ours."""
    entries = current.register.entries()
    assert set(entries) == set(current.registrations), "lost"
    assert set(entries.values()) == {1}, "doubled"
    assert current.ours() == current.register.numbers()
    assert current.open_cases() == 0
    with current.database.read() as session:
        assert list(history.verify(session)) == []


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        (60, 6),
        pytest.param(500, 50, marks=pytest.mark.soak),
    ],
)
def test_no_registration_is_lost_or_doubled_in_the_storm(
    database: Database, tmp_path: Path, count: int, kills: int
) -> None:
    with storm(database, tmp_path, 0) as current:
        current.register.disturb(*WEATHER)
        reached = weather(current, count, kills, seed=count)
        last = current.worker()
        assert current.wait_until_registered(60 + count), current.states()
        last.kill()
        current.register.calm()
        assert current.states() == {"registered": count}
        check(current)
        assert len(reached) >= len(POINTS) - 2, reached


@pytest.mark.soak_on_postgresql
@pytest.mark.parametrize("point", POINTS)
def test_one_registration_survives_a_kill_at_each_point(
    database: Database, tmp_path: Path, point: Point
) -> None:
    with storm(database, tmp_path, 1, times=BRISK) as current:
        if point == "looked_up":  # only asked after an answer was lost
            current.register.disturb({"fault": "reset", "operations": ["RegisterCase"], "next": 1})
        assert current.kill_at((point, 1))
        last = current.worker()
        assert current.wait_until_registered()
        last.kill()
        current.register.calm()
        check(current)


@pytest.mark.soak_on_postgresql
@pytest.mark.parametrize(
    ("policy", "doubled"),
    [
        ((), False),
        (("--no-look-up",), True),
        (("--no-lease",), True),
    ],
    ids=["everything on", "without the look-up", "without the lease"],
)
def test_the_storm_finds_doubles_when_a_part_of_the_protection_is_left_out(
    database: Database, tmp_path: Path, policy: tuple[str, ...], doubled: bool
) -> None:
    """What is left out shows within a few squalls: whether two calls cross in one of them is chance."""
    with storm(database, tmp_path, 0, *policy, times=BRISK) as current:
        worker = current.worker()
        for squall in range(1, 7 if doubled else 2):
            current.open(8)
            # every answer is slow, and the first ones are lost
            current.register.disturb(
                {"fault": "reset", "operations": ["RegisterCase"], "next": 4},
                {"fault": "late_commit", "operations": ["RegisterCase"], "delay_ms": 800},
            )
            assert eventually(lambda n=8 * squall: len(current.register.entries()) == n)
            assert eventually(lambda: not current.states().keys() & {"pending", "retry", "sending"})
            current.register.calm()
            if max(current.register.entries().values()) > 1:
                break
        worker.kill()
        entries = current.register.entries()
        assert set(entries) == set(current.registrations)
        assert (max(entries.values()) > 1) is doubled


def test_a_worker_that_sleeps_past_its_lease_doubles_nothing(database: Database, tmp_path: Path) -> None:
    if database.sqlite:
        pytest.skip("on SQLite there is one worker: nobody takes over while it sleeps")
    with storm(database, tmp_path, 20) as current:
        current.register.disturb({"fault": "slow", "operations": ["RegisterCase"], "delay_ms": 300})
        first, second = current.worker(), current.worker()
        assert eventually(lambda: sum(current.register.entries().values()) > 2)
        first.signal(signal.SIGSTOP)
        threading.Event().wait(6)  # the lease and the settling time of what it had claimed
        first.signal(signal.SIGCONT)
        assert current.wait_until_registered()
        first.kill()
        second.kill()
        current.register.calm()
        check(current)
