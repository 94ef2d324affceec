"""Every page in every state: nothing for axe to find, no sideways scroll, targets to hit, a title."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.states import Cases
from tests.browser.tour import Stop, Tour
from tests.browser.tour_house import STOPS
from tests.browser.world import World, open_world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS, SCHEMES = (1440, 390), ("light", "dark")
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")
"""A folder for pictures of every page, to look at."""


@pytest.fixture(scope="session")
def cases(world: World) -> Cases:
    return Cases(world)


@pytest.fixture(scope="session")
def titles() -> dict[str, str]:
    return {}


@pytest.mark.parametrize("stop", [s for s in STOPS if s.quick], ids=lambda s: s.name)
def test_the_page_is_accessible_and_fits_a_small_screen(
    world: World, browse: Browse, cases: Cases, titles: dict[str, str], stop: Stop
) -> None:
    page = stop.go(Tour(world, browse, cases))
    assert violations(page) == []
    _check_shape(page, stop, titles)


@pytest.mark.soak
@pytest.mark.parametrize("stop", STOPS, ids=lambda s: s.name)
def test_every_page_is_accessible_in_light_and_dark_and_on_a_telephone(
    world: World, browse: Browse, cases: Cases, titles: dict[str, str], stop: Stop
) -> None:
    page = stop.go(Tour(world, browse, cases))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            _picture(page, f"{stop.name} {width} {scheme}")
            assert violations(page) == [], (width, scheme)
    _check_shape(page, stop, titles)


def _check_shape(page: Page, stop: Stop, titles: dict[str, str]) -> None:
    assert faults(page, language=stop.language, framed=stop.framed) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert small_targets(page) == []
    assert too_wide(page) == []
    if stop.titled:
        assert titles.setdefault(page.title(), stop.name) == stop.name


def _picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(
            path=Path(SHOTS) / f"{name.replace(':', '').replace(' ', '-')}.png",
            full_page="390" in name or not page.locator(".split").count(),
        )


# ── the very first start ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def empty_world() -> Iterator[World]:
    with open_world(filled=False) as made:
        yield made


@pytest.mark.soak
def test_the_first_account_is_made_with_the_code_and_finds_empty_lists_that_say_what_to_do(
    empty_world: World, browse: Browse
) -> None:
    browse.watch.expected |= {422}
    page = browse(login=None)
    page.goto(f"{empty_world.public}/forsta-start?kod={empty_world.setup_code()}")
    page.get_by_label("Ditt namn").fill("Eva Första")
    page.get_by_label("Välj användarnamn").fill("eva")
    page.get_by_label("Välj lösenord").fill("kort")
    page.get_by_role("button", name="Skapa kontot").click()
    expect(page.locator("#fel")).to_be_focused()
    assert violations(page) == []
    page.get_by_label("Välj lösenord").fill("en ganska lång mening om ingenting")
    page.get_by_role("button", name="Skapa kontot").click()
    views = (f"/inkorg?visa={name}" for name in ("mina", "gruppens", "alla"))
    for path in (*views, "/arenden", "/registrera", "/personer"):
        page.goto(empty_world.public + path)
        _check_here(page, f"empty {path}")
    page.get_by_role("link", name="Ny person").click()
    page.get_by_role("button", name="Skapa kontot").click()
    expect(page.locator("#fel")).to_be_focused()
    _check_here(page, "new person with errors")
    page.get_by_label("Användarnamn").fill("bo.berg")
    page.get_by_label("Namn", exact=True).fill("Bo Berg")
    page.get_by_label("Handläggare", exact=True).check()
    page.get_by_role("button", name="Skapa kontot").click()
    expect(page.get_by_text("Startlösenord för Bo Berg")).to_be_visible()
    _check_here(page, "new person made")
    page.goto(f"{empty_world.public}/personer")
    page.get_by_role("link", name="Bo Berg").click()
    _check_here(page, "person")


def _check_here(page: Page, name: str) -> None:
    _picture(page, f"{name.replace('/', ' ').replace('?', ' ')} 1440")
    assert violations(page) == [], name
    assert faults(page) == [], name
    page.set_viewport_size({"width": 390, "height": 844})
    assert small_targets(page) == [], name
    assert too_wide(page) == [], name
    page.set_viewport_size({"width": 1440, "height": 900})
