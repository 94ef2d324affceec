"""Looks at a page of the house, or posts a form to it, as somebody of a role or as a visitor."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from PIL import Image
from werkzeug.test import Client, TestResponse

from service import people
from service.actors import role_of_lane
from service.proving.house import STAFF, House
from service.store import PersonRow
from workflows import Value
from workflows.scenarios import Page
from workflows.scenarios.case import Difference
from workflows.scenarios.plan import VISITOR

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_SPOT = re.compile(r"\{(\w+)\}")


def look(house: House, page: Page, spots: Mapping[str, str]) -> None:
    """Raises Difference when the page answers with another status, lacks what it should hold or holds what
    it should lack. After a form that was taken, the page that one is sent on to is the one looked at."""
    client = house.app.test_client()
    if page.who != VISITOR:
        _sign_in(house, client, page.who)
    path = _SPOT.sub(lambda found: _spot(found[1], spots), page.path)
    if page.fields is None:
        answer = client.get(path)
    else:
        data = {name: _field(value, spots) for name, value in page.fields.items()}
        answer = client.post(path, data={"csrf": _token(client, path), **data})
    if answer.status_code != page.status:
        raise Difference(
            f"sidan {page.path} svarade {answer.status_code}, inte {page.status}: {_said(answer)}"
        )
    if (page.holds or page.lacks) and answer.status_code in (302, 303):
        answer = client.get(answer.headers["Location"])
    raw, seen = answer.text, _words(answer)
    for wanted in page.holds:
        if wanted not in seen and wanted not in raw:
            raise Difference(f"sidan {page.path} säger inte ”{wanted}”: {seen[:600]}")
    for unwanted in page.lacks:
        if unwanted in seen or unwanted in raw:
            raise Difference(f"sidan {page.path} säger ”{unwanted}”.")


def _sign_in(house: House, client: Client, who: str) -> None:
    role = who if who in STAFF else role_of_lane(who)
    if role is None:
        raise Difference(f"rollen ”{who}” finns inte.")
    with house.database.write() as session:
        person = session.get_one(PersonRow, STAFF[role][0].id)
        client.set_cookie("ordna", people.open_session(session, person, house.clock()))


def _spot(name: str, spots: Mapping[str, str]) -> str:
    if name not in spots:
        raise Difference(f"{{{name}}} i adressen står inte för något: det finns {', '.join(spots)}.")
    return spots[name]


def _token(client: Client, path: str) -> str:
    """The token that forms of this browser carry."""
    known = client.get("/api/v1/session")
    if known.status_code == 200 and known.json and known.json.get("csrf"):
        return str(known.json["csrf"])
    for page in (path, "/logga-in"):
        found = _TOKEN.search(client.get(page).text)
        if found:
            return found[1]
    return ""


def _field(value: Value, spots: Mapping[str, str]) -> Any:
    """A field as a browser sends it: a ticked box as `true`, a list several times, a file as a file
    (`{file: bild.png}` is a picture, `{file: namn.txt, content: …}` a text)."""
    match value:
        case bool():
            return "true" if value else ""
        case Mapping():
            name = str(value.get("file", ""))
            return io.BytesIO(_content(name, value.get("content"))), name
        case list():
            return [str(one) for one in value]
        case str():
            return _SPOT.sub(lambda found: spots.get(found[1], found[0]), value)
        case _:
            return "" if value is None else str(value)


def _content(name: str, content: object) -> bytes:
    if content is None and name.endswith(".png"):
        kept = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(kept, "PNG")
        return kept.getvalue()
    return str(content or "").encode()


def _said(answer: TestResponse) -> str:
    return _words(answer)[:300] or answer.headers.get("Location", "")


def _words(answer: TestResponse) -> str:
    """What a reader sees of the page."""
    if answer.mimetype != "text/html":
        return answer.text
    reader = _Reader(convert_charrefs=True)
    reader.feed(answer.text)
    return " ".join("".join(reader.text).split())


class _Reader(HTMLParser):
    _SILENT = ("script", "style", "svg")

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)
