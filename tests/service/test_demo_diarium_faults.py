"""Every fault of the demonstration's diarium: what the client saw, and whether it registered."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.demo.diarium import create_diarium
from service.demo.faults import EITHER_WAY, Fault, Switch, Switchboard, read_switch
from service.demo.serving import serving

OPERATIONS = frozenset({"RegisterCase", "FindRegistration", "Ping"})
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Client:
    """Speaks SOAP by hand, sets faults, and looks in the diarium's database."""

    def __init__(self, url: str, database: Path) -> None:
        self.place = urlsplit(url).netloc
        self.database = database

    def http(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
        timeout: float = 20,
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.place, timeout=timeout)
        try:
            connection.request(method, path, body, {"Content-Type": kind})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def switch(self, **switch: object) -> None:
        status, body = self.http("POST", "/faults", json.dumps(switch).encode())
        assert status == 201, body.decode()

    def register(self, name: str = "k1", timeout: float = 20) -> tuple[int, bytes]:
        return self.http("POST", "/diarium", a_case(name), "text/xml", timeout)

    def find(self, name: str = "k1") -> tuple[int, bytes]:
        body = f"<FindRegistration>{key(name)}</FindRegistration>"
        return self.http("POST", "/diarium", envelope(body), "text/xml")

    def entries(self) -> int:
        with sqlite3.connect(self.database) as connection:
            return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    def statistics(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.http("GET", "/statistics")[1])
        return found

    def settled(self) -> int:
        """The number of entries when nothing more is on its way."""
        until(lambda: not self.statistics()["pending"])
        return self.entries()


