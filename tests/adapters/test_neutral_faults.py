"""Under every fault that the demonstration's diarium can give: an outcome other than "unknown" is
true, and what a look-up finds afterwards is what the diarium holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest

from adapters.conformance import a_case
from adapters.contract import DiariumError, Target, Unavailable, Unknown
from adapters.soap.neutral import open_diarium
from service.demo.diarium import create_diarium
from service.demo.faults import EITHER_WAY, Fault
from service.demo.serving import serving

UNAVAILABLE = {Fault.BUSY}
ANSWERED = {Fault.SLOW, Fault.NOT_FOUND_YET}
"""Faults after which a registration has its receipt: the first only takes time, the other concerns
look-ups alone."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_diarium(tmp_path_factory.mktemp("diarium") / "diarium.sqlite")) as base:
        yield base


def switch(base: str, **fault: object) -> None:
    body = json.dumps(fault | {"next": 1}).encode()
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{base}faults", body, headers), timeout=5).close()


def clear(base: str) -> None:
    urlopen(Request(f"{base}faults", method="DELETE"), timeout=5).close()


@pytest.mark.parametrize(
    ("fault", "commit"), [*((f, True) for f in Fault), *((f, False) for f in sorted(EITHER_WAY))]
)
def test_the_outcome_of_a_disturbed_registration_is_true(base: str, fault: Fault, commit: bool) -> None:
    diarium = open_diarium(Target(url=f"{base}diarium", timeout=0.6))
    case = a_case()
    slow = fault in {Fault.HANG, Fault.DRIP, Fault.LATE_COMMIT}
    delay = 3000 if slow else 50
    operations = [] if fault is Fault.NOT_FOUND_YET else ["RegisterCase"]
    switch(base, fault=fault, operations=operations, delay_ms=delay, commit=commit)
    try:
        receipt = diarium.register(case)
    except DiariumError as outcome:
        expected = Unavailable if fault in UNAVAILABLE else Unknown
        assert type(outcome) is expected
        receipt = None
    clear(base)
    assert (receipt is not None) is (fault in ANSWERED)
    if receipt is not None:
        assert [r.number for r in diarium.find(case.key)] == [receipt.number]
    elif fault in UNAVAILABLE:
        assert diarium.find(case.key) == ()
    again = open_diarium(Target(url=f"{base}diarium")).register(case)
    assert [r.number for r in diarium.find(case.key)] == [again.number]


@pytest.mark.parametrize(
    "fault",
    sorted(
        set(Fault)
        - ANSWERED
        - UNAVAILABLE
        - {Fault.MISSING_NUMBER, Fault.EMPTY_NUMBER, Fault.LATE_COMMIT, Fault.COMMIT_AFTER_ERROR}
    ),
)
def test_a_disturbed_look_up_is_never_none(base: str, fault: Fault) -> None:
    diarium = open_diarium(Target(url=f"{base}diarium", timeout=0.6))
    case = a_case()
    diarium.register(case)
    switch(base, fault=fault, operations=["FindRegistration"], delay_ms=3000)
    with pytest.raises(Unknown):
        diarium.find(case.key)
    clear(base)
