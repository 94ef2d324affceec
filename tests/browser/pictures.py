"""Takes the pictures of docs/processagare.md of the product itself: `python -m tests.browser.pictures`.

Two invented process owners change the demonstration's complaint flow as the guide tells, and each page is
cropped to what matters."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from tests.browser.world import PROFILE, World, account, open_world
from tests.repository.tree import ROOT

FOLDER = ROOT / "docs" / "bilder"
WIDE = 1200
"""Pixels: the pages' width, and the pictures'."""
MOST = 120_000
"""Bytes of one picture."""
OWNER, SECOND = "sten", "berit"
NEW = "Ring upp den som skrev"
FORM = "Samtalet"
PROCESS = "/processer/complaint"
_OURS = "input[type=file] { color: transparent } ::file-selector-button { visibility: hidden }"
"""The browser writes its own words in a file field, in the language that it was installed with."""
Answers = dict[str, str | bool]

QUESTION: Answers = {
    "kind_of_item": "question",
    "remove": "no",
    "response": "answer",
    "belongs_to": "none",
    "insignificant": True,
}
FORWARD = QUESTION | {"handled_by": "forward"}
TO_LIBRARY: Answers = {"forward_to": "Biblioteket", "forwarded_how": "ordna"}
TAKES: Answers = {"receiver_takes": "takes"}
ANSWER: Answers = {"answer_text": "Tack, vi har öppet till klockan 19.", "answered_how": "public_reply"}
CALLED: Answers = {"vad_kom_ni_fram_till": "Frågan gällde öppettiderna."}


TOLD = "Den som frågar får ett samtal när frågan går till en annan enhet"
TASKS: tuple[tuple[str, Answers], ...] = (
    ("Bedöm inlägget", FORWARD),
    ("Vidarebefordra till rätt enhet", TO_LIBRARY),
    (NEW, CALLED),
    ("Ta emot och ta ställning", TAKES),
    ("Besvara inlägget", ANSWER),
)
"""A scenario that shows the new step."""


def take(page: Page, name: str, first: Locator | None = None, last: Locator | None = None) -> None:
    """The part of the page from the first element to the last, across; what is in view where none is
    named."""
    page.evaluate("() => document.activeElement?.blur()")
    if first is None:
        shot = page.screenshot(animations="disabled", style=_OURS)
    else:
        top = _edges(first)[0] - 12
        bottom = _edges(last or first)[1] + 12
        size = page.viewport_size
        assert size is not None
        clip: FloatRect = {"x": 0, "y": top, "width": size["width"], "height": bottom - top}
        shot = page.screenshot(full_page=True, animations="disabled", style=_OURS, clip=clip)
    _write(Image.open(io.BytesIO(shot)), FOLDER / f"{name}.png")


def _edges(element: Locator) -> tuple[float, float]:
    """Top and bottom, in pixels of the whole page."""
    found = element.first.evaluate(
        "e => { const r = e.getBoundingClientRect(); return [r.top + scrollY, r.bottom + scrollY]; }"
    )
    return float(found[0]), float(found[1])


def _write(picture: Image.Image, to: Path) -> None:
    """At most WIDE across and MOST bytes, with as many colours as that leaves room for."""
    picture = picture.convert("RGB")
    if picture.width > WIDE:
        picture = picture.resize((WIDE, picture.height * WIDE // picture.width), Image.Resampling.LANCZOS)
    for colours in (256, 128, 64, 32, 16):
        made = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        if made.tell() <= MOST:
            break
    to.write_bytes(made.getvalue())


# ── before anything is changed ───────────────────────────────────────────────────────────────────────


def furnish(world: World) -> str:
    """Cases that have gone the way that the new step will stand on. Gives the id of a case that waits to be
    answered."""
    for text in ("När öppnar biblioteket på lördag?", "Kan jag låna om en bok på telefon?"):
        case = world.post(text)
        world.complete(case, "Bedöm", FORWARD)
        world.complete(case, "Vidarebefordra", TO_LIBRARY)
        world.complete(case, "Ta emot", TAKES)
        world.complete(case, "Besvara", ANSWER)
    for text in ("Har ni talböcker på arabiska?", "Finns det läxhjälp på onsdagar?"):
        case = world.post(text)
        world.complete(case, "Bedöm", FORWARD)
    world.complete(case, "Vidarebefordra", TO_LIBRARY)
    for text in ("Vilken buss går till badet?", "Är isen på ån säker?", "När sandas gångvägen?"):
        case = world.post(text)
        world.complete(case, "Bedöm", QUESTION)
        world.complete(case, "Besvara", ANSWER)
    waiting = world.post("Vem ansvarar för lekplatsen vid kyrkan?")
    world.complete(waiting, "Bedöm", QUESTION)
    return waiting


def signed_in(world: World, browser: Browser, login: str) -> Page:
    page = browser.new_context(
        viewport={"width": WIDE, "height": 800}, locale="sv-SE", bypass_csp=True
    ).new_page()
    page.goto(f"{world.public}/logga-in")
    page.get_by_label("Användarnamn").fill(login)
    page.get_by_label("Lösenord").fill(account(login).password)
    page.get_by_role("button", name="Logga in", exact=True).click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
    return page


def _press(page: Page, button: str | re.Pattern[str]) -> None:
    """A button, and the page that comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def region(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("region", name=name)


# ── the change, in the guide's order ─────────────────────────────────────────────────────────────────


def a_draft(world: World, page: Page) -> str:
    """A new draft of the complaint flow: its address."""
    page.goto(world.public + PROCESS)
    _press(page, "Nytt utkast av versionen i drift")
    page.wait_for_url("**/utkast/**")
    return page.url.partition("?")[0]


def steps(page: Page, draft: str) -> None:
    page.goto(f"{draft}/steg/forward/efter")
    page.locator("#f-name").fill(NEW)
    page.locator("#f-role").select_option(label="Handläggare")
    page.locator("#f-due").select_option(label="svar inom den tid som kommunen har lovat")
    _press(page, "Lägg till")
    new = page.locator("li", has=page.get_by_role("heading", name=NEW))
    expect(new.get_by_role("status")).to_contain_text("läggs till")
    take(page, "steglistan", new, new.locator("xpath=following-sibling::li[1]"))


def form(page: Page, draft: str) -> None:
    page.goto(f"{draft}/formular")
    page.get_by_label("Formulärets rubrik").fill(FORM)
    _press(page, "Nytt formulär")
    page.locator("#f-b-title").fill("Vad kom ni fram till?")
    page.get_by_label("Hur fältet fylls i").select_option(label="Lång text, flera rader")
    page.get_by_label("Måste fyllas i").check()
    _press(page, "Lägg till fält")
    page.get_by_label("Hur fältet fylls i").select_option(label="Ett val, alternativknappar")
    page.locator("#f-b-title").fill("Ska vi höra av oss igen?")
    page.locator("#f-b-choices").fill("Nej, det räckte så\nJa, när vi vet mer")
    expect(page.locator("#forhandsvisning").get_by_role("radio", name="Ja, när vi vet mer")).to_be_visible()
    take(page, "formular", page.get_by_role("heading", level=1), page.locator("#f-b-choices"))
    _press(page, "Lägg till fält")
    expect(page.get_by_role("status")).to_contain_text("lades till")
    page.goto(f"{draft}/steg")
    page.locator("li", has=page.get_by_role("heading", name=NEW)).get_by_role("link", name="Ändra").click()
    page.locator("#f-form").select_option(label=FORM)
    _press(page, "Spara")
    expect(page.get_by_role("status").first).to_contain_text(FORM)


def drawing(page: Page, draft: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 860})
    page.goto(f"{draft}/redigera")
    page.locator("#rita[data-ready]").wait_for()
    expect(page.locator("[data-part=checked]")).not_to_be_empty()
    page.get_by_role("button", name="Sök").click()
    page.locator(".djs-search-input input").press_sequentially(NEW)
    page.locator(".djs-search-result", has_text=NEW).first.click()
    expect(page.get_by_label("Namn", exact=True)).to_have_value(NEW)
    page.mouse.move(600, 700)
    page.mouse.wheel(-300, 0)
    page.mouse.wheel(0, 100)
    page.wait_for_load_state("networkidle")
    take(page, "ritningen")
    page.set_viewport_size({"width": WIDE, "height": 800})


