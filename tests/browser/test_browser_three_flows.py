"""Three flows in a real browser, under each municipality's rules: a channel, a secret, a complaint.

What is answered is what the process folders' own examples answer; nothing here knows a municipality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.stories import Walk, number_on, told
from tests.browser.test_browser_flow import copy_picture, screenshot
from tests.browser.world import World, open_world
from workflows.scenarios import Timed

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FINDER, COLLEAGUE = "maria", "johan"
SECRET = {
    "kind_of_item": "other",
    "remove": "yes",
    "category": "secret",
    "response": "monitor",
    "belongs_to": "none",
}
PRESERVE, REMOVE = "Spara innehåll och avsändare", "Dölj eller ta bort genast"


class Told(NamedTuple):
    """The examples of one municipality: of an application, of a secret post and of a complaint, and what the
    task's page says of the time that an answer may take."""

    channel: str
    secret: str
    complaint: str
    clock: str


TOLD = {
    "bromolla": Told(
        "Bromölla: närmaste chef godkänner, och kanalen rapporteras med adress och innehavare",
        "Hemligt innehåll sparas, tas omedelbart bort och diarieförs",
        "Bromölla: ett klagomål i ett pågående ärende läggs till ärendet och besvaras",
        "Ingen tid är utlovad.",
    ),
    "ystad": Told(
        "Ystad: beslutet diarieförs, inloggningen deponeras och de fem punkterna ordnas före start",
        "Innan något raderas sparas innehåll och avsändare, sedan förs det till diariet",
        "En fråga i privat meddelande är en inkommen handling och registreras",
        "Svara omgående:",
    ),
    "sater": Told(
        "Säter: syfte och plan finns, kanalen förtecknas, kopplas till huvudkontot och får en ansvarig nämnd",
        "Ett hemligt inlägg som avpubliceras registreras alltid",
        "Ett inlägg som startar ett ärende registreras, och svaret undertecknas med förnamn och funktion",
        "Svara senast",
    ),
    "orebro": Told(
        "Örebro: svar undertecknas, redaktionens rutin är känd och behandlingen av personuppgifter beskrivs",
        "Skärmdump, ta bort, kontakta avsändaren, registrera: och aldrig något svar i tråden",
        "Ett klagomål registreras som nytt ärende och besvaras",
        "Bara kontorstid",
    ),
    "haparanda": Told(
        "Haparanda: en ansvarig och ersättare, informationen till besökare, och uppgift om kontot"
        " till kommunikation",
        "Det dokumenterade och borttagna hamnar i ärendesystemet, och avsändaren får veta det",
        "Haparanda: ett klagomål blir ett ärende och besvaras",
        "Ingen tid är utlovad.",
    ),
}
QUICK = "ystad"
"""The municipality that every test run walks; the soak walks all."""
EACH = pytest.mark.parametrize(
    "world",
    [name if name == QUICK else pytest.param(name, marks=pytest.mark.soak) for name in TOLD],
    indirect=True,
    scope="module",
)


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The demonstration in one municipality, one municipality after the other."""
    with open_world(profile=request.param) as made:
        made.stand_ready("SN 2026/87")
        yield made


def _told(world: World) -> Told:
    return TOLD[world.place.settings.profile]


@EACH
def test_an_application_becomes_a_channel_on_the_public_page(world: World, browse: Browse) -> None:
    story = told("channel-application", _told(world).channel)
    walk = Walk(world, browse, "channel-application")
    name = next(
        str(step.values["channel_name"])
        for step in story.steps
        if isinstance(step, Timed) and "channel_name" in step.values
    )
    visitor = browse("/sociala-medier", None)
    expect(visitor.get_by_role("link", name=name, exact=True)).to_have_count(0)
    walk.start()
    walk.take(story.steps)
    visitor.reload()
    expect(visitor.get_by_role("link", name=name, exact=True)).to_have_count(1)
    walk.picture(visitor, "public page")


@EACH
def test_a_secret_post_is_locked_sealed_removed_and_registered_as_secret(
    world: World, browse: Browse
) -> None:
    colleague = browse("/arenden", COLLEAGUE)
    before = _lists(colleague, world)
    page, walk = _registered(world, browse, "Grannens diagnos, ordagrant")
    walk.take([Timed("task", "Bedöm inlägget", SECRET)])
    walk.go_on_in("secret-content")
    _lost(colleague, walk, page.url, before)

    preserve, *rest = _tasks(told("secret-content", _told(world).secret).steps)
    assert preserve.name == PRESERVE
    walk.picture(page, "evidence is asked for")
    copy_picture(page, screenshot("purple"))
    page.keyboard.press("Control+v")
    expect(page.get_by_role("status").filter(has_text="Skärmbilden är med")).to_be_visible()
    page.get_by_role("textbox", name="Avsändare").fill("Profil i kanalen")
    page.get_by_role("button", name="Spara och försegla").click()
    expect(page.get_by_text("Innehåll och avsändare är låsta")).to_be_visible()
    walk.take([preserve])
    walk.take(rest)
    _closed(walk, page)
    _marked(walk, page)
    _lost(colleague, walk, page.url, before)


@pytest.mark.parametrize("world", [QUICK], indirect=True, scope="module")
def test_a_post_that_is_locked_as_it_is_registered_goes_the_whole_way_without_javascript(
    world: World, browse: Browse
) -> None:
    colleague = browse("", COLLEAGUE)
    before = _lists(colleague, world)
    walk = Walk(world, browse, "secret-content", hands={"secrecy_handler": FINDER}, scripts=False)
    page = _entered(walk, "Ännu en diagnos", author="Profil i kanalen", lock=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(PRESERVE)
    walk.number = number_on(page)
    _lost(colleague, walk, page.url, before)
    walk.take(_tasks(told("secret-content", _told(world).secret).steps))
    _closed(walk, page)
    _marked(walk, page)
    _lost(colleague, walk, page.url, before)


@EACH
def test_a_complaint_becomes_a_case_and_is_answered_as_the_municipality_answers(
    world: World, browse: Browse
) -> None:
    page, walk = _registered(world, browse, "Gungan på lekplatsen är trasig.")
    expect(page.locator("main")).to_contain_text(_told(world).clock)
    walk.picture(page, "what came in")
    walk.take(told("complaint", _told(world).complaint).steps)
    _closed(walk, page)


def _registered(world: World, browse: Browse, text: str) -> tuple[Page, Walk]:
    """A post as it is entered, and its finder's page of the task that it became."""
    walk = Walk(world, browse, "complaint", hands={"secrecy_handler": FINDER})
    page = _entered(walk, text)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    walk.number = number_on(page)
    return page, walk


