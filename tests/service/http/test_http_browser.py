"""The pages in a real Chromium: no findings by axe, no sideways scrolling, keyboard, and no JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.service.http.web import COMPLAINT, Web, picture

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass(slots=True)
class Site:
    """The application on a port of its own, and browsers signed in to it."""

    web: Web
    address: str
    chromium: Browser
    said: list[str]

    def open(
        self,
        path: str,
        login: str | None = "maria",
        *,
        width: int = 1440,
        height: int = 900,
        scripts: bool = True,
        dark: bool = False,
    ) -> Page:
        context: BrowserContext = self.chromium.new_context(
            viewport={"width": width, "height": height},
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        if login:
            kept = self.web.browser(login).client.get_cookie("ordna")
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
    assert [text for text in found.said if "404" not in text and "422" not in text] == []


def _paths(site: Site) -> list[str]:
    received = site.web.post("Gungan är trasig. <script>alert(1)</script>")
    task = site.web.task(received.case_id).id
    return [
        "/logga-in",
        "/forsta-start",
        "/inkorg",
        "/inkorg?visa=alla",
        f"/uppgifter/{task}",
        "/arenden",
        f"/arenden/{received.case_id}",
        "/registrera",
        "/registrera/epost",
        "/finns-inte",
        f"/uppgifter/{task}?sprak=en",
        "/mitt-konto",
        "/personer",
        "/personer/ny",
        f"/personer/{site.web.people['kim'].id}",
    ]


def _asker(path: str) -> str | None:
    if path in ("/logga-in", "/forsta-start"):
        return None
    return "sven" if path.startswith("/personer") else "maria"


@pytest.mark.soak
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, False), (1440, True)])
def test_no_page_has_anything_for_axe_to_find(site: Site, width: int, dark: bool) -> None:
    axe = Axe()
    for path in _paths(site):
        page = site.open(path, _asker(path), width=width, dark=dark)
        found = axe.run(page, options={"runOnly": _RULES}).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], path


def test_no_page_scrolls_sideways_on_the_narrowest_screen(site: Site) -> None:
    for path in _paths(site):
        page = site.open(path, _asker(path), width=320, height=640)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path


def test_what_must_be_corrected_gets_the_focus_and_leads_to_its_field(site: Site) -> None:
    task = site.web.task(site.web.post().case_id).id
    page = site.open(f"/uppgifter/{task}")
    page.get_by_role("button", name="Slutför uppgiften").click()
    assert page.evaluate("() => document.activeElement.id") == "fel"
    assert page.title().startswith("Fel: ")
    page.locator("#fel a").first.click()
    assert page.evaluate("() => document.activeElement.name") == "kind_of_item"
    found = Axe().run(page, options={"runOnly": _RULES}).response["violations"]
    assert [one["id"] for one in found] == []


def test_a_question_that_depends_on_another_is_shown_when_it_matters(site: Site) -> None:
    page = site.open(f"/uppgifter/{site.web.task(site.web.post().case_id).id}")
    assert page.get_by_label("Varför ska det bort?").is_hidden()
    page.get_by_label("Ja, det ska bort").check()
    assert page.get_by_label("Varför ska det bort?").is_visible()


def test_without_javascript_a_post_is_registered_and_its_task_done(site: Site) -> None:
    page = site.open("/registrera", scripts=False)
    page.get_by_label("Kanal").fill("Facebook, Exempelkommun")
    page.get_by_label("Vad står det?").fill("Lampan är trasig")
    page.get_by_role("button", name="Registrera").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Bedöm inlägget"
    page.get_by_label("Vad är det för slags inlägg?").select_option(COMPLAINT["kind_of_item"])
    page.locator("input[name=remove][value=no]").check()
    page.locator("input[name=response][value=answer]").check()
    page.locator("input[name=belongs_to][value=new_case]").check()
    page.get_by_role("button", name="Slutför uppgiften").click()
    assert page.get_by_role("status").first.inner_text() == "Uppgiften är klar."


def test_a_pasted_picture_becomes_the_screenshot(site: Site) -> None:
    page = site.open("/registrera")
    page.get_by_label("Kanal").fill("Facebook")
    page.evaluate(
        """(bytes) => {
        const carrier = new DataTransfer();
        carrier.items.add(new File([new Uint8Array(bytes)], 'image.png', {type: 'image/png'}));
        document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carrier, bubbles: true}));
    }""",
        list(picture()),
    )
    assert "image.png" in page.locator("#inklistrad").inner_text()
    page.get_by_role("button", name="Registrera").click()
    assert page.get_by_text("Visa bilden").is_visible()
    page.get_by_text("Visa bilden").click()
    page.wait_for_function("() => document.querySelector('.capture img').naturalWidth === 8")


def test_the_keyboard_reaches_the_content_at_once_and_focus_is_seen(site: Site) -> None:
    site.web.post()
    page = site.open("/inkorg?visa=alla")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "innehall"
    for _ in range(3):
        page.keyboard.press("Tab")
        width = page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px"


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
