"""Damaged models are refused or run: no exception, nothing slow, and saving changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpora.mutants import SEEDS, STROKES

ROOT = Path(__file__).parents[2]


def report(count: int, seed: int) -> dict[str, object]:
    """Played in a process of its own, which forks one for each: this one may hold threads."""
    code = (
        "import json; from tests.corpora.mutants import mutants; "
        "from tests.corpora.runner import played_models, report; "
        f"print(json.dumps(report(played_models(dict(mutants({count}, {seed}))))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def judged(count: int, seed: int) -> None:
    found = report(count, seed)
    assert found["files"] == count
    assert not found["faults"]
    assert float(str(found["worst_cpu_seconds"])) < 2
    assert float(str(found["worst_rss_mb"])) < 300
    results = found["results"]
    assert isinstance(results, dict)
    assert set(results) >= {"refused", "ended"}, "the strokes have become too hard or too soft"


def test_there_are_enough_strokes_and_seeds() -> None:
    assert len(STROKES) >= 25
    assert len(SEEDS) >= 12


def test_two_hundred_damaged_models_are_refused_or_run() -> None:
    judged(200, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 8))
def test_thousands_of_damaged_models_are_refused_or_run(seed: int) -> None:
    judged(500, seed)
