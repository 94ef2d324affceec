"""When it goes wrong: statuses, friendly pages, the back button, and two clicks that make one completion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.test_browser_flow import assess
from tests.browser.world import World, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_REPEAT = """(times) => {
    const form = document.getElementById('form');
    const fields = new URLSearchParams(new FormData(form));
    fields.set('action', 'slutfor');
    const one = () => fetch(form.getAttribute('action'), {method: 'POST', body: fields});
    return Promise.all(Array.from({length: times}, () => one().then(answer => answer.status)));
}"""


def fill_in(page: Page) -> None:
    page.get_by_label("Vad är det för slags inlägg?").select_option("question")
    page.locator("input[name=remove][value=no]").check()
    page.locator("input[name=response][value=monitor]").check()
    page.locator("input[name=belongs_to][value=none]").check()


def completions(world: World, case_id: str) -> int:
    return sum(e["kind"] == "task_completed" for e in world.case(case_id)["history"])


def test_a_double_click_makes_one_completion_and_a_friendly_page(world: World, browse: Browse) -> None:
    case_id = world.post("Dubbelklick")
    page = browse(f"/uppgifter/{world.task(case_id)}")
    fill_in(page)
    browse.watch.expected |= {409, 412}
    page.get_by_role("button", name="Slutför uppgiften").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Bedöm inlägget")
    until(lambda: completions(world, case_id) > 0, "the completion")
    page.wait_for_load_state()
    assert completions(world, case_id) == 1
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Något gick fel" not in page.title()


def test_five_completions_at_once_are_one(world: World, browse: Browse) -> None:
    case_id = world.post("Fem på en gång")
    page = browse(f"/uppgifter/{world.task(case_id)}")
    fill_in(page)
    browse.watch.expected |= {409, 412}
    answers = page.evaluate(_REPEAT, 5)
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 409, 412}, answers
    assert completions(world, case_id) == 1


def test_after_a_post_the_back_button_and_a_reload_send_nothing_again(world: World, browse: Browse) -> None:
    page = browse("/registrera")
    before = world.requests("POST").get("register.post", 0)
    page.get_by_label("Kanal").fill("Facebook")
    page.get_by_label("Vad står det?").fill("Tillbakaknappen")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Registrera", exact=True).click()
    assert sent.value.status == 303
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    page.reload()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Registrera inlägg")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedöm inlägget")
    assert world.requests("POST")["register.post"] == before + 1


def test_going_back_to_a_task_that_is_done_says_so_and_changes_nothing(world: World, browse: Browse) -> None:
    case_id = world.post("Tillbaka till en klar uppgift")
    page = browse(f"/uppgifter/{world.task(case_id)}")
    assess(page)
    page.go_back()
    expect(page.get_by_text("Uppgiften är redan klar")).to_be_visible()
    expect(page.get_by_role("button", name="Slutför uppgiften")).to_have_count(0)
    assert completions(world, case_id) == 1


def test_a_page_that_a_colleague_has_overtaken_is_refused_with_a_way_on(world: World, browse: Browse) -> None:
    task = world.task(world.post("Två om en uppgift"))
    page = browse(f"/uppgifter/{task}")
    other = browse(f"/uppgifter/{task}")
    other.get_by_role("button", name="Spara utkast").click()
    expect(other.get_by_role("status").first).to_have_text("Utkastet är sparat.")
    fill_in(page)
    browse.watch.expected.add(412)
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Slutför uppgiften").click()
    assert sent.value.status == 412
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon hann före")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_who_is_not_signed_in_is_brought_back_to_the_page_that_was_wanted(browse: Browse) -> None:
    page = browse("/arenden?sok=gunga", login=None)
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    page.get_by_role("button", name="Logga in som Anna Berg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ärenden")
    expect(page.get_by_label("Sök ärende")).to_have_value("gunga")
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


def test_an_error_summary_has_the_focus_and_leads_to_its_fields(world: World, browse: Browse) -> None:
    browse.watch.expected.add(422)
    for path, button in (
        ("/registrera", "Registrera"),
        ("/registrera/epost", "Ta emot e-brevet"),
        (f"/uppgifter/{world.task(world.post('Fel i formuläret'))}", "Slutför uppgiften"),
    ):
        page = browse(path)
        page.get_by_role("button", name=button, exact=True).click()
        summary = page.locator("#fel")
        expect(summary).to_be_focused()
        assert page.title().startswith("Fel: ")
        for link in summary.get_by_role("link").all():
            link.click()
            wanted = (link.get_attribute("href") or "")[1:]
            assert page.evaluate("() => document.activeElement.id") == wanted
            described = page.evaluate("""() => {
                const e = document.activeElement, at = e.getAttribute('aria-describedby')
                    ?? e.closest('fieldset')?.getAttribute('aria-describedby') ?? '';
                return at.split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' ');
            }""")
            assert link.inner_text() in described