def _entered(walk: Walk, text: str, *, author: str = "", lock: bool = False) -> Page:
    page = walk.page(FINDER)
    page.goto(walk.world.public + "/registrera")
    page.get_by_label("Kanal").fill("Facebook, Exempelkommun")
    page.get_by_label("Länk till inlägget").fill(f"https://social.example/{uuid4()}")
    page.get_by_label("Vad står det?").fill(text)
    page.get_by_label("Avsändare").fill(author)
    if lock:
        page.get_by_label("Skärmbild").set_input_files(
            {"name": "bild.png", "mimeType": "image/png", "buffer": screenshot("olive")}
        )
        page.get_by_label("Inlägget kan innehålla sekretess: lås det direkt").check()
        walk.picture(page, "lock at once")
    page.get_by_role("button", name="Registrera", exact=True).click()
    return page


def _lists(page: Page, world: World) -> list[str]:
    """What the lists say to whoever looks at the page."""
    found = []
    for path in ("/arenden", "/inkorg?visa=alla"):
        page.goto(world.public + path)
        found.append(page.locator("#innehall").inner_text())
    return found


def _lost(page: Page, walk: Walk, task: str, before: list[str]) -> None:
    """Whoever may not know of the case finds the lists as they were before it came, and nothing behind its
    addresses."""
    walk.browse.watch.expected.add(404)
    assert _lists(page, walk.world) == before
    for address in (task.split("?")[0], f"{walk.world.public}/arenden/{walk.case_id}"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404


def _closed(walk: Walk, page: Page) -> None:
    page.goto(f"{walk.world.public}/arenden/{walk.case_id}")
    expect(page.get_by_text("Avslutat", exact=True).first).to_be_visible()
    walk.picture(page, "closed")


def _marked(walk: Walk, page: Page) -> None:
    """The diarium has the marking, and the public part of its page says nothing of what was written."""
    number = page.get_by_role("heading", level=1).inner_text()
    (entry,) = walk.world.entered(number)
    assert (entry["secrecy_chapter"], entry["secrecy_section"]) == (26, "1 §")
    assert "diagnos" not in entry["subject"]


def _tasks(steps: Iterable[object]) -> list[Timed]:
    return [
        step
        for step in steps
        if isinstance(step, Timed) and (step.kind == "task" or step.name.startswith("register_"))
    ]
