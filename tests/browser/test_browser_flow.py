"""A comment's whole way in a real browser: in by hand, assessed, registered over SOAP, answered, found."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse, sign_in
from tests.browser.world import World, open_world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SUBJECT = "Synpunkt på trasig gunga vid lekplats"

# The clipboard is the real one, and so is the Ctrl-V that follows.
_COPY = """async (bytes) => {
    const picture = new Blob([new Uint8Array(bytes)], {type: 'image/png'});
    await navigator.clipboard.write([new ClipboardItem({'image/png': picture})]);
}"""


def screenshot(colour: str = "navy") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(kept, "PNG")
    return kept.getvalue()


def copy_picture(page: Page, picture: bytes) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(_COPY, list(picture))


def log(page: Page, text: str) -> None:
    """From the menu to a filled-in form, all but the screenshot."""
    page.get_by_role("link", name="Registrera inlägg").click()
    page.get_by_label("Kanal").fill("Facebook, Exempelkommun")
    page.get_by_label("Länk till inlägget").fill("https://social.example/exempelkommun/posts/2001")
    page.get_by_label("Vad står det?").fill(text)
    page.get_by_label("Avsändare").fill("Karin S")


def send(page: Page) -> str:
    """Send the form. Gives the case's number from the task that it became."""
    page.get_by_role("button", name="Registrera", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    return page.locator("main .row .muted").first.inner_text()


def assess(page: Page) -> None:
    page.get_by_label("Vad är det för slags inlägg?").select_option(label="Klagomål")
    for name, choice in (
        ("Bryter inlägget", "Nej"),
        ("Hur ska inlägget bemötas?", "Besvara"),
        ("Hör inlägget till ett ärende?", "Det startar ett nytt ärende"),
    ):
        page.get_by_role("group", name=name).get_by_label(choice, exact=True).check()
    complete(page)


def register(page: Page) -> None:
    page.get_by_label("I ett nytt ärende").check()
    page.get_by_label("Ärendemening").fill(SUBJECT)
    complete(page)


def answer(page: Page) -> None:
    page.get_by_label("Ditt svar").fill("Hej! Gungan lagas på torsdag. /Johan, Tekniska")
    page.get_by_label("Öppet i kanalen").check()
    complete(page)


def complete(page: Page) -> None:
    page.get_by_role("button", name="Slutför uppgiften").click()
    expect(page.get_by_role("status").filter(has_text="Uppgiften är klar.")).to_be_visible()


def take_up(page: Page, world: World, login: str, number: str, task: str) -> None:
    """Sign in, search for the case in the group's list, and open its task."""
    sign_in(page, world, login)
    page.get_by_role("link", name="Gruppens").click()
    page.get_by_label("Sök uppgift eller ärende").fill(number)
    page.get_by_role("button", name="Sök").click()
    page.get_by_role("listitem").filter(has_text=task).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(task)


def the_whole_flow(world: World, page: Page) -> None:
    sign_in(page, world, "maria")
    log(page, "Gungan på lekplatsen är fortfarande trasig.")
    copy_picture(page, screenshot())
    page.keyboard.press("Control+v")
    expect(page.get_by_role("status").filter(has_text="Skärmbilden är med")).to_be_visible()
    number = send(page)
    assess(page)
    page.get_by_role("button", name="Logga ut").click()

    take_up(page, world, "anna", number, "Registrera i diariet")
    register(page)
    expect(page.get_by_role("heading", name="I diariet")).to_be_visible()
    given, opened = wait_for_number(page), page.url
    page.get_by_role("button", name="Logga ut").click()

    take_up(page, world, "johan", number, "Besvara inlägget")
    answer(page)
    page.goto(opened)
    expect(page.get_by_text("Avslutat", exact=True).first).to_be_visible()
    capture = page.get_by_role("listitem").filter(has_text="skärmbild").locator("code").inner_text()
    check_the_diarium(world, page, given, capture.removeprefix("sha256 "))


def wait_for_number(page: Page) -> str:
    """The diarium's number, as it arrives on the page that is looked at. Nobody reloads."""
    loaded: list[str] = []
    page.on("load", lambda loaded_page: loaded.append(loaded_page.url))
    expect(page.get_by_text("Kvitterad").first).to_be_visible(timeout=40_000)

    assert loaded == []
    return page.locator(".reg .number").first.inner_text()


def check_the_diarium(world: World, page: Page, number: str, sha256: str) -> None:
    """The number and the file on the diarium's own page, and once each in its own database."""
    page.goto(world.diarium)
    record = page.get_by_role("article").filter(has_text=sha256)
    expect(record).to_have_count(1)
    expect(record).to_contain_text(number)
    case = page.get_by_role("article").filter(has=page.get_by_text(number, exact=True))
    expect(case).to_contain_text(SUBJECT)
    assert len(world.entered(number)) == 1
    kept = [row for row in world.kept_files(number) if row["sha256"] == sha256]
    assert len(kept) == 1
    assert hashlib.sha256(kept[0]["content"]).hexdigest() == sha256


def test_a_pasted_comment_gets_its_number_while_the_page_is_looked_at(world: World, browse: Browse) -> None:
    the_whole_flow(world, browse(login=None))


def test_a_chosen_file_is_kept_byte_for_byte(world: World, browse: Browse, tmp_path: Path) -> None:
    picture = tmp_path / "skärmbild på inlägget.png"
    picture.write_bytes(screenshot("seagreen"))
    page = browse("/inkorg")
    log(page, "Lampan blinkar.")
    page.get_by_label("Skärmbild").set_input_files(picture)
    send(page)
    page.get_by_role("link", name="Visa ärendet").click()
    expect(page.get_by_text(hashlib.sha256(picture.read_bytes()).hexdigest())).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=picture.name).first.click()
    assert download.value.path().read_bytes() == picture.read_bytes()
    assert download.value.suggested_filename == picture.name


@pytest.fixture
def postgresql_world(postgresql_url: str) -> Iterator[World]:
    with open_world(postgresql_url) as made:
        yield made


@pytest.mark.soak
@pytest.mark.postgresql
def test_the_same_flow_with_a_worker_of_its_own_on_postgresql(
    postgresql_world: World, browse: Browse
) -> None:
    the_whole_flow(postgresql_world, browse(login=None))
