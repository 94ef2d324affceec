"""A visitor without a browser: signs in over HTTP, keeps its cookies, and speaks the JSON API."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError

from service.demo.place import DemoFailed

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Visitor:
    """One signed-in person. Every call raises DemoFailed with the server's own words when it is refused."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._token = ""
        self._place = ""

    def sign_in(self, login: str, password: str) -> None:
        token = self._find_token(self._send("GET", "/logga-in"))
        form = urllib.parse.urlencode({"login": login, "password": password, "csrf": token})
        self._send("POST", "/logga-in", form.encode(), "application/x-www-form-urlencoded")
        self._token = str(self.get("/api/v1/session")["csrf"])

    def get(self, path: str) -> Any:
        return json.loads(self._send("GET", path))

    def post(self, path: str, body: Mapping[str, Any] | bytes, kind: str = "application/json") -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return json.loads(self._send("POST", path, content, kind) or b"{}")

    def refused(self, path: str) -> int:
        """The status with which a page is refused; 200 when it is not."""
        try:
            with self._opener.open(self._address + path, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def submit(self, path: str, fields: Mapping[str, str], file: tuple[str, bytes] | None = None) -> str:
        """Send a page's form, with one PNG where `file` names its field. Returns the path of the page that
        came of it."""
        mark = "ordna-demonstration"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in fields.items()
        ]
        if file is not None:
            head = f'name="{file[0]}"; filename="skarmbild.png"\r\nContent-Type: image/png'
            parts.append(f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode())
            parts.append(file[1] + b"\r\n")
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        self._send("POST", path, body, f"multipart/form-data; boundary={mark}")
        return urllib.parse.urlsplit(self._place).path

    def _find_token(self, page: bytes) -> str:
        found = _TOKEN.search(page.decode())
        if found is None:
            raise DemoFailed("Inloggningssidan saknar sin nyckel.")
        return found[1]

    def _send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        request = urllib.request.Request(self._address + path, body, method=method)
        if kind:
            request.add_header("Content-Type", kind)
        if self._token:
            request.add_header("X-CSRF-Token", self._token)
        try:
            with self._opener.open(request, timeout=30) as answer:
                content: bytes = answer.read()
                self._place = answer.geturl()
                return content
        except HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            raise DemoFailed(f"{method} {path}: {error.code} {said}") from None