def decision(page: Page, draft: str) -> None:
    page.goto(f"{draft}/beslut/registration")
    _press(page, "Ny rad under rad 2")
    expect(page.get_by_text("Rad 4 träffar aldrig: rad 3 hinner före.")).to_be_visible()
    warning = page.get_by_text("Rad 4 träffar aldrig: rad 3 hinner före.")
    take(page, "beslut", page.get_by_role("heading", level=1), warning)
    page.goto(page.url.partition("#")[0])
    page.locator("button[form='angra']").click()
    expect(page.get_by_text("Ändringen är ångrad.")).to_be_visible()


def scenarios(page: Page, draft: str) -> None:
    page.goto(f"{draft}/scenarier?kor=alla")
    expect(page.get_by_role("status").first).to_contain_text("2 av 55 scenarier höll inte.")
    take(page, "scenarier", page.get_by_role("heading", level=1), region(page, "Ritningen, med det som är"))
    page.get_by_role("link", name="Lägg in i alla 2 scenarier").click()
    page.get_by_label("Vad kom ni fram till?").fill(str(CALLED["vad_kom_ni_fram_till"]))
    take(page, "scenarier-alla", page.get_by_role("heading", level=1), page.locator("main form"))
    _press(page, "Lägg in i alla 2 scenarier")
    expect(page.get_by_text("De håller nu.")).to_be_visible()
    page.goto(f"{draft}/scenarier/spela-in")
    page.locator("select[name='s.profile']").select_option(label=PROFILE)
    _press(page, "Börja")
    for task, answers in TASKS:
        if page.locator("#do").count() == 0 or page.locator("#do").inner_text() != task:
            _press(page, f"Välj {task}")
        for name, value in answers.items():
            _fill(page, name, value)
        if task == NEW:
            take(
                page,
                "spela-in",
                page.get_by_role("heading", level=1),
                page.locator("form[aria-labelledby=do]"),
            )
        _press(page, "Klar med uppgiften")
    expect(page.get_by_text("Ärendet är slut:")).to_be_visible()
    page.get_by_label("Namn").fill(TOLD)
    _press(page, "Spara scenariot")
    expect(page.get_by_role("rowheader", name=TOLD)).to_be_visible()


