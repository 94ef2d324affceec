"""The rest of the tour: the register of channels, the public pages, crisis, disposal, locked cases and rules.

Each page in Swedish and in English. What is opened was furnished with the demonstration's own scenes.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.tour import STOPS, Go, Tour, plain, stop

__all__ = ["STOPS"]

MANAGER, HANDLER, ARCHIVIST, ADMINISTRATOR = "karin", "elin", "disa", "sten"
REMOVE = "Dölj eller ta bort genast"
CHANNEL = "Biblioteket"


def _both(
    name: str,
    path: str,
    login: str | None,
    *,
    quick: bool = False,
    titled: bool = True,
    framed: bool = False,
) -> None:
    plain(name, path, login, quick=quick, titled=titled, framed=framed)
    query = "&" if "?" in path else "?"
    plain(f"English {name}", f"{path}{query}sprak=en", login, language="en", titled=False, framed=framed)


def _both_ways(name: str, *, quick: bool = False, titled: bool = True) -> Callable[[Go], Go]:
    """A stop that has to be found, and then the same address in English."""

    def keep(go: Go) -> Go:
        def english(tour: Tour) -> Page:
            page = go(tour)
            page.goto(page.url + ("&" if "?" in page.url else "?") + "sprak=en")
            return page

        stop(name, quick=quick, titled=titled)(go)
        stop(f"English {name}", language="en", titled=False)(english)
        return go

    return keep


_both("start a case", "/starta", "petra", quick=True)
_both("start without a role", "/starta", "johan", titled=False)
_both("channels", "/kanaler", MANAGER, quick=True)
_both("new channel", "/kanaler/ny", MANAGER)
_both("public register", "/sociala-medier", None, quick=True)
_both("embedded register", "/sociala-medier/inbaddad", None, titled=False, framed=True)
_both("genuine account", "/sociala-medier/akta?adress=https://social.example/biblioteket", None)
_both(
    "account that is not ours", "/sociala-medier/akta?adress=https://social.example/bluff", None, titled=False
)
_both("crisis", "/kris", MANAGER, quick=True)
_both("disposal", "/gallring", ARCHIVIST, quick=True)
_both("report", "/rapport", "maria", quick=True)
_both("operations", "/drift", ADMINISTRATOR, quick=True)
_both("processes", "/processer", ADMINISTRATOR)
_both("a process", "/processer/complaint", ADMINISTRATOR)
_both("moving running cases", "/processer/complaint/flytta", ADMINISTRATOR)
_both("why, the list", "/varfor", "maria")
_both("why, one key", "/varfor/sla.answer", "maria")
_both("messages", "/meddelanden", ADMINISTRATOR)
_both("register with a lock", "/registrera", "maria", titled=False)


def _in_crisis(tour: Tour, path: str) -> Page:
    """Crisis mode is put on, the page looked up, and crisis mode put off: other tests have ordinary days."""
    page = tour.open("/kris", MANAGER)
    page.locator("#f-reason").fill("Övning")
    page.locator("#f-information_url").fill("https://exempelkommun.example/kris")
    page.locator("main form[method=post] button").click()
    expect(page.locator("#f-end_reason")).to_be_visible()
    page.goto(tour.world.public + path)
    after = tour.open("/kris", MANAGER)
    after.locator("#f-end_reason").fill("Övningen är slut")
    after.locator("main form[novalidate] button").click()
    expect(after.locator("#f-reason")).to_be_visible()
    return page


@stop("in a crisis", titled=False)
def _crisis_on(tour: Tour) -> Page:
    return _in_crisis(tour, "/kris")


@stop("crisis digest")
def _crisis_digest(tour: Tour) -> Page:
    return _in_crisis(tour, "/kris/sammanstallning")


@stop("English crisis digest", language="en", titled=False)
def _english_crisis_digest(tour: Tour) -> Page:
    return _in_crisis(tour, "/kris/sammanstallning?sprak=en")


def _channel(tour: Tour, login: str | None = MANAGER) -> Page:
    page = tour.open("/kanaler" if login else "/sociala-medier", login)
    page.get_by_role("link", name=CHANNEL, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CHANNEL)
    return page


@_both_ways("a channel", quick=True)
def _one_channel(tour: Tour) -> Page:
    page = _channel(tour)
    for part in page.locator("main details").all():
        part.evaluate("part => { part.open = true }")  # every form of the page at once
    return page


@_both_ways("a channel as others see it", titled=False)
def _public_channel(tour: Tour) -> Page:
    return _channel(tour, None)


@_both_ways("a report to a channel")
def _report(tour: Tour) -> Page:
    page = _channel(tour, None)
    page.goto(page.url.split("?")[0] + "/anmal")
    return page


@stop("a report to a channel with errors", titled=False)
def _report_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _report(tour)
    page.locator("main form[method=post] button").last.click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@_both_ways("a capture of a channel", quick=True)
def _capture(tour: Tour) -> Page:
    page = _channel(tour)
    page.goto(page.url.split("?")[0] + "/avbilda")
    return page


@stop("a capture with errors", titled=False)
def _capture_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _capture(tour)
    page.locator("main form[method=post] button").last.click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("new channel with errors", titled=False)
def _new_channel_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = tour.open("/kanaler/ny", MANAGER)
    page.locator("main form[method=post] button").last.click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@_both_ways("a guarded task", quick=True, titled=False)
def _guarded(tour: Tour) -> Page:
    page = tour.open("/inkorg?visa=alla", HANDLER)
    page.locator(".list li").filter(has_text=REMOVE).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REMOVE)
    return page


@_both_ways("a locked case", quick=True)
def _locked(tour: Tour) -> Page:
    page = _guarded(tour)
    page.get_by_role("link", name="Visa ärendet").click()
    expect(page.get_by_text("Ärendet har begränsad insyn")).to_be_visible()
    return page


@_both_ways("evidence of a locked case")
def _evidence(tour: Tour) -> Page:
    page = _locked(tour)
    page.goto(page.url.split("?")[0] + "/bevis")
    return page


@_both_ways("who may know of a locked case", quick=True)
def _clearances(tour: Tour) -> Page:
    page = _locked(tour)
    page.goto(page.url.split("?")[0] + "/behorighet")
    return page


@stop("who may know, with errors", titled=False)
def _clearance_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _clearances(tour)
    page.locator("main form[novalidate] button").first.click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@stop("404: a locked case", titled=False)
def _not_known(tour: Tour) -> Page:
    tour.expect(404)
    page = _locked(tour)
    return tour.open(page.url.removeprefix(tour.world.public), "johan")


@_both_ways("an application to be decided", titled=False)
def _application(tour: Tour) -> Page:
    page = tour.open("/inkorg?visa=alla&sok=Ansökan", MANAGER)
    page.locator(".list li").get_by_role("link").first.click()
    expect(page.locator("#form")).to_be_visible()
    return page


@_both_ways("a case in operation", quick=True)
def _in_operation(tour: Tour) -> Page:
    return tour.open(f"/drift/arenden/{tour.cases.assessing}", ADMINISTRATOR)


@stop("a case in operation, with errors", titled=False)
def _in_operation_errors(tour: Tour) -> Page:
    tour.expect(422)
    page = _in_operation(tour)
    page.get_by_role("button", name="Pausa ärendet").click()
    expect(page.locator("#fel")).to_be_focused()
    return page


@_both_ways("an incident in operation")
def _incident_in_operation(tour: Tour) -> Page:
    return tour.open(f"/drift/fel/{tour.cases.incident}", ADMINISTRATOR)
