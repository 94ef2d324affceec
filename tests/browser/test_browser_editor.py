"""The process owner draws: a step with role, form and deadline, an error seen and mended, saved by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Browse, Watch
from tests.browser.looks import RULES, faults, too_wide
from workflows.layout import layout
from workflows.normalise.vocabulary import BPMN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")
"""A folder for pictures, to look at."""


def editor(browse: Browse, process: str = "complaint", **given: int) -> Page:
    """A new draft of the process, open in the editor."""
    page = browse("/processer", OWNER, **given)
    token = page.evaluate("() => document.querySelector('input[name=csrf]').value")
    page.request.post(
        f"{page.url}/{process}/redigera", form={"csrf": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    page.goto(f"{page.url}/{process}/redigera")
    opened(page)
    return page


def opened(page: Page) -> None:
    page.locator("#rita[data-ready]").wait_for()
    expect(checked(page)).not_to_be_empty()


def checked(page: Page) -> Locator:
    """What the checks say, as it is read aloud."""
    return page.locator("[data-part=checked]")


def saved(page: Page) -> None:
    expect(page.locator("[data-part=saved]")).to_have_text(re.compile(r"^Sparat \d\d:\d\d$"))


def find(page: Page, name: str) -> None:
    """Select an element by searching for its name, which also brings it into view."""
    page.get_by_role("button", name="Sök").click()
    page.locator(".djs-search-input input").press_sequentially(name)
    page.locator(".djs-search-result", has_text=name).first.click()


def put_on(page: Page, what: str, flow: str) -> None:
    """Take something from the palette and drop it on a flow."""
    page.locator(f".djs-palette .entry[aria-label='{what}']").click()
    box = page.locator(f".djs-connection[data-element-id='{flow}'] > .djs-hit").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 40, y, steps=3)
    page.mouse.move(x, y, steps=4)
    page.mouse.click(x, y)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"editor-{name}.png")


def test_a_step_is_drawn_described_mended_simulated_and_there_afterwards(browse: Browse) -> None:
    page = editor(browse)
    expect(checked(page)).to_have_text("Inget att rätta.")
    shot(page, "opened")
    put_on(page, "Uppgift för en person", "f_assess_secrecy")
    page.get_by_label("Namn", exact=True).fill("Tacka avsändaren")
    page.get_by_label("Formulär", exact=True).select_option("answer")
    page.get_by_label("Tidsfrist", exact=True).select_option("registration")
    page.get_by_label("Roll", exact=True).select_option("Handläggare")
    expect(page.get_by_label("Roll", exact=True)).to_have_value("Handläggare")
    saved(page)
    # a step that Ordna shall do says what it lacks, on itself and in the list
    put_on(page, "Tjänsteuppgift: Ordna gör det", "f_arrived_assess")
    wrong = page.get_by_role("button", name=re.compile(r"^Fel: "))
    expect(wrong.first).to_be_visible()
    expect(page.locator(".djs-element.found-error").first).to_be_visible()
    saved(page)
    shot(page, "wrong")
    page.keyboard.press("Escape")
    wrong.first.click()
    page.get_by_label("Namn", exact=True).fill("Spara bara adressen")
    page.get_by_label("Åtgärd", exact=True).select_option("keep_metadata_only")
    expect(checked(page)).to_have_text("Inget att rätta.")
    expect(page.locator(".djs-element.found-error")).to_have_count(0)
    saved(page)
    shot(page, "mended")
    page.reload()
    opened(page)
    find(page, "Tacka avsändaren")
    expect(page.get_by_label("Namn", exact=True)).to_have_value("Tacka avsändaren")
    expect(page.get_by_label("Roll", exact=True)).to_have_value("Handläggare")
    expect(page.get_by_label("Formulär", exact=True)).to_have_value("answer")
    expect(page.get_by_label("Tidsfrist", exact=True)).to_have_value("registration")
    page.get_by_role("link", name="Provkör flödet").click()
    page.locator("#provkor[data-ready]").wait_for()
    page.get_by_title("Visa eller dölj loggen").click()
    page.get_by_title("Kör vidare härifrån").first.click()
    expect(page.locator(".bts-log")).to_contain_text("Spara bara adressen")
    shot(page, "simulated")
    page.get_by_role("link", name="Utkastets sida").click()
    expect(page.get_by_text("Tacka avsändaren").first).to_be_visible()


def test_what_is_undone_is_saved_too(browse: Browse) -> None:
    page = editor(browse)
    find(page, "Bedöm inlägget")
    page.get_by_label("Namn", exact=True).fill("Läs inlägget")
    saved(page)
    page.get_by_role("button", name="Ångra").click()
    expect(page.get_by_label("Namn", exact=True)).to_have_value("Bedöm inlägget")
    page.get_by_role("button", name="Gör om").click()
    expect(page.get_by_label("Namn", exact=True)).to_have_value("Läs inlägget")
    saved(page)
    page.get_by_role("link", name="Utkastets sida").click()
    expect(page.get_by_text("heter nu ”Läs inlägget”")).to_be_visible()


def test_a_rule_is_found_by_a_word_and_taken_away_again(browse: Browse) -> None:
    page = editor(browse)
    find(page, "Bedöm inlägget")
    chosen = page.get_by_role("list", name="Regel eller nyckel")
    expect(chosen.get_by_role("link", name="sla.answer")).to_be_visible()
    page.get_by_role("button", name="Ta bort sla.answer").click()
    expect(chosen.get_by_role("link", name="sla.answer")).to_have_count(0)
    page.locator("#ordna-why").fill("sla.answer")
    expect(chosen.get_by_role("link", name="sla.answer")).to_be_visible()
    saved(page)


def test_who_came_first_is_told_and_both_drawings_are_compared(browse: Browse, watch: Watch) -> None:
    watch.expected.add(412)
    page = editor(browse)
    other = browse(urlsplit(page.url).path, OWNER)
    opened(other)
    find(page, "Bedöm inlägget")
    find(other, "Bedöm inlägget")
    other.get_by_label("Namn", exact=True).fill("Läs inlägget")
    saved(other)
    page.get_by_label("Namn", exact=True).fill("Granska inlägget")
    dialog = page.get_by_role("dialog", name="Någon hann före")
    expect(dialog).to_contain_text("sparade utkastet")
    shot(page, "second")
    assert _axe(page) == []
    dialog.get_by_role("link", name="Jämför och slå ihop").click()
    expect(page.get_by_text("Granska inlägget").first).to_be_visible()
    expect(page.get_by_text("Läs inlägget").first).to_be_visible()


def test_what_the_server_never_got_is_there_when_the_browser_comes_back(browse: Browse, watch: Watch) -> None:
    page = editor(browse)
    watch.expected.add(503)
    address = page.url
    page.route("**/model", lambda route: _gone(route) if route.request.method == "PUT" else route.continue_())
    find(page, "Bedöm inlägget")
    page.get_by_label("Namn", exact=True).fill("Läs inlägget")
    expect(page.locator("[data-part=saved]")).to_contain_text("Försöker igen")
    page.goto("about:blank")
    page.unroute("**/model")
    page.goto(address)
    opened(page)
    # sent by the last try as the page was left, or brought back by the browser: it is there and it is saved
    expect(page.locator("[data-part=saved]")).to_have_text(re.compile("^(Sparat|Allt är sparat)"))
    find(page, "Läs inlägget")
    expect(page.get_by_label("Namn", exact=True)).to_have_value("Läs inlägget")


def _gone(route: Route) -> None:
    route.fulfill(status=503, content_type="application/json", body="{}")


def test_the_drawing_is_saved_as_a_picture(browse: Browse) -> None:
    page = editor(browse)
    page.get_by_text("Spara som bild").click()
    for button, begins in (("SVG", b"<?xml"), ("PNG", b"\x89PNG")):
        with page.expect_download() as found:
            page.get_by_role("button", name=button).click()
        assert found.value.suggested_filename == f"complaint.{button.lower()}"
        assert Path(found.value.path()).read_bytes().startswith(begins)


@pytest.mark.parametrize("width", (1440, 390))
def test_all_but_the_canvas_is_accessible_and_the_mark_is_seen(browse: Browse, width: int) -> None:
    page = editor(browse, width=width)
    find(page, "Bedöm inlägget")
    assert _axe(page) == []
    assert faults(page) == []
    mark = page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    assert mark.evaluate(_TOPMOST)
    expect(page.get_by_role("link", name="Steglistan").first).to_be_visible()
    told = page.get_by_text("lättare att arbeta med på en bredare skärm")
    expect(told).to_be_visible(visible=width == 390)
    shot(page, f"panel-{width}")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"editor-whole-{width}.png", full_page=True)
    assert too_wide(page) == []


_TOPMOST = """mark => {
    const r = mark.getBoundingClientRect();
    const points = [.1, .5, .9].flatMap(x => [.2, .8].map(y => [r.left + r.width * x, r.top + r.height * y]));
    return r.width > 40 && points.every(([x, y]) => mark.contains(document.elementFromPoint(x, y)));
}"""


def _axe(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds outside the canvas, which the step list stands in for."""
    context = {"exclude": [[".desk-canvas"]]}
    found = Axe().run(page, context=context, options={"runOnly": RULES}).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def test_without_javascript_the_page_leads_to_the_step_list(browse: Browse) -> None:
    path = urlsplit(editor(browse).url).path
    page = browse(path, OWNER, java_script_enabled=False)
    expect(page.get_by_text("Ritningen behöver JavaScript.")).to_be_visible()
    page.get_by_role("link", name="Steglistan").first.click()
    expect(page.get_by_text("Bedöm inlägget").first).to_be_visible()


