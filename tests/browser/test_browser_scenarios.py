"""Scenarios in a real browser: recorded by keyboard without scripts, run with coverage, made from a case."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse, Watch
from tests.browser.looks import faults, small_targets, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")
OWNER = "sten"
NAME = "Beröm avslutas utan svar"


def a_draft(page: Page) -> str:
    """A draft of the complaint flow as it is in force: the address of its page."""
    page.get_by_role("button", name="Nytt utkast av versionen i drift").click()
    page.wait_for_url("**/utkast/**")
    return page.url.partition("?")[0]


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe on a wide and a narrow screen, no sideways scroll, targets to hit."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"scenario-{name}-{width}.png", full_page=True)
        assert violations(page) == [], (name, width)
    assert faults(page) == []
    assert small_targets(page) == []
    assert too_wide(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_scenario_is_recorded_without_scripts_saved_run_and_seen_in_the_drawing(browse: Browse) -> None:
    page = browse("/processer/complaint", OWNER, java_script_enabled=False)
    a_draft(page)
    page.get_by_role("navigation", name="Arbeta med utkastet").get_by_role("link", name="Scenarier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Utkastets scenarier")
    page.get_by_role("link", name="Spela in ett scenario").click()
    page.get_by_role("button", name="Börja").click()
    page.get_by_label("Vad är det för slags inlägg?").select_option("praise")
    page.get_by_role("group", name="Bryter inlägget mot lag").get_by_label("Nej").check()
    page.get_by_role("group", name="Hur ska inlägget bemötas?").get_by_label("Låt stå och bevaka").check()
    page.get_by_role("group", name="Hör inlägget till ett ärende?").get_by_label("Nej").check()
    page.get_by_role("button", name="Klar med uppgiften").click()
    expect(page.get_by_text("Ärendet är slut:")).to_be_visible()
    page.get_by_label("Namn").fill(NAME)
    page.get_by_label("Regler som scenariot visar").fill("SAT-31")
    page.get_by_role("button", name="Spara scenariot").click()
    expect(page.get_by_role("rowheader", name=NAME)).to_be_visible()
    page.get_by_role("button", name="Kör alla").click()
    expect(page.get_by_text("vägar är provade", exact=False).first).to_be_visible()
    assert page.locator(".diagram").count() == 1


@pytest.mark.soak
def test_the_pages_of_scenarios_are_accessible_wide_and_narrow(browse: Browse, watch: Watch) -> None:
    page = browse("/processer/complaint", OWNER)
    draft = a_draft(page)
    page.goto(f"{draft}/scenarier")
    looked_at(page, "list")
    page.goto(f"{draft}/scenarier?kor=alla")
    looked_at(page, "ran")
    page.get_by_role("button", name="Ta bort scenariot").first.click()
    looked_at(page, "remove")
    page.goto(f"{draft}/scenarier/arenden")
    looked_at(page, "cases")
    page.goto(f"{draft}/scenarier/spela-in")
    looked_at(page, "begin")
    page.get_by_role("button", name="Börja").click()
    looked_at(page, "task")
    watch.expected.add(422)
    page.get_by_role("button", name="Klar med uppgiften").click()
    looked_at(page, "refused")
    page.get_by_label("Vad är det för slags inlägg?").select_option("complaint")
    page.get_by_role("group", name="Bryter inlägget mot lag").get_by_label("Nej").check()
    page.get_by_role("group", name="Hur ska inlägget bemötas?").get_by_label("Besvara").check()
    page.get_by_role("group", name="Hör inlägget till ett ärende?").get_by_label("nytt ärende").check()
    page.get_by_role("button", name="Klar med uppgiften").click()
    looked_at(page, "several")
    page.get_by_role("button", name="Välj Registrera i diariet").click()
    looked_at(page, "chosen")
