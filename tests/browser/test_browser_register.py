"""How much work a comment is: a practised person's keystrokes, the server's requests, and the clock."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_browser_flow import copy_picture, screenshot
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TYPING = 60
"""Milliseconds between two keys: about 200 strokes a minute with the pauses, an ordinary office pace."""


class Hands:
    """Counts groups of keystrokes: a text, a shortcut, a key pressed some times in a row."""

    def __init__(self, page: Page) -> None:
        self.page, self.groups = page, 0

    def type(self, text: str) -> None:
        self.groups += 1
        self.page.keyboard.type(text, delay=TYPING)

    def press(self, key: str, times: int = 1) -> None:
        self.groups += 1
        for _ in range(times):
            self.page.keyboard.press(key, delay=TYPING)


def test_a_comment_is_logged_with_eight_groups_of_keys_and_one_post(world: World, browse: Browse) -> None:
    page = browse("/inkorg")
    copy_picture(page, screenshot("teal"))
    posts, gets = world.requests("POST"), world.requests("GET")
    page.get_by_role("link", name="Registrera inlägg").click()
    expect(page.locator("#f-kanal")).to_be_focused()
    started = time.monotonic()
    hands = Hands(page)
    hands.press("Control+v")
    expect(page.get_by_role("status").filter(has_text="Skärmbilden är med")).to_be_visible()
    hands.type("Facebook, Exempelkommun")
    hands.press("Tab", 2)
    hands.type("Cykelvägen är full av glas vid viadukten.")
    hands.press("Tab")
    hands.type("Berit Ö")
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    print(f"{time.monotonic() - started:.1f} s from the open form to the task")  # shown by `pytest -s`
    assert hands.groups <= 8
    assert _more(world, "POST", posts) == {"register.post": 1}
    assert _more(world, "GET", gets) == {"register.form": 1, "tasks.page": 1}
    expect(page.get_by_text("Cykelvägen är full av glas vid viadukten.")).to_be_visible()
    expect(page.get_by_text("Visa bilden")).to_be_visible()


def _more(world: World, method: str, before: dict[str, int]) -> dict[str, int]:
    """Requests for pages since `before`, without health and what is cached for ever."""
    return {
        endpoint: count - before.get(endpoint, 0)
        for endpoint, count in world.requests(method).items()
        if count > before.get(endpoint, 0) and not endpoint.startswith(("health.", "static"))
    }