def until(true: Callable[[], bool]) -> None:
    """Wait for it, for 30 seconds at most."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def envelope(body: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Body xmlns="urn:diarium-registration:1.0">{body}</s:Body></s:Envelope>'
    ).encode()


def key(name: str) -> str:
    return f"<Key><SourceSystem>Ordna</SourceSystem><Id>{name}</Id></Key>"


def a_case(name: str) -> bytes:
    return envelope(
        f"<RegisterCase><Case>{key(name)}<Digest>{'a' * 64}</Digest>"
        "<PublicTitle>Klagomål</PublicTitle><OpenedAt>2026-11-20T10:14:00Z</OpenedAt>"
        "<HandlerUnit>TN</HandlerUnit></Case></RegisterCase>"
    )


@pytest.fixture
def diarium(tmp_path: Path) -> Iterator[Client]:
    with serving(create_diarium(tmp_path / "d.sqlite")) as url:
        yield Client(url, tmp_path / "d.sqlite")


def _reset(register: Callable[[], object]) -> None:
    """A real RST, and not an orderly end, which would be http.client.RemoteDisconnected."""
    with pytest.raises(ConnectionResetError) as seen:
        register()
    assert type(seen.value) is ConnectionResetError


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HANG])
def test_a_reset_gives_no_byte_before_or_after_the_commit(
    diarium: Client, fault: Fault, commit: bool
) -> None:
    diarium.switch(fault=fault, commit=commit, delay_ms=20)
    _reset(diarium.register)
    assert diarium.entries() == int(commit)


@pytest.mark.parametrize("commit", [True, False])
def test_a_hang_ends_when_the_client_goes_and_nothing_more_happens(diarium: Client, commit: bool) -> None:
    diarium.switch(fault="hang", commit=commit, delay_ms=600_000, next=1)
    with pytest.raises(TimeoutError):
        diarium.register(timeout=0.3)
    assert diarium.entries() == int(commit)
    # the thread that hung lets go
    until(lambda: not any("process_request" in t.name for t in threading.enumerate()))
    assert diarium.entries() == int(commit)
    assert diarium.register()[0] == 200


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.ERROR, 500, b"soap:Server"),
        (Fault.HTML, 200, b"Logga in"),
        (Fault.BAD_GATEWAY, 502, b"502 Bad Gateway"),
        (Fault.ACCEPTED, 202, b""),
        (Fault.INTERNAL, 500, b"Committed>true<"),
    ],
)
def test_an_answer_that_proves_nothing_is_the_same_before_and_after_the_commit(
    diarium: Client, fault: Fault, status: int, said: bytes, commit: bool
) -> None:
    diarium.switch(fault=fault, commit=commit)
    seen, body = diarium.register()
    assert seen == status and (said in body if said else body == b"")
    assert b"Number" not in body
    assert diarium.entries() == int(commit)


def test_busy_is_the_typed_fault_that_promises_that_nothing_was_done(diarium: Client) -> None:
    diarium.switch(fault="busy")
    status, body = diarium.register()
    assert status == 500 and b"Code>Busy<" in body and b"Committed>false<" in body
    assert b"Retryable>true<" in body and diarium.entries() == 0


def test_a_truncated_body_ends_before_its_announced_length(diarium: Client) -> None:
    diarium.switch(fault="truncated")
    with pytest.raises(http.client.IncompleteRead) as seen:
        diarium.register()
    assert abs(len(seen.value.partial) - (seen.value.expected or 0)) <= 1
    assert diarium.entries() == 1


@pytest.mark.parametrize(
    ("fault", "status", "there", "absent"),
    [
        (Fault.TRUNCATED_XML, 200, b"RegisterCaseResponse", b"</soap:Envelope>"),
        (Fault.WRONG_REPLY, 200, b"RegisterDocumentResponse", b"RegisterCaseResponse"),
        (Fault.MISSING_REPLY, 200, b"<soap:Body/>", b"Receipt"),
        (Fault.MISSING_NUMBER, 200, b"SystemId", b"Number"),
        (Fault.EMPTY_NUMBER, 200, b"Number></", b"KS "),
        (Fault.SUCCESS_AS_ERROR, 500, b"RegisterCaseResponse", b"Fault"),
        (Fault.DRIP, 200, b"</soap:Envelope>", b"Fault"),
        (Fault.SLOW, 200, b"KS ", b"Fault"),
    ],
)
def test_a_reply_that_lies_comes_after_the_commit(
    diarium: Client, fault: Fault, status: int, there: bytes, absent: bytes
) -> None:
    diarium.switch(fault=fault, delay_ms=20)
    seen, body = diarium.register()
    assert seen == status and there in body and absent not in body
    assert diarium.entries() == 1


def test_a_duplicate_reply_has_the_reply_element_twice(diarium: Client) -> None:
    diarium.switch(fault="duplicate_reply")
    body = diarium.register()[1]
    assert body.count(b"RegisterCaseResponse ") + body.count(b"RegisterCaseResponse>") == 4
    assert diarium.entries() == 1


def test_slow_has_registered_when_the_client_gives_up(diarium: Client) -> None:
    diarium.switch(fault="slow", delay_ms=600_000)
    with pytest.raises(TimeoutError):
        diarium.register(timeout=0.5)
    until(lambda: diarium.entries() == 1)


def test_a_late_commit_comes_after_the_client_has_given_up(diarium: Client) -> None:
    diarium.switch(fault="late_commit", delay_ms=2_500, next=1)
    with pytest.raises(TimeoutError):
        diarium.register(timeout=0.3)
    assert diarium.entries() == 0
    assert b"Receipt" not in diarium.find()[1]
    assert diarium.settled() == 1
    assert b"KS " in diarium.find()[1]


def test_an_error_can_be_answered_before_the_work_is_done(diarium: Client) -> None:
    diarium.switch(fault="commit_after_error", delay_ms=1_000)
    status, body = diarium.register()
    assert status == 500 and b"Receipt" not in body
    assert (diarium.entries(), diarium.statistics()["pending"]) == (0, 1)
    assert diarium.settled() == 1


def test_late_work_is_given_up_when_the_diarium_stops(tmp_path: Path) -> None:
    with serving(create_diarium(tmp_path / "d")) as url:
        client = Client(url, tmp_path / "d")
        client.switch(fault="commit_after_error", delay_ms=600_000)
        client.register()
    assert client.entries() == 0


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("error", 500, b"soap:Server"),
        ("accepted", 202, b""),
        ("missing_reply", 200, b"Body/>"),
    ],
)
def test_a_look_up_can_fail_while_registering_works(
    diarium: Client, fault: str, status: int, body: bytes
) -> None:
    diarium.switch(fault=fault, operations=["FindRegistration"])
    assert diarium.register()[0] == 200
    seen, answer = diarium.find()
    assert seen == status and body in answer and b"Receipt" not in answer


def test_a_lagging_index_says_not_found_until_its_time_has_passed(tmp_path: Path) -> None:
    now = [START]
    with serving(create_diarium(tmp_path / "d", clock=lambda: now[0])) as url:
        client = Client(url, tmp_path / "d")
        client.switch(fault="not_found_yet", delay_ms=2_000)
        assert b"KS 2026/00001" in client.register()[1]
        now[0] = START + timedelta(milliseconds=1_999)
        assert client.find()[0] == 200 and b"Receipt" not in client.find()[1]
        now[0] = START + timedelta(milliseconds=2_000)
        assert b"KS 2026/00001" in client.find()[1]


def test_a_switch_for_the_next_calls_falls_off_and_a_retry_gets_the_first_receipt(
    diarium: Client,
) -> None:
    diarium.switch(fault="reset", operations=["RegisterCase"], next=2)
    _reset(diarium.register)
    assert b"KS " in diarium.find()[1]
    _reset(diarium.register)
    status, body = diarium.register()
    assert status == 200 and b"Replayed>true" in body
    assert diarium.http("GET", "/faults")[1].strip() == b"[]"
    statistics = diarium.statistics()
    assert statistics["calls"] == {"RegisterCase": 3, "FindRegistration": 1}
    assert statistics["faults"] == {"reset": 2}
    assert statistics["entries"] == {"case": 1, "document": 0} and statistics["doubled"] == 0


def test_deleting_clears_every_switch(diarium: Client) -> None:
    diarium.switch(fault="error")
    assert diarium.http("DELETE", "/faults")[0] == 204
    assert diarium.register()[0] == 200


def test_the_pages_buttons_set_and_clear_a_switch(diarium: Client) -> None:
    form = "application/x-www-form-urlencoded"
    fields = b"fault=error&operation=RegisterCase&commit=no&next=2&percent=50&delay_ms=0"
    assert diarium.http("POST", "/faults", fields, form)[0] == 303
    (switch,) = json.loads(diarium.http("GET", "/faults")[1])
    assert (switch["probability"], switch["next"], switch["commit"]) == (0.5, 2, False)
    assert "50 procent" in diarium.http("GET", "/fel")[1].decode()
    wrong = diarium.http("POST", "/faults", b"fault=slow&commit=no", form)
    assert wrong[0] == 400 and "bestämmer själv" in wrong[1].decode()
    assert diarium.http("POST", "/faults/clear", b"", form)[0] == 303
    assert diarium.http("GET", "/faults")[1].strip() == b"[]"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        {"fault": "meteor"},
        {"fault": "reset", "probability": 2},
        {"fault": "reset", "next": 0},
        {"fault": "reset", "operations": ["Drop"]},
        {"fault": "reset", "operations": "RegisterCase"},
        {"fault": "reset", "delay_ms": 10**9},
        {"fault": "slow", "commit": False},
        {"fault": "reset", "colour": 1},
        [{"fault": "reset"}, {"fault": "meteor"}],
        ["reset"],
    ],
)
def test_a_switch_that_does_not_hold_is_refused_with_a_sentence(diarium: Client, wrong: object) -> None:
    status, body = diarium.http("POST", "/faults", json.dumps(wrong).encode())
    if wrong == []:
        assert status == 201
    else:
        assert status == 422 and json.loads(body)["error"].endswith((".", "{}"))
    assert diarium.http("GET", "/faults")[1].strip() == b"[]"


def test_many_clients_at_once_lose_and_double_nothing(diarium: Client) -> None:
    for seed, fault in enumerate((Fault.RESET, Fault.ERROR, Fault.ACCEPTED, Fault.TRUNCATED)):
        diarium.switch(fault=fault, probability=0.15, seed=seed, commit=seed % 2 == 0 or seed > 1)

    def insist(name: str) -> None:
        for _ in range(60):
            try:
                status, body = diarium.register(name)
            except (ConnectionError, http.client.HTTPException):
                continue
            if status == 200 and b"KS " in body:
                return
        raise AssertionError(name)

    threads = [threading.Thread(target=insist, args=(f"k{n}",)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert diarium.entries() == 60 and diarium.statistics()["doubled"] == 0
    with sqlite3.connect(diarium.database) as connection:
        numbers = sorted(n for (n,) in connection.execute("SELECT sequence FROM entry"))
    assert numbers == list(range(1, 61))


def test_a_fault_closes_its_own_connection_and_no_other(diarium: Client) -> None:
    host, port = diarium.place.split(":")
    bystanders = [socket.create_connection((host, int(port))) for _ in range(8)]
    diarium.switch(fault="reset", operations=["RegisterCase"])
    for _ in range(20):
        _reset(diarium.register)
    for bystander in bystanders:
        with bystander:
            bystander.sendall(b"GET /faults HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            assert bystander.makefile("rb").readline().split()[1] == b"200"


@given(
    fault=st.sampled_from(Fault),
    seed=st.integers(0, 2**32),
    probability=st.floats(0, 1),
    calls=st.lists(st.sampled_from(sorted(OPERATIONS)), max_size=60),
)
def test_the_same_seed_and_calls_give_the_same_faults(
    fault: Fault, seed: int, probability: float, calls: list[str]
) -> None:
    def served() -> list[bool]:
        board = Switchboard()
        board.add([Switch(fault, ("RegisterCase",), probability, seed), Switch(Fault.SLOW)])
        return [(s := board.strike(call)) is not None and s.fault is fault for call in calls]

    assert served() == served()


@given(fault=st.sampled_from(Fault), probability=st.floats(0, 1), commit=st.booleans())
def test_a_switch_read_back_from_the_listing_is_the_same(
    fault: Fault, probability: float, commit: bool
) -> None:
    switch = Switch(fault, ("Ping",), probability, 7, 3, 50, commit or fault not in EITHER_WAY)
    board = Switchboard()
    board.add([switch])
    (listed,) = board.listing()
    known = {name: value for name, value in listed.items() if name not in ("seen", "served")}
    assert read_switch(known, OPERATIONS) == switch