def test_a_model_of_two_hundred_steps_opens_and_can_be_changed(
    browse: Browse, record_property: Callable[[str, object], None]
) -> None:
    page = editor(browse)
    assert page.evaluate(_REPLACE, large(200)) == 200
    page.reload()
    opened(page)
    took = page.locator("#rita").get_attribute("data-ready")
    record_property("milliseconds until usable", took)
    find(page, "Steg 137")
    page.get_by_label("Namn", exact=True).fill("Steg mitt i")
    saved(page)
    assert page.locator(".djs-shape").count() > 200


_REPLACE = """async xml => {
    const { model, csrf, version } = document.getElementById('rita').dataset;
    const headers = { 'Content-Type': 'application/xml', 'If-Match': version, 'X-CSRF-Token': csrf };
    return (await fetch(model, { method: 'PUT', headers, body: xml })).status;
}"""


def large(steps: int) -> str:
    """The process as one long row of steps in one lane."""
    names = ["arrived", *(f"step_{n}" for n in range(steps)), "closed"]
    nodes = "".join(f'<bpmn:userTask id="step_{n}" name="Steg {n}"/>' for n in range(steps))
    flows = "".join(
        f'<bpmn:sequenceFlow id="flow_{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairwise(names))
    )
    inside = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names)
    bare = (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" id="d" targetNamespace="x">'
        '<bpmn:collaboration id="c"><bpmn:participant id="p" name="Lång" processRef="complaint"/>'
        '</bpmn:collaboration><bpmn:process id="complaint" name="Lång" isExecutable="true">'
        f'<bpmn:laneSet id="l"><bpmn:lane id="lane" name="Handläggare">{inside}</bpmn:lane></bpmn:laneSet>'
        f'<bpmn:startEvent id="arrived"/>{nodes}<bpmn:endEvent id="closed"/>{flows}'
        "</bpmn:process></bpmn:definitions>"
    )
    return layout(bare.encode()).decode()
