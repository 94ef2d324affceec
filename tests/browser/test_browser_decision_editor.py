"""The decision editor in a browser: by the keys alone, without JavaScript, wide and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse, Watch
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.test_browser_keyboard import Keys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"
MOST_TABS_IN_A_TABLE = 400


class Hands(Keys):
    """A table has many stops: the way to a cell is long, and every stop is looked at."""

    def to(self, wanted: str) -> None:
        for _ in range(MOST_TABS_IN_A_TABLE // 80):
            try:
                super().to(wanted)
            except pytest.fail.Exception:
                continue
            return
        pytest.fail(f"{MOST_TABS_IN_A_TABLE} Tabs do not lead to {wanted}")

    def replace(self, wanted: str, text: str) -> None:
        self.to(wanted)
        self.press("Control+a")
        self.page.keyboard.type(text)


def looked_at(page: Page, name: str, *, full: bool = True) -> None:
    """A picture for people to look at, where somebody asks for one."""
    if folder := os.environ.get("ORDNA_TEST_SHOTS"):
        page.screenshot(path=Path(folder) / f"beslut-{name}.png", full_page=full)


def a_draft(page: Page) -> str:
    """A draft of the complaint flow as it is in force: the address of its page."""
    page.get_by_role("button", name="Nytt utkast av versionen i drift").click()
    page.wait_for_url("**/utkast/**")
    return page.url.partition("?")[0]


def test_a_table_is_changed_warned_of_mended_tried_and_undone_by_keyboard_without_javascript(
    browse: Browse, watch: Watch
) -> None:
    watch.expected.add(422)
    page = browse("/processer/complaint", OWNER, java_script_enabled=False)
    a_draft(page)
    hands = Hands(page)
    hands.follow("nav a[href$='/beslut']")
    hands.follow("th a[href$='/beslut/registration']")
    rows = page.locator("tbody tr[id^=rad]")
    count = rows.count()

    # a row that holds for everything, in the middle of a table where the first row that holds applies
    hands.follow("button[value='efter-2']")
    expect(page.get_by_role("status").filter(has_text="Rad 3 är ny.")).to_be_in_viewport()
    expect(page.get_by_text("Rad 4 träffar aldrig: rad 3 hinner före.")).to_be_visible()
    looked_at(page, "varning")

    # mended: it holds for one kind alone; a slip of the pen is told where it stands, and nothing is lost
    hands.replace("#f-i-3-1", '"viewpoint_positive"')
    hands.replace("#f-o-3-1", "keep_in_order")
    hands.replace("#f-o-3-2", '"Beröm"')
    hands.replace("#f-n-3", "Beröm hålls ordnat")
    with page.expect_navigation():
        hands.press("Enter")
    expect(page.locator("#f-o-3-1-e")).to_contain_text('Skriv "keep_in_order" inom citattecken')
    expect(page.locator("#f-o-3-2")).to_have_value('"Beröm"')
    expect(page.locator("#f-n-3")).to_have_value("Beröm hålls ordnat")
    looked_at(page, "fel")
    hands.replace("#f-o-3-1", '"keep_in_order"')
    with page.expect_navigation():
        hands.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Sparat.")).to_be_in_viewport()
    expect(page.get_by_text("träffar aldrig")).to_have_count(0)
    looked_at(page, "rattad")

    # tried on a case that is not kept
    hands.to("#f-case-kind_of_item")
    page.keyboard.type("Posi")
    expect(page.locator("#f-case-kind_of_item")).to_have_value("viewpoint_positive")
    hands.follow("button[value='prova']")
    tried = page.locator(".tried")
    expect(tried).to_be_in_viewport()
    expect(tried).to_contain_text("Rad 3 stämmer och gäller.")
    expect(tried).to_contain_text("Beröm")
    looked_at(page, "provad")

    # taken back, on the page as it was saved
    page.goto(page.url.partition("#")[0])
    hands.follow("button[value='bort-3']")
    expect(rows).to_have_count(count)
    hands.follow("button[form='angra']")
    expect(page.get_by_role("status").filter(has_text="Ändringen är ångrad.")).to_be_visible()
    expect(page.locator("#f-n-3")).to_have_value("Beröm hålls ordnat")


def sound(page: Page, name: str) -> None:
    """Nothing for axe, wide and narrow; the structure, the targets, and no sideways scroll."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        looked_at(page, f"{name}-{width}")
        assert violations(page) == [], (name, width)
    assert faults(page) == [], name
    assert small_targets(page) == [], name
    assert too_wide(page) == [], name
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.soak
def test_every_state_is_sound_wide_and_on_a_phone(browse: Browse, watch: Watch) -> None:
    watch.expected.add(422)
    page = browse("/processer/complaint", OWNER)
    draft = a_draft(page)
    page.goto(f"{draft}/beslut")
    sound(page, "lista")
    page.goto(f"{draft}/beslut/outcome")
    sound(page, "utfall")
    page.goto(f"{draft}/beslut/registration")
    page.locator("summary", has_text="Så skriver du i cellerna").click()
    page.locator("summary", has_text="Svar som kan stå i cellerna").click()
    page.locator("summary", has_text="Namn och kolumner").click()
    sound(page, "tabell")
    page.get_by_role("button", name="Ny rad under rad 2").click()
    expect(page.get_by_text("Rad 4 träffar aldrig: rad 3 hinner före.")).to_be_visible()
    sound(page, "ny-rad")
    page.get_by_label("Vad är det för slags inlägg?").select_option("complaint")
    page.get_by_role("button", name="Prova", exact=True).click()
    expect(page.locator(".tried")).to_contain_text("Rad 3 stämmer och gäller.")
    sound(page, "provat")
    page.get_by_label("Rad 3, Slags inlägg").fill("complaint")
    page.get_by_role("button", name="Spara").first.click()
    expect(page.locator("#f-i-3-1-e")).to_be_visible()
    sound(page, "trasig")


def test_a_phone_lands_on_the_row_that_was_changed(browse: Browse) -> None:
    page = browse("/processer/complaint", OWNER, width=390, height=844)
    page.goto(f"{a_draft(page)}/beslut/registration")
    page.get_by_label("Rad 2, Slags inlägg").fill('"complaint"')
    page.get_by_role("button", name="Ny rad under rad 13").click()
    expect(page.get_by_role("status").filter(has_text="Rad 14 är ny.")).to_be_in_viewport()
    expect(page.get_by_label("Rad 2, Slags inlägg")).to_have_value('"complaint"')
    looked_at(page, "mobil-ny-rad")
