"""Every page there is, in every state that can be brought about: a name, and how to get there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.states import BUSY, NEW, Cases
from tests.browser.world import ASSESS, World


@dataclass(frozen=True)
class Tour:
    """What a stop may use."""

    world: World
    browse: Browse
    cases: Cases

    def open(self, path: str, login: str | None = "ordna", **given: object) -> Page:
        return self.browse(path, login, **given)

    def expect(self, *statuses: int) -> None:
        self.browse.watch.expected |= set(statuses)


Go = Callable[[Tour], Page]


@dataclass(frozen=True)
class Stop:
    """`quick` stops are looked at by every test run, the others by the soak."""

    name: str
    go: Go
    quick: bool = False
    language: str = field(default="sv")
    titled: bool = True
    """Whether its title is its own; the same page in another state keeps the title."""
    framed: bool = False
    """Whether it is shown within another site's page, which has its own way past a menu."""


STOPS: list[Stop] = []


def stop(
    name: str, *, quick: bool = False, language: str = "sv", titled: bool = True, framed: bool = False
) -> Callable[[Go], Go]:
    def keep(go: Go) -> Go:
        STOPS.append(Stop(name, go, quick, language, titled, framed))
        return go

    return keep


def plain(
    name: str,
    path: str,
    login: str | None = "ordna",
    *,
    quick: bool = False,
    language: str = "sv",
    titled: bool = True,
    framed: bool = False,
) -> None:
    """A page that only has to be opened."""
    stop(name, quick=quick, language=language, titled=titled, framed=framed)(
        lambda tour: tour.open(path, login)
    )


plain("signing in", "/logga-in", None, quick=True)
plain("first start", "/forsta-start", None)
plain("inbox mine", "/inkorg?visa=mina", "johan", titled=False)
plain("inbox group", "/inkorg?visa=gruppens", titled=False)
plain("inbox all", "/inkorg?visa=alla", quick=True)
plain("inbox without hits", "/inkorg?visa=alla&sok=finns-inte", titled=False)
plain("cases", "/arenden", quick=True)
plain("cases without hits", "/arenden?sok=finns-inte", titled=False)
plain("register", "/registrera", quick=True)
plain("mail", "/registrera/epost")
plain("account", "/mitt-konto", "maria")
plain("absences", "/franvaro", "olof")
plain("English sign-in", "/logga-in?sprak=en", None, language="en")
plain("English inbox", "/inkorg?visa=alla&sprak=en", language="en")
plain("English cases", "/arenden?sprak=en", language="en")
plain("English register", "/registrera?sprak=en", language="en")
plain("English mail", "/registrera/epost?sprak=en", language="en")


@stop("wrong password")
def _wrong_password(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/logga-in", None)
    page.get_by_label("Användarnamn").fill("maria")
    page.get_by_label("Lösenord").fill("fel lösenord")
    page.get_by_role("button", name="Logga in", exact=True).click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("too many tries")
def _too_many(tour: Tour) -> Page:
    tour.expect(422, 429)
    page = tour.open("/logga-in", None)
    for _ in range(6):
        page.get_by_label("Användarnamn").fill("nisse")
        page.get_by_label("Lösenord").fill("fel lösenord")
        page.get_by_role("button", name="Logga in", exact=True).click()
        page.wait_for_load_state()
        if page.locator("#f-login").count() == 0:
            break
    expect(page.get_by_role("heading", level=1)).to_have_text("Vänta en stund")
    return page


@stop("first start with errors", titled=False)
def _first_start_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/forsta-start", None)
    page.get_by_role("button", name="Skapa kontot").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("task", quick=True)
def _task(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.world.task(tour.cases.assessing)}")


@stop("English task", language="en", titled=False)
def _english_task(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.world.task(tour.cases.assessing)}?sprak=en")


@stop("task with errors", quick=True)
def _task_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _task(tour)
    page.get_by_label("Ja, det ska bort").check()
    page.get_by_role("button", name="Slutför uppgiften").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("task with a draft", titled=False)
def _task_draft(tour: Tour) -> Page:
    page = tour.open(f"/uppgifter/{tour.world.task(tour.world.post('Utkast'))}")
    page.get_by_label("Ja, det ska bort").check()
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_role("status").first).to_have_text("Utkastet är sparat.")
    return page


@stop("task taken by a colleague", titled=False)
def _taken(tour: Tour) -> Page:
    page = tour.open(_claimed(tour), "maria")
    expect(page.get_by_text("Alva Nyström har tagit uppgiften")).to_be_visible()
    return page


def _claimed(tour: Tour) -> str:
    task = tour.world.task(tour.world.post("Tagen"))
    tour.world.visitor().post(f"/api/v1/tasks/{task}/claim", {})
    return f"/uppgifter/{task}"


@stop("403: a colleague was faster")
def _forbidden(tour: Tour) -> Page:
    tour.expect(403)
    task = tour.world.task(tour.world.post("Snart tagen"))
    page = tour.open(f"/uppgifter/{task}", "maria")
    tour.world.visitor().post(f"/api/v1/tasks/{task}/claim", {})
    # as a program might send it: without saying which version it saw
    page.locator("#form [name=version]").evaluate("(field) => { field.value = '' }")
    page.get_by_role("button", name="Slutför uppgiften").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det får du inte göra")
    return page


@stop("409: completed twice")
def _completed_twice(tour: Tour) -> Page:
    tour.expect(409)
    case_id = tour.world.post("Klar två gånger")
    page = tour.open(f"/uppgifter/{tour.world.task(case_id)}")
    tour.world.complete(case_id, "Bedöm", ASSESS)
    page.get_by_role("button", name="Slutför uppgiften").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det gick inte")
    return page


