"""`ordna bench`: the shape of the last line, and that both engines do the same work. Never the speed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from service import definitions
from service.bench.measured import Tally, percentile
from service.bench.rounds import next_size
from service.bench.runners import Ours, Runner, StockRunner
from service.bench.work import APPROVAL, FOLDERS, LOOP, STEPS, TURN
from workflows import read

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NUMBERS = {"per_second", "p50_ms", "p99_ms", "state_bytes"}


def bench(name: str, *options: str, **environment: str) -> Mapping[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "service.cli",
            "bench",
            name,
            "--json",
            "--seconds",
            "0.1",
            "--clients",
            "2",
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip()
    answer: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def plausible(found: Mapping[str, float]) -> bool:
    return found.keys() >= NUMBERS and 0 < found["p50_ms"] <= found["p99_ms"] and found["per_second"] > 0


def test_the_last_line_of_bench_tasks_holds_both_databases_and_stock(postgresql_url: str) -> None:
    answer = bench("tasks", ORDNA_DATABASE_URL=postgresql_url)
    for side in ("sqlite", "postgresql", "stock", "ours_in_the_same_transaction"):
        assert plausible(answer[side]), (side, answer[side])
    assert plausible(answer["without_http"]["sqlite"])
    assert 0 < answer["sqlite"]["state_bytes"] < answer["stock"]["state_bytes"]


def test_the_last_line_of_bench_engine_holds_both_ratios_and_our_bytes() -> None:
    answer = bench("engine")
    assert answer["stock_over_ours_turn_10"] > 0
    assert answer["turn_2000_over_turn_10"] > 0
    assert answer["state_bytes"] == answer["bytes"]["ours"]["2000"] == answer["bytes"]["ours"]["10"]
    assert set(answer["step_ms"]["stock"]) == {"10", "100", "300"}


def test_the_last_line_of_bench_replay_holds_cases_and_seconds_and_what_was_found() -> None:
    answer = bench("replay", "--cases", "12")
    assert answer["cases"] == answer["unchanged"]["same"] == 12
    assert answer["seconds"] > 0
    assert answer["changed"]["same"] < answer["changed"]["cases"] == 12


def test_without_a_server_postgresql_is_null_and_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from service.bench.site import postgresql_url

    monkeypatch.setenv("ORDNA_DATABASE_URL", "postgresql://someone:hemligt@127.0.0.1:1/nothing")
    assert postgresql_url() is None
    told = capsys.readouterr().err
    assert "PostgreSQL mäts inte" in told
    assert "hemligt" not in told


@pytest.mark.parametrize("kind", [Ours, StockRunner])
def test_both_engines_open_the_same_tasks_in_the_measured_work(kind: type[Ours | StockRunner]) -> None:
    runner: Runner = kind(APPROVAL, NOW)
    moved = runner.start("case")
    seen, open_now = [], {element: task for task, element in moved.opened}
    for work in STEPS:
        moved = runner.complete("case", moved.state, open_now.pop(work.element), work.answers)
        open_now |= {element: task for task, element in moved.opened}
        seen.append(sorted(open_now))
    assert seen == [["check"], ["opinion"], ["enter", "notify"], ["enter"], ["decide"], []]
    assert moved.ended


@pytest.mark.parametrize("kind", [Ours, StockRunner])
def test_a_loop_waits_for_its_next_turn_in_both_engines(kind: type[Ours | StockRunner]) -> None:
    runner: Runner = kind(LOOP, NOW)
    found = runner.after("case", TURN, (2, 5))
    assert [[element for _, element in moved.opened] for moved in found.values()] == [["turn"], ["turn"]]
    again = runner.complete("case", found[5].state, found[5].opened[0][0], {"once_more": False})
    assert again.ended


def test_the_measured_model_may_be_deployed() -> None:
    definitions.require(read(definitions.folder(FOLDERS[APPROVAL])))


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([3.0], 99)) == (50.0, 99.0, 3.0)
    assert percentile([], 50) == 0.0


def test_a_batch_is_never_so_large_that_it_outlasts_the_time() -> None:
    assert next_size(Tally([0.01] * 600, elapsed=6.0), left=60.0) == 150
    assert next_size(Tally([0.01] * 600, elapsed=6.0), left=0.01) == 4
    assert next_size(Tally([0.01] * 600, elapsed=6.0), left=3.0) == 50
