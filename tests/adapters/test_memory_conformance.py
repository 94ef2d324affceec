"""The reference diarium passes the suite that it is the reference for."""

from __future__ import annotations

import pytest

from adapters.conformance import DiariumConformance
from adapters.contract import Diarium, Target
from adapters.memory import open_diarium


class TestMemoryDiarium(DiariumConformance):
    @pytest.fixture
    def diarium(self) -> Diarium:
        return open_diarium(Target())
