"""The whole flow with the keys alone and without JavaScript: the focus is seen, and nothing needs a mouse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import focus
from tests.browser.test_browser_flow import screenshot
from tests.browser.world import World, account, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MOST_TABS = 80


@dataclass(slots=True)
class Keys:
    """Two hands on a keyboard. Every stop of the Tab key is looked at on the way."""

    page: Page

    def to(self, wanted: str) -> None:
        """Tab until the focus is on what the CSS selector names."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            seen = focus(self.page)
            assert seen["outlined"], f"no outline: {seen['what']}"
            assert seen["shown"], f"hidden: {seen['what']}"
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
                return
        pytest.fail(f"{MOST_TABS} Tabs do not lead to {wanted}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, wanted: str, text: str) -> None:
        self.to(wanted)
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """In a group of radio buttons: Tab to the group, Space on the first, arrows to the others."""
        self.to(f"input[name={name}]")
        self.press("Space")
        for _ in range(10):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.press("ArrowDown")
        pytest.fail(f"the arrows do not lead to {value}")

    def follow(self, wanted: str) -> None:
        """Enter on a link or button, and the page that comes of it."""
        self.to(wanted)
        with self.page.expect_navigation():
            self.press("Enter")

    def sign_in(self, world: World, login: str) -> None:
        self.page.goto(world.public)
        expect(self.page.locator("#f-login")).to_be_focused()  # by itself, soon after the page has come
        self.page.keyboard.type(login)
        self.type("#f-password", account(login).password)
        with self.page.expect_navigation():
            self.press("Enter")

    def sign_out(self) -> None:
        self.follow("form[action='/logga-ut'] button")

    def find(self, number: str, task: str) -> None:
        self.follow("a[href*='visa=gruppens']")
        self.type("#sok", number)
        with self.page.expect_navigation():
            self.press("Enter")
        link = self.page.get_by_role("listitem").filter(has_text=task).get_by_role("link")
        self.follow(f"a[href='{link.get_attribute('href')}']")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(task)

    def complete(self) -> None:
        self.follow("button[value=slutfor]")
        expect(self.page.get_by_role("status").filter(has_text="Uppgiften är klar.")).to_be_visible()


def test_a_comment_is_registered_and_answered_with_the_keys_alone_and_no_javascript(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    picture = tmp_path / "skarmbild.png"
    picture.write_bytes(screenshot("maroon"))
    page = browse(login=None, java_script_enabled=False)
    page.on("filechooser", lambda _: None)  # from now on no dialog opens: it would come before it is awaited
    keys = Keys(page)

    keys.sign_in(world, "maria")
    keys.follow("nav a[href='/registrera']")
    expect(page.locator("#f-kanal")).to_be_focused()
    page.keyboard.type("Instagram, Kultur och fritid")
    keys.type("#f-text", "Varför är badet stängt?")
    keys.to("#f-bild")
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(picture)
    keys.follow("main form button")
    number = page.locator("main .row .muted").first.inner_text()

    keys.type("#f-kind_of_item", "Klag")
    assert page.locator("#f-kind_of_item").input_value() == "complaint"
    for name, value in (("remove", "no"), ("response", "answer"), ("belongs_to", "new_case")):
        keys.choose(name, value)
    keys.complete()
    keys.sign_out()

    keys.sign_in(world, "anna")
    keys.find(number, "Registrera i diariet")
    keys.choose("register_in", "new")
    keys.type("#f-case_subject", "Fråga om simhallens öppettider")
    keys.complete()
    case = page.url.split("?")[0]
    given = page.locator(".reg .number").first
    until(_reloaded(page, lambda: given.count() > 0), "the diarium's number after a reload")
    number_given = given.inner_text()
    keys.sign_out()

    keys.sign_in(world, "johan")
    keys.find(number, "Besvara inlägget")
    keys.type("#f-answer_text", "Hej! Badet öppnar igen i januari.")
    keys.choose("answered_how", "public_reply")
    keys.complete()

    page.goto(case)
    expect(page.get_by_text("Avslutat", exact=True).first).to_be_visible()
    assert len(world.entered(number_given)) == 1
    until(_reloaded(page, lambda: page.get_by_text("Kvitterad").count() > 1), "the record's receipt")
    hashes = [row["sha256"] for row in world.kept_files(number_given)]
    assert hashes.count(hashlib.sha256(picture.read_bytes()).hexdigest()) == 1


def _reloaded(page: Page, holds: Callable[[], bool]) -> Callable[[], bool]:
    def ask() -> bool:
        page.reload()
        return holds()

    return ask


def test_the_skip_link_leads_past_the_menu_on_every_page(browse: Browse) -> None:
    page = browse()
    for path in ("/inkorg?visa=alla", "/arenden", "/registrera", "/registrera/epost", "/finns-inte"):
        browse.watch.expected.add(404)
        page.goto(browse.world.public + path)
        page.evaluate("() => document.activeElement?.blur()")
        page.locator("a.skip").focus()
        assert focus(page)["shown"]
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "innehall", path
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('#innehall')"), path