def _fill(page: Page, name: str, value: str | bool) -> None:
    """An answer, in whatever kind of field asks for it."""
    field = page.locator(f"[name='{name}']").first
    match field.evaluate("e => e.type"):
        case "radio":
            page.locator(f"[name='{name}'][value='{value}']").check()
        case "checkbox":
            field.check()
        case "select-one":
            field.select_option(str(value))
        case _:
            field.fill(str(value))


def replay(page: Page, draft: str) -> None:
    page.goto(f"{draft}/prova")
    _press(page, "Prova mot tidigare ärenden")
    page.get_by_role("link", name="Visa resultatet").click(timeout=60_000)
    take(page, "prova", page.get_by_role("heading", level=1), region(page, re.compile("Annan väg")))


def hand_over(page: Page, draft: str) -> None:
    page.goto(draft)
    why = "Den som frågar får ett samtal när frågan går till en annan enhet. Många undrar vart den tog vägen."
    page.get_by_label("Vad ändras, och varför?").fill(why)
    take(page, "utkastet", page.get_by_role("heading", level=1), region(page, "Lämna för granskning"))
    _press(page, "Lämna för granskning")
    expect(page.get_by_text("Väntar på granskning", exact=True)).to_be_visible()


def publish(page: Page, draft: str) -> None:
    page.goto(draft)
    take(page, "granskning", region(page, "Granskning"))
    _press(page, "Publicera")
    expect(page.get_by_text("Version 2 är i drift")).to_be_visible()


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────


def move(world: World, page: Page) -> None:
    page.goto(f"{world.public}{PROCESS}/flytta")
    take(page, "flytta", page.get_by_role("heading", level=1), page.locator("#ready ~ .b > ul > li").nth(2))


def operations(world: World, page: Page, case: str) -> None:
    page.goto(f"{world.public}/drift")
    busy = page.get_by_role("region", name=re.compile("Synpunkt till ärende, version 1")).first
    take(page, "drift", busy.get_by_role("heading", level=2), busy.locator("figure.map"))
    page.goto(f"{world.public}/drift/arenden/{case}")
    page.get_by_label("Från Besvara inlägget till").select_option(label="Hänvisa avsändaren")
    _press(page, re.compile("Pröva.*Besvara"))
    page.locator("#f-move_reason").fill("Frågan hör till en förening, inte till kommunen.")
    take(page, "flytta-ett", region(page, "Flytta till ett annat steg"))


def meeting(world: World, first: Page, second: Page) -> None:
    """Two at the same draft."""
    draft = a_draft(world, first)
    for page in (first, second):
        page.goto(f"{draft}/steg/assess")
    second.locator("#f-name").fill("Läs och bedöm inlägget")
    _press(second, "Spara")
    first.locator("#f-name").fill("Bedöm det som kom in")
    _press(first, "Spara")
    expect(first.get_by_role("heading", name="Någon hann före")).to_be_visible()
    take(first, "hann-fore", first.get_by_role("heading", level=1), region(first, "Eller"))


@contextmanager
def a_browser() -> Iterator[Browser]:
    """The Chromium that the browser tests use."""
    program = os.environ.get("ORDNA_TEST_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=30_000)
    with open_world() as world, a_browser() as browser:
        waiting = furnish(world)
        owner, second = (signed_in(world, browser, login) for login in (OWNER, SECOND))
        owner.goto(world.public + PROCESS)
        take(owner, "processen", owner.get_by_role("heading", level=1), region(owner, "Utkast"))
        draft = a_draft(world, owner)
        for part in (steps, form, drawing, decision, scenarios, replay, hand_over):
            part(owner, draft)
        publish(second, draft)
        move(world, owner)
        operations(world, owner, waiting)
        meeting(world, owner, second)


if __name__ == "__main__":
    main()
