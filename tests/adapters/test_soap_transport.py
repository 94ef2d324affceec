"""Whatever a SOAP server does, the outcome is the right one, in bounded time and memory."""

from __future__ import annotations

import logging
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.conformance import a_case, a_document, a_file
from adapters.contract import (
    DiariumError,
    Receipt,
    Refused,
    Registration,
    Target,
    Unavailable,
    Unknown,
)
from adapters.soap.neutral import NeutralDiarium, open_diarium
from tests.adapters.misbehaving import (
    Request,
    Server,
    envelope,
    fault,
    http,
    misbehaving,
    receipt,
    reply,
    right_answer,
)
from tests.adapters.soap_answers import (
    OTHER,
    UNKNOWN,
    UNKNOWN_RECEIPT,
    doing,
    once,
    silent,
    status,
)

DEADLINE = 0.5
CANARY = "hemligtinnehåll"


def diarium_at(server: Server, timeout: float = DEADLINE) -> NeutralDiarium:
    return open_diarium(Target(url=server.url, timeout=timeout))


def outcome(call: Callable[[], object]) -> DiariumError:
    """The failure of `call`: soon, in little memory, and with nothing of libraries' exceptions,
    which hold what was sent and received."""
    started = time.monotonic()
    with pytest.raises(DiariumError) as caught:
        call()
    assert time.monotonic() - started < DEADLINE + 1.0
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert CANARY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", UNKNOWN | UNKNOWN_RECEIPT)
def test_an_answer_that_proves_nothing_is_unknown(name: str) -> None:
    with misbehaving((UNKNOWN | UNKNOWN_RECEIPT)[name]) as server:
        diarium = diarium_at(server)
        assert type(outcome(lambda: diarium.register(a_case(subject=CANARY)))) is Unknown
        assert len(server.requests) == 1


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_look_up_that_proves_nothing_is_unknown_and_never_none(name: str) -> None:
    with misbehaving(UNKNOWN[name]) as server:
        diarium = diarium_at(server)
        assert type(outcome(lambda: diarium.find("nyckel"))) is Unknown


@pytest.mark.parametrize("name", OTHER)
def test_an_answer_that_says_what_it_means_is_believed(name: str) -> None:
    kind, script = OTHER[name]
    with misbehaving(script) as server:
        diarium = diarium_at(server)
        assert type(outcome(lambda: diarium.register(a_case(subject=CANARY)))) is kind
        looked_up = Unknown if kind is Refused else kind
        assert type(outcome(lambda: diarium.find("nyckel"))) is looked_up


@pytest.mark.parametrize(
    "name",
    ["a packed bomb", "a packed bomb in a redirect", "endless chunks", "endless body", "a body over the cap"],
)
def test_no_answer_takes_much_memory(name: str) -> None:
    with misbehaving(UNKNOWN[name]) as server:
        diarium = diarium_at(server)
        with pytest.raises(Unknown):
            diarium.find("värm upp")
        tracemalloc.start()
        try:
            outcome(lambda: diarium.find("nyckel"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 32_000_000


def test_the_right_answer_is_a_receipt() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)))) as server:
        diarium = diarium_at(server)
        case = a_case()
        given = diarium.register(case)
        assert (given.key, given.number, given.replayed) == (case.key, "KS 2026/00001", False)
        assert diarium.find(case.key) == ()
        assert "prov 1" in diarium.check()


def test_a_second_answer_on_the_same_connection_is_never_read() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)) + http(b"hej"))) as server:
        diarium = diarium_at(server)
        assert diarium.register(a_case()).number
        assert diarium.register(a_case()).number
        assert all(b"Connection: close" in r.head for r in server.requests)


def test_a_receipt_without_a_time_zone_is_swedish_time_and_says_so() -> None:
    with misbehaving(
        doing(lambda r: reply(r.operation, receipt(r.key, registered_at="2026-07-01T12:00:00")))
    ) as server:
        given = diarium_at(server).register(a_case())
    assert given.registered_at.isoformat() == "2026-07-01T10:00:00+00:00"
    assert given.notes == ("Registreringstiden: saknade tidszon och lästes som svensk tid.",)


def test_a_diarium_that_is_silent_about_the_files_gives_a_note() -> None:
    with misbehaving(doing(lambda r: reply(r.operation, receipt(r.key)))) as server:
        given = diarium_at(server).register(a_document("KS 1", a_file()))
    assert given.notes == ("Filerna: diariet bekräftade inte deras kontrollsummor.",)


def test_a_file_that_could_not_be_sent_before_its_document_leaves_nothing_registered() -> None:
    with misbehaving(status("502 Bad Gateway")) as server:
        large = a_document("KS 1", a_file(b"x" * 5_000_000))
        assert type(outcome(lambda: diarium_at(server).register(large))) is Unavailable
        assert [r.operation for r in server.requests] == ["UploadChunk"]


def test_a_redirect_is_never_followed() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)))) as other:
        for line in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
            with misbehaving(status(line, "text/html", b"", f"Location: {other.url}")) as server:
                assert type(outcome(lambda s=server: diarium_at(s).register(a_case()))) is Unknown
                assert len(server.requests) == 1
        assert other.requests == []


