"""Stepping in, in a browser: by the keys alone, without JavaScript, on a phone; axe finds nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.test_browser_keyboard import Keys
from tests.browser.world import ASSESS, INCIDENT, World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"


def looked_at(page: Page, name: str) -> None:
    """A picture for people to look at, where somebody asks for one; and what every page must be."""
    if folder := os.environ.get("ORDNA_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert violations(page) == []
    assert faults(page) == []


def fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert small_targets(page) == []
    assert too_wide(page) == []


def test_a_case_is_paused_moved_and_cancelled_without_javascript(world: World, browse: Browse) -> None:
    browse.watch.expected.add(422)
    case = world.post("Gungan är trasig igen.")
    world.complete(case, "Bedöm", ASSESS)
    page = browse(f"/drift/arenden/{case}", OWNER, java_script_enabled=False)
    page.get_by_label("Varför").first.fill("Vi rättar flödet.")
    page.get_by_role("button", name="Pausa ärendet").click()
    expect(page.get_by_role("status")).to_have_text("Ärendet är pausat.")
    expect(page.locator(".notice.warn")).to_contain_text("för att: Vi rättar flödet.")
    beside = browse(f"/uppgifter/{world.task(case, 'Besvara')}", java_script_enabled=False)
    expect(beside.locator(".notice.warn")).to_contain_text("Ärendet är pausat av Sten")
    expect(beside.get_by_role("button", name="Slutför")).to_be_disabled()
    page.get_by_role("button", name="Låt ärendet gå vidare").click()
    expect(page.get_by_role("status")).to_contain_text("Ärendet går vidare.")

    page.get_by_label("Från Besvara inlägget till").select_option(label="Hänvisa avsändaren")
    page.get_by_role("button", name=re.compile("Pröva.*Besvara inlägget")).click()
    expect(page.locator("#prov")).to_contain_text("Uppgiften ”Besvara inlägget” stängs.")
    page.locator("#f-move_reason").fill("Fel svarsväg valdes.")
    page.locator("#f-move_word").fill("flytta")
    page.get_by_role("button", name="Flytta ärendet").click()
    expect(page.locator("#fel")).to_contain_text("Skriv FLYTTA med stora bokstäver")
    page.locator("#f-move_word").fill("FLYTTA")
    page.get_by_role("button", name="Flytta ärendet").click()
    expect(page.get_by_role("status")).to_have_text("Ärendet är flyttat.")
    assert world.task(case, "Hänvisa")

    page.get_by_label("Från Registrera i diariet till").select_option(label="Diarieför handlingen")
    page.get_by_role("button", name=re.compile("Pröva.*Registrera i diariet")).click()
    expect(page.locator("#prov")).to_contain_text("får inte hoppas över")

    page.locator("#f-cancel_reason").fill("Dubblett.")
    page.locator("#f-cancel_word").fill("AVBRYT")
    page.get_by_role("button", name="Avbryt ärendet").click()
    expect(page.get_by_role("status")).to_contain_text("Ärendet är avbrutet.")
    assert world.case(case)["status"] == "closed"


def test_the_pages_are_accessible_and_fit_a_telephone(world: World, browse: Browse) -> None:
    case = world.post("Lampan är sönder.")
    world.complete(case, "Bedöm", ASSESS)
    page = browse("/drift", OWNER)
    looked_at(page, "drift")
    fits(page)
    looked_at(page, "drift-390")
    page = browse("/drift", OWNER)
    page.get_by_role("row").filter(has=page.get_by_role("link", name="Se efter")).first.get_by_role(
        "link", name="Se efter"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(INCIDENT)
    page.locator("#f-note").fill("Sett, leverantören är ringd.")
    page.get_by_role("button", name="Spara anteckningen").click()
    expect(page.get_by_role("status")).to_have_text("Anteckningen är sparad.")
    page.get_by_role("button", name="Försök igen").click()
    expect(page.get_by_text("försökte igen. Det gick inte.")).to_be_visible()
    looked_at(page, "drift-fel")
    fits(page)
    page = browse(f"/drift/arenden/{case}", OWNER)
    page.get_by_role("button", name=re.compile("Pröva.*Besvara inlägget")).click()
    looked_at(page, "drift-arende")
    fits(page)
    looked_at(page, "drift-arende-390")
    page = browse("/drift", OWNER)
    page.get_by_role("button", name="Försök igen").first.click()
    expect(page.get_by_text("prövade")).to_be_visible()
    looked_at(page, "drift-rapport")


def test_a_case_is_paused_and_let_go_by_the_keys_alone(world: World, browse: Browse) -> None:
    case = world.post("Bänken är trasig.")
    page = browse(f"/drift/arenden/{case}", OWNER)
    keys = Keys(page)
    page.locator("#innehall").focus()
    keys.type("#f-pause_reason", "Vi rättar flödet.")
    keys.follow("form:has(input[value=pausa]) button")
    expect(page.get_by_role("status")).to_have_text("Ärendet är pausat.")
    looked_at(page, "drift-pausat")
    keys.follow("form:has(input[value=ateruppta]) button")
    expect(page.get_by_role("status")).to_contain_text("Ärendet går vidare.")
