"""Hostile folders through every way into a draft: saving, import, restoring, merging, archives. Nothing runs,
nothing hangs, no path escapes; what is refused is answered in words and leaves the draft as it was."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest
from werkzeug.test import TestResponse

from service import definitions, drafts
from service.actors import SYSTEM
from service.drafts.merging import merge
from service.store import DraftRow, open_database
from tests.conftest import KEYS
from tests.corpora import attacks
from tests.corpora.mutants import mutants
from tests.corpora.test_corpora_dense import tangle
from tests.service.http.test_http_processes import send, version
from tests.service.http.web import Web, a_web, words
from tests.service.test_drafts import ATTACKS
from tests.workflows import models as m
from workflows import ModelRefused

PLACE = "/processer/p"
GOOD = m.process(
    m.lanes(Handläggare="start a end"), m.start(), m.user("a"), m.end(), "start -> a -> end", id="p"
)
SECONDS = 8
"""Of the processor, for the most tangled model that is let in, with its page."""


@pytest.fixture
def house(migrated_file: Path, tmp_path: Path) -> Iterator[Web]:
    """On SQLite alone: what is asked here is what comes in, not where it is kept."""
    shutil.copyfile(migrated_file, tmp_path / "ordna.sqlite")
    opened = open_database(f"sqlite:///{tmp_path / 'ordna.sqlite'}", KEYS)
    made = a_web(opened)
    with opened.write() as session:
        definitions.deploy(session, {"model.bpmn": GOOD}, actor=SYSTEM, now=made.clock())
    yield made
    opened.close()


def a_draft(web: Web) -> str:
    """The address of a draft of the process `p`."""
    with web.database.write() as session:
        row = drafts.begin(session, "p", actor=web.people["olle"], now=web.clock())
    return f"{PLACE}/utkast/{row.id}"


def held(web: Web, place: str) -> dict[str, bytes]:
    with web.database.read() as session:
        return drafts.files_of(session, session.get_one(DraftRow, place.rpartition("/")[2]).content)


def saved(web: Web, place: str, files: dict[str, bytes]) -> bool:
    """Save as an editor does; whether it was let in. What was refused has changed nothing."""
    before = held(web, place)
    try:
        with web.database.write() as session:
            ident = place.rpartition("/")[2]
            drafts.save(
                session,
                "p",
                ident,
                files,
                version=int(version(web, place)),
                actor=web.people["olle"],
                now=web.clock(),
            )
    except ModelRefused as refused:
        assert refused.findings[0].text and held(web, place) == before
        return False
    return True


def shown(web: Web, place: str) -> str:
    answer = web.browser("olle").get(place)
    assert answer.status_code == 200
    return answer.text


def tried(web: Web, place: str, canary: Path, number: int) -> None:
    """One attack in one place: saved and looked at, imported, and merged with what is in force."""
    files = attacks.PLACES[place](attacks.attack(number, canary))
    draft = a_draft(web)
    if saved(web, draft, files):
        page = shown(web, draft)
        assert "<script>canary" not in page and "onerror=canary()>" not in re.sub(r"&[a-z]+;", "", page)
    answer = send(web.browser("olle"), draft, drafts.as_archive(files), version=version(web, draft))
    assert answer.status_code in (303, 422), (place, number)
    merge({"model.bpmn": GOOD}, files, {**files, "texts/ny.md": b"x"})
    merge({"model.bpmn": GOOD}, files, {"model.bpmn": GOOD.replace(b'name="A"', b'name="B"')})
    assert not canary.exists()


def test_an_attack_in_any_place_of_a_folder_runs_nothing_and_its_page_is_shown(
    house: Web, tmp_path: Path
) -> None:
    for turn, place in enumerate(attacks.PLACES):
        tried(house, place, tmp_path / "canary", turn * 7 % len(attacks.PAYLOADS))


@pytest.mark.soak
@pytest.mark.parametrize("place", attacks.PLACES)
def test_every_attack_in_every_place_runs_nothing(house: Web, tmp_path: Path, place: str) -> None:
    for number in range(len(attacks.PAYLOADS)):
        tried(house, place, tmp_path / "canary", number)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_archive_is_refused_in_words_and_the_draft_is_as_it_was(house: Web, attack: str) -> None:
    _refused(house, ATTACKS[attack][0])


def _refused(web: Web, data: bytes, name: str = "mapp.zip") -> TestResponse:
    draft = a_draft(web)
    answer = send(web.browser("olle"), draft, data, name, version=version(web, draft))
    assert answer.status_code == 422 and "Utkastet är orört." in words(answer.text)
    assert held(web, draft) == {"model.bpmn": GOOD}
    return answer


def zipped(make: Callable[[zipfile.ZipFile], object]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as opened:
        make(opened)
    return kept.getvalue()


def _hundred_thousand(opened: zipfile.ZipFile) -> None:
    for number in range(100_000):
        opened.writestr(f"{number}", "")


def test_an_archive_of_a_hundred_thousand_entries_is_refused_before_it_is_read(house: Web) -> None:
    data = zipped(_hundred_thousand)
    begun = process_time()
    _refused(house, data)
    assert process_time() - begun < SECONDS


EXTERNAL = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BAD_FILES = {
    "external entity": (EXTERNAL + GOOD, "xml-doctype"),
    "billion laughs": (LAUGHS + GOOD, "xml-doctype"),
    "a page": (b"<html><script>alert(1)</script></html>", "not-bpmn"),
    "too large": (GOOD + b" " * 2_000_000, "xml-size"),
    "deep": (b"<a>" * 2000 + b"</a>" * 2000, "xml"),
    "wide": (b"<a>" + b"<b/>" * 30_000 + b"</a>", "xml-count"),
    "wrong encoding": (GOOD.replace(b"UTF-8", b"UTF-7"), "xml-encoding"),
    "bytes": (b"\xff\xfe\x00\xd8" * 20, "xml"),
    "torn": (GOOD[: len(GOOD) // 2], "xml-syntax"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_the_xml_door_refuses_comes_in_by_no_way(house: Web, kind: str) -> None:
    model, rule = BAD_FILES[kind]
    draft = a_draft(house)
    assert not saved(house, draft, {"model.bpmn": model})
    assert rule in _refused(house, model, "x.bpmn").text
    if len(model) < 1_900_000:
        packed = zipped(lambda opened: opened.writestr("model.bpmn", model))
        assert rule in _refused(house, packed).text


def test_a_model_in_another_encoding_that_is_told_is_read_as_what_it_says(house: Web) -> None:
    draft = a_draft(house)
    told = GOOD.decode().replace("UTF-8", "UTF-16").replace('name="A"', 'name="Ärendet"').encode("utf-16")
    assert saved(house, draft, {"model.bpmn": told})
    assert "”Ärendet”" in shown(house, draft)


@pytest.mark.parametrize(
    "kinds", [("inclusiveGateway",), ("parallelGateway", "userTask"), ("exclusiveGateway", "userTask")]
)
def test_a_tangle_is_saved_shown_and_merged_within_seconds(house: Web, kinds: tuple[str, ...]) -> None:
    draft, model = a_draft(house), tangle(0, kinds)
    begun = process_time()
    assert saved(house, draft, {"model.bpmn": model})
    assert "Hindrar publicering" in shown(house, draft)
    merge({"model.bpmn": GOOD}, {"model.bpmn": model}, {"model.bpmn": tangle(1, kinds)})
    assert process_time() - begun < SECONDS


@pytest.mark.parametrize("parts", [40, 500])
def test_a_model_of_nested_or_too_many_symbols_is_refused_with_what_to_do(house: Web, parts: int) -> None:
    inner = "".join(f'<subProcess id="s{n}">' for n in range(parts)) + "</subProcess>" * parts
    nested = GOOD.replace(b"</process>", inner.encode() + b"</process>")
    many = "".join(f'<userTask id="u{n}"/>' for n in range(500))
    wide = GOOD.replace(b"</process>", many.encode() + b"</process>")
    draft = a_draft(house)
    for model in (nested, wide):
        assert not saved(house, draft, {"model.bpmn": model})
        _refused(house, model, "x.bpmn")


def damaged(count: int, seed: int) -> list[bytes]:
    """Models with small damages, called what the process is called."""
    found = []
    for _, model in mutants(count, seed):
        name = re.search(rb'<(?:\w+:)?process[^>]*\bid="([^"]{4,})"', model)
        found.append(model if name is None else model.replace(name[1], b"p"))
    return found


@pytest.mark.parametrize(
    ("count", "seed"), [(25, 3), pytest.param(400, 4, marks=pytest.mark.soak)], ids=["few", "many"]
)
def test_a_damaged_drawing_is_shown_merged_and_restored_whatever_is_wrong_with_it(
    house: Web, count: int, seed: int
) -> None:
    let_in = 0
    for model in damaged(count, seed):
        draft = a_draft(house)
        if saved(house, draft, {"model.bpmn": model}):
            let_in += 1
            shown(house, draft)
            merge({"model.bpmn": GOOD}, {"model.bpmn": model}, {"model.bpmn": GOOD, "texts/a.md": b"x"})
            packed = house.browser("olle").get(f"{draft}.zip").data
            assert drafts.from_archive(packed) == {"model.bpmn": model}
    assert let_in


def test_every_version_is_restored_and_comes_out_to_the_byte(house: Web) -> None:
    """From a folder to a version, a draft, an archive and back, nothing is changed on the way."""
    odd = {
        "model.bpmn": GOOD.replace(b"<process ", b"<!-- kvar -->\r\n<process "),
        "texts/a.md": "Å\r\n\tä\n".encode(),
    }
    with house.database.write() as session:
        number = definitions.deploy(session, odd, actor=SYSTEM, now=house.clock()).number
        definitions.deploy(session, {"model.bpmn": GOOD}, actor=SYSTEM, now=house.clock())
    olle = house.browser("olle")
    restored = olle.submit(f"{PLACE}/utkast", {"action": "aterstall", "number": str(number)})
    place = restored.headers["Location"].partition("?")[0]
    packed = olle.get(f"{place}.zip").data
    assert held(house, place) == odd and drafts.from_archive(packed) == odd
    again = a_draft(house)
    assert send(olle, again, packed, version=version(house, again)).status_code == 303
    assert olle.get(f"{again}.zip").data == packed == olle.get(f"{PLACE}/versioner/{number}.zip").data
