"""`ordna serve` as a real process: the first account, and one owner of the data folder."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError

import pytest

from service.demo.browserless import Visitor
from service.demo.place import DemoFailed
from tests.service.cli_world import ROOT, Served, environment, ordna, served

# the tests follow each other in one data folder: they stay in one process
pytestmark = pytest.mark.xdist_group("serving")
PASSWORD = "fyra glada grisar gräver"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving") / "data"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Served]:
    with served(data) as running:
        running.wait_for("Första start")
        running.wait_until_listening()
        yield running


def invitation(said: str) -> str:
    """The address in the sentence."""
    found = re.search(r"öppna (http://\S+/forsta-start\?kod=\S+) för att skapa det första kontot\.$", said)
    assert found is not None, said
    return found[1]


def set_up(address: str, login: str) -> tuple[int, str]:
    """What a browser does with the printed address: open it, fill in, send. Gives status and path."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )
    with opener.open(address, timeout=30) as answer:
        page = answer.read().decode()
    hidden = dict(re.findall(r'<input[^>]*name="(csrf|token)"[^>]*value="([^"]*)"', page))
    form = hidden | {"name": "Anna Berg", "login": login, "password": PASSWORD}
    try:
        with opener.open(address.split("?")[0], urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            return answer.status, urllib.parse.urlsplit(answer.url).path
    except HTTPError as refused:
        return refused.code, urllib.parse.urlsplit(refused.url).path


def test_the_first_account_is_made_at_the_printed_address_and_only_once(server: Served, data: Path) -> None:
    printed = invitation(server.wait_for("Första start"))
    assert printed.startswith(f"{server.address}/forsta-start?kod=")
    assert sum("Första start" in line for line in server.said) == 1

    renewed = invitation(ordna("setup", data=data, PORT=str(server.port)).out.strip())
    assert set_up(printed, "obehorig") == (422, "/forsta-start")  # a newer address replaces it
    assert set_up(renewed, "anna") == (200, "/inkorg")
    assert set_up(renewed, "eva") == (422, "/forsta-start")

    visitor = Visitor(server.address)
    visitor.sign_in("anna", PASSWORD)
    assert "system_administrator" in visitor.get("/api/v1/session")["roles"]
    with pytest.raises(DemoFailed):
        Visitor(server.address).sign_in("eva", PASSWORD)

    afterwards = ordna("setup", data=data, PORT=str(server.port))
    assert (afterwards.code, afterwards.out) == (1, "")
    assert afterwards.err == "Det finns redan ett konto: logga in med det.\n"


def test_the_code_for_the_first_account_stands_nowhere_in_the_data_folder(server: Served, data: Path) -> None:
    code = invitation(server.wait_for("Första start")).split("kod=")[1].encode()
    assert all(code not in file.read_bytes() for file in data.iterdir())


def test_a_second_owner_of_the_data_folder_is_refused_with_a_sentence(server: Served, data: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "service.cli", "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(data, PORT="0"),
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"En annan Ordna använder redan {data}.")
    assert second.stderr.count("\n") == 1
    assert server.process.poll() is None
    assert ordna("verify", data=data).code == 0  # but a verb may run beside it


def test_a_server_that_may_not_start_says_why_before_it_listens(tmp_path: Path) -> None:
    assert ordna("migrate", data=tmp_path / "data").code == 0
    (tmp_path / "data" / "key").chmod(0o644)
    with served(tmp_path / "data") as refused:
        assert refused.process.wait(60) == 1
        refused.wait_for("Nyckelfilen kan läsas av andra")
        assert len(refused.said) == 1


def test_nothing_lives_on_when_the_supervisor_is_killed(data: Path, server: Served) -> None:
    workers = children(server.process.pid)
    assert workers
    assert not [line for line in server.said if "WARNING" in line], server.said
    server.process.kill()
    server.process.wait(10)
    for _ in range(100):
        if not any(lives(pid) for pid in workers):
            break
        subprocess.run(["sleep", "0.1"], check=True)
    assert not any(lives(pid) for pid in workers)
    with served(data) as next_one:
        next_one.wait_until_listening()
        assert not [line for line in next_one.said if "Första start" in line]  # there is an account


def children(pid: int) -> list[int]:
    with Path(f"/proc/{pid}/task/{pid}/children").open() as file:
        return [int(child) for child in file.read().split()]


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
