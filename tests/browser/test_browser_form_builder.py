"""The form builder: a field added, made conditional, seen, tried and taken back, by keys alone and without
JavaScript; and what the preview does while somebody types."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.test_browser_keyboard import Keys
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")
"""A folder for pictures of every state, to look at."""


def draft(browse: Browse) -> str:
    """The path of a new draft of the complaint process."""
    page = browse("/processer/complaint", OWNER)
    page.get_by_role("button", name="Nytt utkast av versionen i drift").click()
    page.wait_for_url("**/utkast/**")
    path = urlsplit(page.url).path
    page.context.close()
    return path


def check(page: Page, name: str) -> None:
    """Nothing for axe, wide and narrow; the structure, the targets, and no sideways scroll."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"forms-{name}-{width}.png", full_page=True)
        assert violations(page) == [], (name, width)
    assert faults(page) == [], name
    assert small_targets(page) == [], name
    assert too_wide(page) == [], name
    page.set_viewport_size({"width": 1440, "height": 900})


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.id"))


def test_a_field_is_added_made_conditional_tried_and_taken_back_by_keys_without_javascript(
    world: World, browse: Browse
) -> None:
    path = draft(browse)
    page = browse(login=None, java_script_enabled=False)
    keys = Keys(page)
    keys.sign_in(world, OWNER)
    page.goto(world.public + path)
    keys.follow("nav a[href$='/formular']")
    keys.follow("a[href$='/formular/answer']")
    keys.type("#f-b-title", "Ort")
    keys.follow("button[value=lagg_till]")
    expect(page.get_by_role("status")).to_have_text("Fältet ”Ort” lades till.")
    assert focused(page) == "falt-ort"
    expect(page.locator("#falt-ort")).to_have_accessible_description("Fältet ”Ort” lades till. Ångra")
    expect(page.locator("#forhandsvisning").get_by_label("Ort")).to_be_visible()

    keys.follow("a[href*='andra=ort']")
    keys.to("#f-b-show_if")
    keys.press("ArrowDown", "ArrowDown", "ArrowDown")
    keys.follow("button[value=spara]")
    assert focused(page) == "falt-ort"
    expect(page.get_by_text("Visas bara när ”Var har du svarat?” är ”Med e-post”.")).to_be_visible()

    browse.watch.expected.add(422)
    keys.follow("#prova")
    expect(page.locator("#f-answer_text-e")).to_contain_text("Fyll i ”Ditt svar”.")
    keys.type("#f-answer_text", "Tack för att du hörde av dig.")
    keys.choose("answered_how", "email")
    keys.type("#f-ort", "Hällefors")
    keys.follow("#prova")
    expect(page.get_by_text("Svaren godtas. Inget är sparat.")).to_be_visible()

    page.goto(f"{browse.world.public}{path}/formular/answer#upp-ort")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("måste stå efter det fältet.")


def test_the_latest_act_is_taken_back_from_where_one_landed(world: World, browse: Browse) -> None:
    page = browse(f"{draft(browse)}/formular/answer", OWNER, java_script_enabled=False)
    keys = Keys(page)
    keys.follow("#ned-answer_text")
    expect(page.locator("#falt-answer_text")).to_have_text("2. Ditt svar")
    assert focused(page) == "falt-answer_text"
    keys.follow("button[value=angra]")
    expect(page.get_by_role("status")).to_have_text("Ändringen är ångrad.")
    assert focused(page) == "falt-answer_text"
    expect(page.locator("#falt-answer_text")).to_have_text("1. Ditt svar")


def test_the_preview_follows_what_is_typed_and_shows_a_conditional_field_only_when_it_should(
    browse: Browse,
) -> None:
    page = browse(f"{draft(browse)}/formular/answer", OWNER)
    shown, editor = page.locator("#forhandsvisning"), page.locator("form[data-preview]")
    expect(editor.get_by_label("Val", exact=False).first).to_be_hidden()
    editor.get_by_label("Hur fältet fylls i").select_option("one")
    editor.locator("#f-b-title").fill("Gäller det en skola?")
    expect(shown).to_contain_text("Ändringen kan inte visas än: Skriv minst ett val")
    editor.locator("#f-b-choices").fill("Ja\nNej")
    expect(shown.get_by_role("radio", name="Nej")).to_be_visible()
    expect(shown).to_contain_text("Det är inte sparat.")
    page.get_by_role("button", name="Lägg till fält").click()
    expect(page.locator("#falt-galler_det_en_skola")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Fältet ”Gäller det en skola?” lades till.")

    page.locator("#f-b-title").fill("Skolans namn")
    page.get_by_role("button", name="Lägg till fält").click()
    page.get_by_role("link", name="Ändra Skolans namn").click()
    page.locator("#f-b-show_if").select_option("galler_det_en_skola=ja")
    expect(shown.get_by_label("Skolans namn")).to_be_hidden()
    shown.get_by_role("radio", name="Ja").check()
    expect(shown.get_by_label("Skolans namn")).to_be_visible()
    page.get_by_role("button", name="Spara fältet").click()
    expect(page.get_by_text("Visas bara när ”Gäller det en skola?” är ”Ja”.")).to_be_visible()


@pytest.mark.soak
def test_every_state_of_the_builder_is_accessible_wide_and_narrow(browse: Browse) -> None:
    browse.watch.expected |= {422, 412}
    path = draft(browse)
    page = browse(f"{path}/formular", OWNER)
    check(page, "list")
    page.get_by_label("Formulärets rubrik").fill("Fråga den som klagar")
    page.get_by_role("button", name="Nytt formulär").click()
    check(page, "empty")
    page.get_by_role("button", name="Lägg till fält").click()
    expect(page.locator("#fel")).to_be_focused()
    check(page, "refused")
    page.goto(f"{browse.world.public}{path}/formular/fraga_den_som_klagar")
    page.get_by_role("link", name="Formulär i utkastet").click()
    page.get_by_role("button", name="Ta bort Fråga den som klagar").click()
    check(page, "throwing")
    page.goto(f"{browse.world.public}{path}/formular/assess")
    check(page, "form")
    page.get_by_role("link", name="Ändra Bryter inlägget").click()
    check(page, "changing")
    page.get_by_label("Måste fyllas i").uncheck()
    page.get_by_role("button", name="Spara fältet").click()
    expect(page.locator("#fel")).to_be_focused()
    check(page, "touching")
    page.goto(f"{browse.world.public}{path}/formular/assess")
    page.locator("#rad-insignificant").get_by_role("button", name="Ta bort").click()
    expect(page.get_by_role("button", name="Ta bort ändå")).to_be_visible()
    check(page, "removing")
    page.goto(f"{browse.world.public}{path}/formular/assess")
    page.get_by_role("button", name="Prova").click()
    check(page, "tried")
    page.goto(f"{browse.world.public}{path}/formular/assess?sprak=en")
    assert violations(page) == []
    assert faults(page, language="en") == []
