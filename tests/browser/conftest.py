"""The browser of these tests: away from the network, and every page watched for what must never happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from tests.browser.world import EVERYONE, World, account, open_world

expect.set_options(timeout=20_000)


@dataclass(slots=True)
class Watch:
    """What the pages of one test said and asked for. `expected` are statuses the test provokes."""

    said: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> BrowserContext:
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("request", lambda request: self._request(request))
        context.on("dialog", lambda dialog: self._dialog(dialog))
        return context

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") or "Content Security Policy" in text:
            self.said.append(text)

    def _dialog(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.strangers.append(request.url)

    def complaints(self) -> list[str]:
        excused = tuple(f"the server responded with a status of {status} " for status in self.expected)
        return [text for text in self.said if not any(part in text for part in excused)]


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """Fails the test when a page complained, opened a dialog, broke the CSP or asked another host."""
    watching = Watch()
    yield watching
    assert watching.complaints() == []
    assert watching.strangers == []


@pytest.fixture(scope="session")
def world(browser_type_launch_args: dict[str, object]) -> Iterator[World]:
    """The demonstration on SQLite, with its sample cases: one for the whole session."""
    with open_world() as made:
        yield made


@pytest.fixture(scope="session")
def _kept_sessions() -> dict[tuple[str, str], Any]:
    return {}


@dataclass(slots=True)
class Browse:
    """Opens pages in contexts of their own."""

    world: World
    watch: Watch
    new_context: Callable[..., BrowserContext]
    kept: dict[tuple[str, str], Any]

    def __call__(
        self,
        path: str = "",
        login: str | None = EVERYONE,
        *,
        world: World | None = None,
        width: int = 1440,
        height: int = 900,
        **given: Any,
    ) -> Page:
        """A page of the application, signed in as `login` in a session shared with other tests."""
        place = world or self.world
        if login is not None:
            given["storage_state"] = self._session(place, login)
        context = self.watch.over(self.new_context(viewport={"width": width, "height": height}, **given))
        page = context.new_page()
        if path:
            page.goto(place.public + path)
        return page

    def _session(self, world: World, login: str) -> Any:
        key = (world.public, login)
        if key not in self.kept:
            page = self.watch.over(self.new_context()).new_page()
            sign_in(page, world, login)
            self.kept[key] = page.context.storage_state()
            page.context.close()
        return self.kept[key]


@pytest.fixture
def browse(
    world: World,
    watch: Watch,
    new_context: Callable[..., BrowserContext],
    _kept_sessions: dict[tuple[str, str], Any],
) -> Browse:
    return Browse(world, watch, new_context, _kept_sessions)


def sign_in(page: Page, world: World, login: str) -> None:
    """Through the first page, by the account's button."""
    page.goto(world.public)
    page.get_by_role("button", name=f"Logga in som {account(login).name}").click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
