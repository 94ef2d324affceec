"""A process changed as text, by the keys alone: a step with role, form and time, a fault seen and mended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.test_browser_keyboard import Keys

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"
NEW = "Ring upp den som skrev"


class Hands(Keys):
    """The page is long: the way to a button may have many stops, and every stop is looked at."""

    def to(self, wanted: str) -> None:
        for _ in range(5):
            try:
                super().to(wanted)
            except pytest.fail.Exception:
                continue
            return
        pytest.fail(f"Tab never leads to {wanted}")

    def pick(self, wanted: str, title: str) -> None:
        """In a list of choices: Tab to it and type how the choice begins."""
        self.to(wanted)
        self.page.keyboard.type(title, delay=5)


def looked_at(page: Page, name: str) -> None:
    """A picture for people to look at, where somebody asks for one."""
    if folder := os.environ.get("ORDNA_TEST_SHOTS"):
        page.screenshot(path=Path(folder) / f"steg-{name}.png")


def the_draft(browse: Browse, **given: Any) -> tuple[Page, Hands, str]:
    """A draft of the complaint flow as it is in force, and the address of its page."""
    page = browse("/processer/complaint", OWNER, **given)
    hands = Hands(page)
    hands.follow("button[value=borja]")
    return page, hands, page.url.partition("?")[0]


def test_a_step_is_added_a_fault_mended_and_it_is_told_by_keyboard_without_javascript(browse: Browse) -> None:
    page, hands, draft = the_draft(browse, java_script_enabled=False)
    browse.watch.expected.add(422)
    hands.follow("nav a[href$='/steg']")
    hands.follow("a[href$='/steg/assess/efter']")
    hands.pick("#f-role", "Handl")
    hands.follow("main form button")
    expect(page.locator("#fel")).to_contain_text("Skriv vad steget heter.")
    looked_at(page, "namn-saknas")
    hands.type("#f-name", NEW)
    hands.pick("#f-due", "svar")
    hands.follow("main form button")

    # the page opens at the new step, says what was done, and what is worth a second look
    here = page.locator("li", has=page.get_by_role("heading", name=NEW))
    expect(here.get_by_role("status")).to_contain_text(f"Uppgiften ”{NEW}” läggs till hos Handläggare")
    expect(here).to_contain_text("har inget formulär")
    assert page.evaluate("() => document.activeElement.matches('h3') || location.hash.startsWith('#steg-')")
    looked_at(page, "att-se-over")
    hands.follow("a[href$='/steg/ring_upp_den_som_skrev']")
    hands.pick("#f-form", "Besvara")
    hands.follow("main form button")
    expect(here).not_to_contain_text("har inget formulär")
    facts = ["Handläggare", "Besvara inlägget", "svar inom den tid som kommunen har lovat"]
    expect(here.locator("dd")).to_have_text(facts)
    looked_at(page, "lagat")

    # moved up and back again, taken away and put back
    hands.follow("li:has(#andrat) button[value=angra]")
    expect(page.get_by_role("status")).to_contain_text("Ångrat.")
    hands.follow("button[value=angra]")
    expect(page.get_by_role("status")).to_contain_text("Ångrat.")
    hands.follow("a[href$='/steg/ring_upp_den_som_skrev/bort']")
    expect(page.locator("main")).to_contain_text("kommer nu ”Kan sekretess antas?”")
    looked_at(page, "bort")
    hands.follow("main a.btn--quiet")

    page.goto(draft)
    said = page.locator("ol.said li")
    expect(said).to_have_count(1)
    expect(said).to_have_text(
        f"Uppgiften ”{NEW}” läggs till hos Handläggare mellan ”Bedöm inlägget” och ”Kan sekretess antas?”."
    )
    looked_at(page, "utkastet")


@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.soak)])
def test_the_step_pages_are_for_everyone(browse: Browse, width: int) -> None:
    page = browse("/processer/complaint", OWNER, width=width)
    page.get_by_role("button", name="Nytt utkast av versionen i drift").click()
    page.wait_for_url("**/utkast/**")
    draft = page.url.partition("?")[0]
    for place in ("", "/assess", "/removal", "/answer_time_out", "/assess/efter", "/removal_yes/bort"):
        page.goto(f"{draft}/steg{place}")
        found = (violations(page), faults(page), small_targets(page))
        assert found == ([], [], []), (place, found)
        looked_at(page, f"{width}{place.replace('/', '-')}")
    page.goto(f"{draft}/steg/forward_report/bort")
    page.locator("main form button").click()
    expect(page.locator("#andrat")).to_be_visible()
    assert violations(page) == []
    assert too_wide(page) == []
