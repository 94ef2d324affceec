"""The process owner's whole way: a new step is drawn, mended, simulated, told in words, proved by scenarios
and by earlier cases, handed over, and published by somebody else. Whoever had begun never meets it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.test_browser_editor import checked, opened, put_on, saved
from tests.browser.world import World, open_world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER, SECOND = "sten", "berit"
NEW = "Ring upp den som skrev"
PRAISE = {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"}
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")
"""A folder for pictures, to look at."""
LIMIT = 10 * 60
"""Seconds that the whole way may take."""


@pytest.fixture(scope="module")
def workshop() -> Iterator[World]:
    """A world of its own, for what is published here holds in all of it."""
    with open_world() as made:
        yield made


def shot(page: Page, name: str, *, whole: bool = True) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"workshop-{name}.png", full_page=whole)


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe at a desk and on a telephone, and nothing that is too wide or too small to hit."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"{name}-{width}")
        assert violations(page) == [], (name, width)
    assert (small_targets(page), too_wide(page), faults(page)) == ([], [], []), name
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_new_step_goes_from_the_drawing_to_the_first_case_that_takes_it(
    workshop: World, browse: Browse, record_property: Callable[[str, object], None]
) -> None:
    old = workshop.post("Tack för den fina julgranen på torget!")
    began = time.monotonic()
    page = browse("/processer/complaint/redigera", OWNER, world=workshop)
    shot(page, "begin")
    page.get_by_role("button", name=re.compile("utkast")).click()
    opened(page)
    draft = page.url.removesuffix("/redigera")

    # the wrong sort of step, on the wrong way: what it lacks is said on it and in the list
    put_on(page, "Tjänsteuppgift: Ordna gör det", "f_arrived_assess")
    wrong = page.get_by_role("button", name=re.compile(r"^Fel: "))
    expect(wrong.first).to_be_visible()
    expect(page.locator(".djs-element.found-error").first).to_be_visible()
    shot(page, "lint", whole=False)
    page.keyboard.press("Escape")
    wrong.first.click()
    page.locator(".djs-context-pad .entry[title='Ta bort']").click()
    expect(checked(page)).to_have_text("Inget att rätta.")
    expect(page.locator(".djs-element.found-error")).to_have_count(0)
    put_on(page, "Uppgift för en person", "f_assess_secrecy")
    page.get_by_label("Namn", exact=True).fill(NEW)
    page.get_by_label("Roll", exact=True).select_option("Handläggare")
    page.get_by_label("Formulär", exact=True).select_option("answer")
    page.get_by_label("Tidsfrist", exact=True).select_option("answer")
    expect(checked(page)).to_have_text("Inget att rätta.")
    saved(page)
    shot(page, "drawn", whole=False)

    # walked through without a case
    page.get_by_role("link", name="Provkör flödet").click()
    page.locator("#provkor[data-ready]").wait_for()
    page.get_by_title("Visa eller dölj loggen").click()
    page.get_by_title("Kör vidare härifrån").first.click()
    expect(page.locator(".bts-log")).to_contain_text("Bedöm inlägget")
    shot(page, "simulated", whole=False)

    # told in words
    page.get_by_role("link", name="Utkastets sida").click()
    expect(page.locator("ol.said li")).to_have_text(
        [f"Uppgiften ”{NEW}” läggs till hos Handläggare mellan ”Bedöm inlägget” och ”Kan sekretess antas?”."]
    )
    gate = page.get_by_role("region", name="Innan den tas i drift")
    expect(gate).to_contain_text("52 scenarier håller inte.")
    looked_at(page, "draft")

    # the scenarios stop at the step; it is answered once for all of them
    gate.get_by_role("link", name="Scenarier").click()
    stopped = page.get_by_role("region", name="Ritningen är ändrad, men inte scenarierna")
    expect(stopped).to_contain_text(f"52 scenarier stannar vid ett steg som de inte svarar på: {NEW}")
    looked_at(page, "stopped")
    stopped.get_by_role("link", name="Lägg in i alla 52 scenarier").click()
    looked_at(page, "mend")
    page.get_by_label("Ditt svar").fill("Tack för samtalet.")
    page.get_by_label("På telefon").check()
    page.get_by_role("button", name="Lägg in i alla 52 scenarier").click()
    expect(page.get_by_role("status")).to_contain_text("52 scenarier är ändrade och sparade")
    expect(page.get_by_role("status")).to_contain_text("De håller nu.")
    looked_at(page, "mended")
    page.get_by_role("link", name="Kör alla igen").click()
    expect(page.get_by_role("status")).to_contain_text("Alla 55 scenarier höll.")

    # tried against the cases that there have been
    page.goto(draft)
    page.get_by_role("region", name="Innan den tas i drift").get_by_role(
        "link", name="Prov mot tidigare ärenden"
    ).click()
    page.get_by_role("button", name="Prova mot tidigare ärenden").click()
    expect(page.get_by_text("Provet är klart.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Visa resultatet").click()
    expect(page.get_by_role("region", name="Resultat")).to_contain_text("Samma väg:")
    looked_at(page, "replay")

    # handed over; whoever prepared it cannot publish it
    page.goto(draft)
    page.get_by_label("Vad ändras").fill("Vi ringer upp innan vi går vidare.")
    page.get_by_role("button", name="Lämna").click()
    expect(page.get_by_text("Någon annan processägare än den som har förberett")).to_be_visible()
    expect(page.get_by_role("button", name="Publicera")).to_have_count(0)
    looked_at(page, "handed")

    second = browse(draft.removeprefix(workshop.public), SECOND, world=workshop)
    expect(second.get_by_text("Vi ringer upp innan vi går vidare.")).to_be_visible()
    looked_at(second, "review")
    second.get_by_role("button", name="Publicera").click()
    expect(second.get_by_role("status").first).to_be_visible()
    looked_at(second, "published")
    record_property("seconds for the whole way", round(time.monotonic() - began))
    assert time.monotonic() - began < LIMIT

    # the case that had begun ends on its version; the next one takes the step
    new = workshop.post("Gungan vid Storgatan är trasig.")
    for case_id in (old, new):
        workshop.complete(case_id, "Bedöm", PRAISE)
    assert workshop.case(old)["status"] == "closed"
    assert NEW not in [task["name"] for task in workshop.case(old)["tasks"]]
    assert workshop.task(new, NEW)
    staff = browse(f"/arenden/{new}", world=workshop)
    expect(staff.get_by_text(NEW).first).to_be_visible()
    looked_at(staff, "new-case")
    staff.goto(f"{workshop.public}/arenden/{old}")
    expect(staff.get_by_text("Bedöm inlägget").first).to_be_visible()
    expect(staff.get_by_text(NEW)).to_have_count(0)
    shot(staff, "old-case")
    page.goto(f"{workshop.public}/drift")
    for number in (1, 2):  # those that had begun beside those that came after
        expect(
            page.get_by_role("heading", name=f"Synpunkt till ärende, version {number}", exact=False).first
        ).to_be_visible()
    expect(page.get_by_role("rowheader", name=NEW)).to_have_count(1)
    shot(page, "drift")
