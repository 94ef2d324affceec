"""The neutral contract over real HTTP, against the demonstration's diarium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.conformance import DiariumConformance, a_case
from adapters.contract import Diarium, Target
from adapters.soap.neutral import open_diarium
from service.demo.diarium import create_diarium
from service.demo.serving import serving


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_diarium(tmp_path_factory.mktemp("diarium") / "diarium.sqlite")) as base:
        yield f"{base}diarium"


class TestNeutralDiarium(DiariumConformance):
    @pytest.fixture
    def diarium(self, url: str) -> Diarium:
        return open_diarium(Target(url=url, timeout=20))


def test_the_contract_may_be_fetched_from_the_diarium_itself(url: str) -> None:
    assert "1.0" in open_diarium(Target(url=url, wsdl=url)).check()


def test_two_entries_with_one_key_are_both_found(tmp_path: Path) -> None:
    app = create_diarium(tmp_path / "diarium.sqlite", deduplicate=False)
    with serving(app) as base:
        diarium = open_diarium(Target(url=f"{base}diarium"))
        case = a_case()
        numbers = [diarium.register(case).number for _ in range(2)]
        assert [r.number for r in diarium.find(case.key)] == numbers


def test_two_senders_with_the_same_key_do_not_meet(url: str) -> None:
    case = a_case()
    ours = open_diarium(Target(url=url))
    theirs = open_diarium(Target(url=url, source_system="E-tjänster"))
    first = ours.register(case)
    assert theirs.find(case.key) == ()
    assert theirs.register(case).number != first.number


def test_the_name_of_a_protected_person_is_not_sent(tmp_path: Path) -> None:
    with serving(create_diarium(tmp_path / "diarium.sqlite")) as base:
        case = a_case()
        hidden = replace(case.parties[1], email="bo@example.se", handle="@bo.berg")
        open_diarium(Target(url=f"{base}diarium")).register(replace(case, parties=(case.parties[0], hidden)))
    stored = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert b"Anna Svensson" in stored and b"Skyddad identitet" in stored
    assert b"Bo Berg" not in stored and b"bo@example" not in stored and b"bo.berg" not in stored
