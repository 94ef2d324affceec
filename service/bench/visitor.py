"""A client that keeps its connection: signs in over HTTP and completes tasks through the JSON API."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from service.bench.measured import BenchFailed
from service.bench.site import LOGIN
from service.bench.work import NOTE, Work

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_PATIENCE = 30.0


class Visitor:
    """One signed-in person on one connection; for one thread. Raises BenchFailed on any refusal."""

    def __init__(self, address: str, password: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._sign_in(password)

    def complete(self, task: str, work: Work) -> None:
        """Complete a task as the first version of it was shown."""
        body = json.dumps({"version": 1, "answers": {**work.answers, "note": NOTE}}).encode()
        self._send("POST", f"/api/v1/tasks/{task}/complete", body, "application/json")

    def close(self) -> None:
        self._connection.close()

    def _sign_in(self, password: str) -> None:
        found = _TOKEN.search(self._send("GET", "/logga-in").decode())
        if found is None:
            raise BenchFailed("Inloggningssidan saknar sin nyckel.")
        form = urlencode({"login": LOGIN, "password": password, "csrf": found[1]}).encode()
        self._send("POST", "/logga-in", form, "application/x-www-form-urlencoded")
        self._token = str(json.loads(self._send("GET", "/api/v1/session"))["csrf"])

    def _send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        headers = {"Content-Type": kind} if kind else {}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if self._token:
            headers["X-CSRF-Token"] = self._token
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise BenchFailed(f"{method} {path}: {error!r}") from error
        self._remember(answer.headers.get_all("Set-Cookie") or [])
        if answer.status not in (200, 201, 303):
            raise BenchFailed(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:300]}")
        return content

    def _remember(self, given: list[str]) -> None:
        for line in given:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
