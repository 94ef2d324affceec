"""One house for all the scenarios that a worker proves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.proving import Prover


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    with Prover() as opened:
        yield opened
