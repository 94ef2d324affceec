"""What the pages' own script does, in a real Chromium. Every page as such is visited in `tests/browser`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.service.http.web import Web

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass(slots=True)
class Site:
    """The application on a port of its own, and browsers signed in to it."""

    web: Web
    address: str
    chromium: Browser
    said: list[str]

    def open(self, path: str) -> Page:
        context: BrowserContext = self.chromium.new_context(
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
        )
        kept = self.web.browser("maria").client.get_cookie("ordna")
        assert kept is not None
        context.add_cookies([{"name": "ordna", "value": kept.value, "url": self.address}])
        page = context.new_page()
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        page.goto(self.address + path)
        return page


@pytest.fixture
def site(one_web: Web, browser: Browser) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, one_web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Site(one_web, f"http://127.0.0.1:{server.server_port}", browser, [])
    yield found
    for context in browser.contexts:
        context.close()
    server.shutdown()
    thread.join()
    assert found.said == []


def test_a_question_that_depends_on_another_is_shown_when_it_matters(site: Site) -> None:
    page = site.open(f"/uppgifter/{site.web.task(site.web.post().case_id).id}")
    assert page.get_by_label("Varför ska det bort?").is_hidden()
    page.get_by_label("Ja, det ska bort").check()
    assert page.get_by_label("Varför ska det bort?").is_visible()


def test_the_state_of_the_registration_changes_without_a_reload(site: Site) -> None:
    received = site.web.post()
    page = site.open(f"/arenden/{received.case_id}")
    answers = page.evaluate(
        """async (address) => {
        const first = await fetch(address), tag = first.headers.get('ETag');
        const again = await fetch(address, {headers: {'If-None-Match': tag}});
        return [first.status, again.status];
    }""",
        f"/arenden/{received.case_id}/lage",
    )
    assert answers == [200, 304]
