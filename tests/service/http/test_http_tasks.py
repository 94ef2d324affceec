"""A task on its page: read, draft, claim, complete; refusals that change nothing; strangers' words inert."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from service import cases
from service.store import RegistrationRow, TaskRow
from tests.service.http.web import ASSESS, COMPLAINT, REGISTER, Web, Words, fields, picture, words

_XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "{% include 'x' %}",
    "</textarea><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{background:url(//evil.example)}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>",
    "]]><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "${7*7}",
    "%3Cscript%3E",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "\x00<script>alert(1)</script>",
)


def test_a_post_goes_from_the_form_to_its_first_task_and_on_to_the_next(web: Web) -> None:
    browser = web.browser("maria")
    answer = browser.submit(
        "/registrera",
        {
            "kanal": "Facebook, Exempelkommun",
            "lank": "https://social.example/1",
            "avsandare": "Karin S",
            "text": "Gungan är trasig.",
            "tid": "2026-03-03T09:00",
        },
        page="/registrera",
    )
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "Gungan är trasig." in page and "Karin S" in page and "Här är vi" in page
    assert "3 mars 2026 kl. 09:00" in words(page)
    path = answer.headers["Location"].split("?")[0]
    following = browser.submit(
        path, {**COMPLAINT, "action": "slutfor", "version": fields(page)["version"]}, page=path
    )
    assert following.status_code == 303
    onward = browser.get(following.headers["Location"])
    assert onward.status_code == 200 and "Uppgiften är klar." in onward.text
    assert "Ny uppgift" in onward.text


def test_the_first_page_after_registering_says_when_the_post_was_already_here(web: Web) -> None:
    browser = web.browser("kim")
    form = {"kanal": "Facebook", "lank": "https://social.example/2", "text": "Hej"}
    first = browser.submit("/registrera", form, page="/registrera").headers["Location"]
    second = browser.submit("/registrera", form, page="/registrera").headers["Location"]
    assert first.split("?")[0] == second.split("?")[0]
    assert second.endswith("meddelande=fanns")


def test_what_is_missing_is_told_beside_each_field_and_in_a_summary_with_links(one_web: Web) -> None:
    task = one_web.task(one_web.post().case_id)
    browser = one_web.browser("kim")
    answer = browser.submit(
        f"/uppgifter/{task.id}",
        {"action": "slutfor", "version": task.version, "remove": "no"},
        page=f"/uppgifter/{task.id}",
    )
    assert answer.status_code == 422
    page = Words(answer.text)
    summary = re.search(r'id="fel".*?</div>', answer.text, re.S)
    assert summary is not None
    targets = re.findall(r'href="#([^"]+)"', summary[0])
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert targets and set(targets) <= ids
    assert "fält behöver rättas" in answer.text and "<title>Fel: " in answer.text
    assert 'value="no" checked' in answer.text  # what was answered is still there
    assert one_web.task(task.case_id).version == task.version


@pytest.mark.parametrize("name", ["status", "__builtins__", "len", "assignee", "kind_of_item.x", "case_id"])
@pytest.mark.parametrize("action", ["slutfor", "utkast"])
def test_a_field_the_form_does_not_have_is_refused_and_nothing_is_stored(
    one_web: Web, name: str, action: str
) -> None:
    task = one_web.task(one_web.post().case_id)
    answer = one_web.browser("kim").submit(
        f"/uppgifter/{task.id}",
        {**COMPLAINT, name: "x", "action": action, "version": task.version},
        page=f"/uppgifter/{task.id}",
    )
    assert answer.status_code == 422
    after = one_web.task(task.case_id)
    assert (after.version, after.draft_at) == (task.version, None)


def test_a_draft_is_kept_and_shown_again_and_stands_encrypted(web: Web) -> None:
    received = web.post()
    browser = web.browser("maria")
    first = web.task(received.case_id)
    browser.submit(
        f"/uppgifter/{first.id}",
        {**COMPLAINT, "action": "slutfor", "version": first.version},
        page=f"/uppgifter/{first.id}",
    )
    task = web.task(received.case_id, "Besvara inlägget")
    path = f"/uppgifter/{task.id}"
    answer = browser.submit(
        path,
        {"action": "utkast", "version": task.version, "answer_text": "Hej Karin! Vi lagar den."},
        page=path,
    )
    assert answer.status_code == 303
    page = browser.get(path).text
    assert "Hej Karin! Vi lagar den." in page and "Utkast sparat 10:14" in words(page)
    with web.database.read() as session:
        kept = session.scalars(select(TaskRow.draft_locked).where(TaskRow.id == task.id)).one()
    assert kept is not None and b"Karin" not in kept


def test_a_task_is_taken_and_given_back(one_web: Web) -> None:
    task = one_web.task(one_web.post().case_id)
    path = f"/uppgifter/{task.id}"
    kim, maria = one_web.browser("kim"), one_web.browser("maria")
    assert kim.submit(path, {"action": "ta", "version": task.version}, page=path).status_code == 303
    assert "Lämna tillbaka" in kim.get(path).text
    shown = maria.get(path).text
    assert "Kim Lind har tagit uppgiften" in shown and 'value="slutfor"' not in shown
    answer = maria.submit(path, {**COMPLAINT, "action": "slutfor"}, page=path)
    assert answer.status_code == 403
    assert kim.submit(path, {"action": "lamna"}, page=path).status_code == 303
    assert one_web.task(task.case_id).assignee is None


def test_completing_twice_is_a_conflict_and_happens_once(web: Web) -> None:
    task = web.task(web.post().case_id)
    path, browser = f"/uppgifter/{task.id}", web.browser("maria")
    data = {**COMPLAINT, "action": "slutfor", "version": task.version}
    assert browser.submit(path, data, page=path).status_code == 303
    again = browser.submit(path, data, page="/registrera")
    assert again.status_code == 409
    assert "Uppgiften är redan klar" in browser.get(path).text


def test_of_two_who_complete_at_the_same_time_exactly_one_does(web: Web) -> None:
    task = web.task(web.post().case_id)
    path, answers = f"/uppgifter/{task.id}", []
    browsers = [web.browser("maria"), web.browser("kim")]
    forms = [
        {"csrf": b.token(), **COMPLAINT, "action": "slutfor", "version": str(task.version)} for b in browsers
    ]
    start = threading.Barrier(2)

    def send(number: int) -> None:
        start.wait()
        answers.append(browsers[number].client.post(path, data=forms[number]).status_code)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) in ([303, 409], [303, 412])


def test_an_old_version_is_told_that_somebody_was_here(one_web: Web) -> None:
    task = one_web.task(one_web.post().case_id)
    path, browser = f"/uppgifter/{task.id}", one_web.browser("kim")
    browser.submit(path, {**COMPLAINT, "action": "utkast", "version": task.version}, page=path)
    answer = browser.submit(path, {**COMPLAINT, "action": "slutfor", "version": task.version}, page=path)
    assert answer.status_code == 412 and "Någon hann före" in answer.text


def test_another_roles_task_is_not_shown_and_an_unknown_one_not_found(one_web: Web) -> None:
    task = one_web.task(one_web.post().case_id)
    assert one_web.browser("johan").get(f"/uppgifter/{task.id}").status_code == 403
    unknown = "/uppgifter/00000000-0000-4000-8000-000000000000"
    assert one_web.browser("johan").get(unknown).status_code == 404
    assert one_web.browser("johan").get("/uppgifter/1").status_code == 404


@pytest.mark.parametrize("text", _XSS)
def test_strangers_words_are_inert_on_every_page(one_web: Web, text: str) -> None:
    received = one_web.post(text, author=text, channel=f"Facebook {text}"[:80].replace("\x00", ""))
    task = one_web.task(received.case_id)
    browser = one_web.browser("maria")
    path = f"/uppgifter/{task.id}"
    draft = browser.submit(path, {"action": "slutfor", "remove": text}, page=path).text
    pages = [
        browser.get(p).text
        for p in (
            "/inkorg?visa=alla",
            path,
            "/arenden",
            f"/arenden/{received.case_id}",
            "/registrera",
            f"/arenden/{received.case_id}/lage",
            "/inkorg?visa=alla&sok=" + text[:90].replace("%", "%25"),
        )
    ]
    for page in [*pages, draft]:
        parsed = Words(page)
        assert "49" not in re.findall(r">\s*(49)\s*<", page)
        assert [
            a for tag, a in parsed.tags if tag == "script" and "/static/app.js" not in str(a.get("src"))
        ] == []
        assert {tag for tag, _ in parsed.tags}.isdisjoint(
            {"iframe", "base", "object", "embed", "style", "math"}
        )
        assert [a for _, a in parsed.tags if any(name.startswith("on") for name in a)] == []
        assert all(link.startswith(("/", "#", "https://", "data:,")) for link in parsed.links())
    seen = text.replace("\x00", "").replace("\u202e", "")
    assert " ".join(seen.split()) in words(pages[1]).replace("\u202e", "")


def test_a_link_that_is_no_web_address_is_never_a_link(one_web: Web) -> None:
    answer = one_web.browser("kim").submit(
        "/registrera", {"kanal": "Facebook", "text": "Hej", "lank": "javascript:alert(1)"}, page="/registrera"
    )
    assert answer.status_code == 422 and "Länken ska börja med" in answer.text


def test_the_case_shows_what_has_happened_and_where_the_registration_stands(web: Web) -> None:
    received = web.post()
    browser = web.browser("maria")
    for name, answers in ((ASSESS, COMPLAINT), ("Registrera i diariet", REGISTER)):
        task = web.task(received.case_id, name)
        done = browser.submit(
            f"/uppgifter/{task.id}",
            {**answers, "action": "slutfor", "version": task.version},
            page=f"/uppgifter/{task.id}",
        )
        assert done.status_code == 303, done.text
    page = words(browser.get(f"/arenden/{received.case_id}").text)
    assert "Maria Lind slutförde Bedöm inlägget" in page and "Väntar" in page
    assert "Synpunkt på lekplats" in page
    state = browser.get(f"/arenden/{received.case_id}/lage")
    tag = state.headers["ETag"]
    again = browser.get(f"/arenden/{received.case_id}/lage", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with web.database.write() as session:
        row = session.scalars(
            select(RegistrationRow).where(RegistrationRow.case_id == received.case_id)
        ).one()
        row.state, row.number, row.registered_at = "registered", "KS 2026/00231", web.clock()
        cases.operation_answered(
            session, received.case_id, row.task, {"number": "KS 2026/00231"}, now=web.clock()
        )
    changed = browser.get(f"/arenden/{received.case_id}/lage", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and "KS 2026/00231" in changed.text and "Kvitterad" in changed.text
    assert "KS 2026/00231" in browser.get("/arenden").text


def test_the_case_shows_what_the_municipality_answered_and_when_as_words_only(one_web: Web) -> None:
    received = one_web.post()
    given = {"answer_text": "Vi lagar <b>gungan</b> på torsdag.", "answered_how": "public_reply"}
    for login, name, answers in (
        ("maria", ASSESS, {**COMPLAINT, "belongs_to": "none"}),
        ("johan", "Besvara inlägget", given),
    ):
        task = one_web.task(received.case_id, name)
        page = f"/uppgifter/{task.id}"
        done = one_web.browser(login).submit(
            page, {**answers, "action": "slutfor", "version": task.version}, page=page
        )
        assert done.status_code == 303, done.text
    shown = one_web.browser("maria").get(f"/arenden/{received.case_id}").text
    assert "Vi lagar &lt;b&gt;gungan&lt;/b&gt; på torsdag." in shown
    assert "Besvara inlägget, 3 mars 2026 kl. 10:14" in words(shown)


def test_the_inbox_is_paged_by_place_and_sorted_by_urgency(web: Web) -> None:
    for number in range(27):
        web.post(f"Nummer {number}")
        web.clock.pass_by(minutes=1)
    browser = web.browser("kim")
    first = browser.get("/inkorg?visa=alla").text
    onward = next(link for link in Words(first).links() if "efter=" in link)
    second = browser.get(onward).text
    pattern = re.compile(r'href="/uppgifter/([0-9a-f-]{36})')
    assert (len(pattern.findall(first)), len(pattern.findall(second))) == (25, 2)
    assert set(pattern.findall(first)).isdisjoint(pattern.findall(second))
    assert browser.get("/inkorg?efter=skräp").status_code == 422
    assert browser.get("/inkorg?visa=skräp").status_code == 422


def test_the_inbox_counts_and_groups_by_when_things_are_due(web: Web) -> None:
    received = [web.post(f"Nummer {n}") for n in range(3)]
    for number, hours in enumerate((-2, 3, 40)):
        with web.database.write() as session:
            row = session.get_one(TaskRow, web.task(received[number].case_id).id)
            row.due_at = row.sort_at = web.clock() + timedelta(hours=hours)
    page = words(web.browser("kim").get("/inkorg").text)
    assert "3 öppna, 1 försenad" in page
    assert re.search(r"Försenade ?1.*2 tim.*I dag ?1.*kl\. 13:14.*Senare ?1.*tors 5 mars", page)


def test_the_search_finds_by_number_and_channel_and_never_by_a_citizens_words(web: Web) -> None:
    received = web.post("hemligt ord", channel="Ängens förskola, Instagram")
    web.post("annat", channel="Facebook")
    browser = web.browser("kim")
    for wanted in (received.case_number, "ängens", "INSTAGRAM"):
        assert (
            received.case_number in browser.get("/inkorg", query_string={"visa": "alla", "sok": wanted}).text
        )
        assert received.case_number in browser.get("/arenden", query_string={"sok": wanted}).text
    for hopeless in ("hemligt", "%", "_", "' OR 1=1 --"):
        assert (
            "Ingen uppgift stämmer"
            in browser.get("/inkorg", query_string={"visa": "alla", "sok": hopeless}).text
        )


def test_a_screenshot_is_kept_and_shown(web: Web) -> None:
    answer = web.browser("kim").submit(
        "/registrera",
        {"kanal": "Facebook", "text": "Se bilden", "bild": (io.BytesIO(picture()), "skärm.png")},
        page="/registrera",
    )
    assert answer.status_code == 303
    assert "visa=bild" in web.browser("kim").get(answer.headers["Location"]).text


def test_a_mail_is_taken_in_from_a_file(web: Web) -> None:
    raw = (
        b"From: Karin <karin@example.se>\r\nTo: kommunen@example.se\r\nSubject: Gungan\r\n"
        b"Message-ID: <1@example.se>\r\nDate: Tue, 03 Mar 2026 09:00:00 +0100\r\n\r\nDen gungan.\r\n"
    )
    browser = web.browser("kim")
    answer = browser.submit(
        "/registrera/epost", {"brev": (io.BytesIO(raw), "brev.eml")}, page="/registrera/epost"
    )
    assert answer.status_code == 303
    assert "Den gungan." in browser.get(answer.headers["Location"]).text
    empty = browser.submit("/registrera/epost", {"brev": (io.BytesIO(b""), "")}, page="/registrera/epost")
    assert empty.status_code == 422 and "Välj en .eml-fil" in empty.text


def test_what_is_not_filled_in_is_told_when_registering(one_web: Web) -> None:
    answer = one_web.browser("kim").submit("/registrera", {"kanal": "", "text": ""}, page="/registrera")
    assert answer.status_code == 422
    assert "2 fält behöver rättas" in answer.text
    later = one_web.browser("kim").submit(
        "/registrera", {"kanal": "F", "text": "x", "tid": "2027-01-01T00:00"}, page="/registrera"
    )
    assert "Tiden ligger i framtiden" in later.text


def test_a_number_that_the_registrar_stated_is_not_shown_as_the_diariums(web: Web):
    received = web.post("maria")
    answers = {**COMPLAINT, "belongs_to": "existing_case"}
    web.browser("maria").submit(
        f"/uppgifter/{web.task(received.case_id).id}", {"action": "slutfor", **answers}
    )
    register = web.task(received.case_id, "Registrera i diariet")
    stated = {
        "register_in": "existing",
        "existing_number": "KS 2026/77",
        "case_subject": "Synpunkt på lekplats",
    }
    web.browser("rut").submit(f"/uppgifter/{register.id}", {"action": "slutfor", **stated})
    page = web.browser("maria").get(f"/arenden/{received.case_id}").text
    assert "(uppgivet, ej bekräftat)" in page
    assert '<h1 class="headline">Ä 2026-' in page
    with web.database.write() as session:
        row = session.scalars(select(RegistrationRow)).one()
        row.state, row.number = "registered", "KS 2026/77-1"
    page = web.browser("maria").get(f"/arenden/{received.case_id}").text
    assert "ej bekräftat" not in page and '<h1 class="headline">KS 2026/77' in page