@stop("412: an old version")
def _old_version(tour: Tour) -> Page:
    tour.expect(412)
    task = tour.world.task(tour.world.post("Gammal version"))
    page = tour.open(f"/uppgifter/{task}")
    tour.world.visitor().post(f"/api/v1/tasks/{task}/claim", {})
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon hann före")
    return page


@stop("task that is done", titled=False)
def _done(tour: Tour) -> Page:
    case_id = tour.world.post("Klar")
    task = tour.world.task(case_id)
    tour.world.complete(case_id, "Bedöm", ASSESS)
    return tour.open(f"/uppgifter/{task}")


@stop("404", quick=True)
def _not_found(tour: Tour) -> Page:
    tour.expect(404)
    return tour.open("/finns-inte")


@stop("English 404", language="en")
def _english_not_found(tour: Tour) -> Page:
    tour.expect(404)
    return tour.open("/finns-inte?sprak=en")


@stop("413: too large")
def _too_large(tour: Tour) -> Page:
    tour.expect(413)
    page = _task(tour)
    page.locator("#form").evaluate("""(form) => {
        const much = document.createElement('input');
        much.type = 'hidden'; much.name = 'mycket'; much.value = 'x'.repeat(1100000);
        form.append(much);
    }""")
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("För stort")
    return page


@stop("register with errors")
def _register_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/registrera")
    page.get_by_label("Länk till inlägget").fill("inte en länk")
    page.get_by_role("button", name="Registrera", exact=True).click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("register with a file of the wrong kind", titled=False)
def _register_wrong_file(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/registrera")
    page.get_by_label("Kanal").fill("Facebook")
    page.get_by_label("Skärmbild").set_input_files(
        {"name": "program.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" * 50}
    )
    page.get_by_role("button", name="Registrera", exact=True).click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("refused mail")
def _refused_mail(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/registrera/epost")
    page.get_by_label("E-brev").set_input_files(
        {"name": "brev.eml", "mimeType": "message/rfc822", "buffer": b"\x00\x01 inget brev"}
    )
    page.get_by_role("button", name="Ta emot e-brevet").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("account with errors")
def _account_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/mitt-konto", "maria")
    page.get_by_role("button", name="Byt lösenord").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("case: acknowledged", quick=True)
def _case_registered(tour: Tour) -> Page:
    return tour.open(f"/arenden/{tour.cases.registered}")


@stop("English case", language="en", titled=False)
def _english_case(tour: Tour) -> Page:
    return tour.open(f"/arenden/{tour.cases.registered}?sprak=en")


@stop("case: not sent yet")
def _case_new(tour: Tour) -> Page:
    return tour.open(f"/arenden/{tour.cases.assessing}")


@stop("case: waiting")
def _case_waiting(tour: Tour) -> Page:
    with tour.world.trouble(BUSY):
        case_id = tour.world.sent("Väntar", NEW)
        tour.world.until_registration(case_id, "retry")
        page = tour.open(f"/arenden/{case_id}")
        expect(page.get_by_text("Väntar på nytt försök")).to_be_visible()
    tour.world.until_registration(case_id, "registered")
    return page


@stop("case: uncertain")
def _case_uncertain(tour: Tour) -> Page:
    page = tour.open(f"/arenden/{tour.cases.uncertain}")
    expect(page.locator(".st").get_by_text("Osäker")).to_be_visible()
    return page


@stop("case: refused")
def _case_refused(tour: Tour) -> Page:
    page = tour.open(f"/arenden/{tour.cases.refused}")
    expect(page.locator(".st").get_by_text("Avvisad")).to_be_visible()
    return page


@stop("trouble: uncertain", quick=True)
def _trouble_uncertain(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.cases.trouble(tour.cases.uncertain)}")


@stop("English trouble", language="en", titled=False)
def _english_trouble(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.cases.trouble(tour.cases.uncertain)}?sprak=en")


@stop("trouble: looked up", titled=False)
def _trouble_looked_up(tour: Tour) -> Page:
    page = _trouble_uncertain(tour)
    page.get_by_role("button", name="Slå upp nu").click()
    expect(page.get_by_role("status").first).to_contain_text("flera poster")
    return page


@stop("trouble: refused")
def _trouble_refused(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.cases.trouble(tour.cases.refused)}")


@stop("trouble: with errors")
def _trouble_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _trouble_refused(tour)
    page.get_by_role("button", name="Avbryt registreringen").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("trouble: incident")
def _trouble_incident(tour: Tour) -> Page:
    return tour.open(f"/uppgifter/{tour.cases.incident}")


@stop("confirm: send again")
def _confirm_again(tour: Tour) -> Page:
    page = _trouble_refused(tour)
    page.get_by_role("button", name="Skicka igen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Är du säker?")
    return page


@stop("confirm: by hand", titled=False)
def _confirm_by_hand(tour: Tour) -> Page:
    page = _trouble_refused(tour)
    page.get_by_label("Nummer i diariet").fill("KS 2026/00231")
    page.get_by_role("button", name="Registrerat för hand").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Är du säker?")
    return page


@stop("confirm: cancel", titled=False)
def _confirm_cancel(tour: Tour) -> Page:
    page = _trouble_refused(tour)
    page.get_by_label("Skäl").select_option("not_a_record")
    page.get_by_role("button", name="Avbryt registreringen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Är du säker?")
    return page


def _diarium(name: str, path: str, **given: bool) -> None:
    def go(tour: Tour) -> Page:
        page = tour.open("", None)
        page.goto(tour.world.diarium + path)
        return page

    stop(f"diarium: {name}", **given)(go)


_diarium("register", "/", quick=True)
_diarium("public register", "/offentligt")
_diarium("faults", "/fel")