def test_nobody_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", "http://finns-inte.invalid/"):
        diarium = open_diarium(Target(url=url, timeout=DEADLINE))
        assert type(outcome(lambda d=diarium: d.register(a_case()))) is Unavailable
        assert type(outcome(lambda d=diarium: d.find("nyckel"))) is Unavailable
        assert type(outcome(diarium.check)) is Unavailable


def test_a_peer_that_accepts_nothing_is_unavailable() -> None:
    """A full backlog: the connection is never made."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        with socket.create_connection(address):
            diarium = open_diarium(Target(url=f"http://127.0.0.1:{address[1]}/", timeout=DEADLINE))
            assert type(outcome(lambda: diarium.register(a_case()))) is Unavailable


def test_a_peer_that_does_not_read_is_cut_and_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        diarium = open_diarium(Target(url=f"http://127.0.0.1:{port}/", timeout=DEADLINE))
        document = a_document("KS 1", a_file(b"x" * 4_000_000))
        assert type(outcome(lambda: diarium.register(document))) is Unknown


def test_plain_text_where_tls_was_expected_is_unavailable() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)))) as server:
        url = server.url.replace("http:", "https:")
        diarium = open_diarium(Target(url=url, timeout=DEADLINE))
        assert type(outcome(lambda: diarium.register(a_case()))) is Unavailable


def test_the_call_s_own_time_limit_bounds_the_whole_call() -> None:
    with misbehaving(silent) as server:
        diarium = diarium_at(server, timeout=60)
        assert type(outcome(lambda: diarium.register(a_case(), timeout=0.2))) is Unknown
        assert type(outcome(lambda: diarium.register(a_case(), timeout=0))) is Unavailable
        assert len(server.requests) == 1


def test_the_environment_s_proxies_passwords_and_cookies_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("netrc") / "netrc"
    netrc.write_text("machine localhost login någon password annan\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with misbehaving(once(lambda r: http(right_answer(r), "200 OK", "Set-Cookie: a=b"))) as server:
        diarium = diarium_at(server)
        diarium.register(a_case())
        diarium.register(a_case())
        for request in server.requests:
            assert b"authorization" not in request.head.lower()
            assert b"cookie" not in request.head.lower()
            assert b"Accept-Encoding: identity" in request.head


def test_the_account_is_sent_in_utf_8_to_the_configured_server() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)))) as server:
        target = Target(url=server.url, user="åsa", password="lösen", timeout=DEADLINE)
        open_diarium(target).register(a_case())
        assert b"Authorization: Basic w6VzYTpsw7ZzZW4=" in server.requests[0].head


def test_nothing_that_is_sent_or_received_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("zeep"):
            logging.getLogger(name).setLevel(logging.DEBUG)
    answers = iter(
        [
            lambda r: http(right_answer(r)),
            lambda r: http(fault("Validation", message=CANARY), "500 Error"),
            lambda r: http(envelope(reply(r.operation, receipt(r.key, registered_at=CANARY)))),
            lambda r: http(envelope(f"<{CANARY}/>")),
            lambda r: http(CANARY.encode()),
        ]
    )
    with misbehaving(lambda r, over: [next(answers)(r)]) as server:
        diarium = diarium_at(server)
        case = replace(a_case(subject=CANARY), unit=CANARY)
        assert diarium.register(case).number
        for _ in range(4):
            outcome(lambda: diarium.register(case))
    assert CANARY not in caplog.text
    assert not any(r.name.startswith("zeep") for r in caplog.records)


def test_threads_share_a_diarium_but_not_a_connection() -> None:
    with misbehaving(once(lambda r: http(right_answer(r)))) as server:
        diarium = diarium_at(server, timeout=10)
        given: dict[str, Receipt] = {}

        def register(record: Registration) -> None:
            given[record.key] = diarium.register(record)

        cases = [a_case() for _ in range(12)]
        threads = [threading.Thread(target=register, args=(c,)) for c in cases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {key: r.key for key, r in given.items()} == {c.key: c.key for c in cases}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1200),
            st.integers(0, 60),
            st.sampled_from(
                [
                    b"",
                    b"<",
                    b">",
                    b"</",
                    b"&",
                    b"\x00",
                    b"\xff",
                    b"\r\n",
                    b"\r\n\r\n",
                    b" ",
                    b"0",
                    b"<a/>",
                    b'"',
                    b"<Receipt>",
                    b"<!DOCTYPE x>",
                    b"Transfer-Encoding: chunked\r\n",
                    b"<![CDATA[",
                ]
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_an_answer_damaged_anywhere_is_a_receipt_for_our_key_or_one_of_the_four_failures(
    damages: list[tuple[int, int, bytes]],
) -> None:
    def script(request: Request, over: threading.Event) -> list[bytes]:
        answer = http(right_answer(request))
        for place, removed, added in damages:
            answer = answer[:place] + added + answer[place + removed :]
        return [answer]

    with misbehaving(script) as server:
        diarium = diarium_at(server)
        case = a_case()
        try:
            assert diarium.register(case).key == case.key
        except DiariumError as failure:
            assert failure.__context__ is None
