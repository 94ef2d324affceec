"""Any text at all becomes text that XML can carry, or a refusal; nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.conformance import WHEN, a_case, a_document, a_file
from adapters.contract import CaseRecord, DocumentRecord, Party, Refused, digest
from adapters.prepare import LONGEST, prepare
from adapters.soap.neutral.wording import case, document

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=400)


@given(ANY, ANY, ANY, ANY)
def test_whatever_strangers_write_fits_in_xml(subject: str, name: str, file: str, url: str) -> None:
    record = replace(
        a_document("KS 1", replace(a_file(), name=file), subject="x" + subject),
        parties=(Party("sender", name, email=subject, handle=file),),
        source_url=url,
    )
    prepared = prepare(record)
    sent = prepared.record
    assert isinstance(sent, DocumentRecord)
    for text in (sent.subject, sent.parties[0].name, sent.files[0].name):
        assert 0 < len(text) <= LONGEST and "\n" not in text
        etree.Element("x").text = text
    for text in (prepared.full_subject, sent.source_url, sent.parties[0].email):
        etree.Element("x").text = text or ""
    assert document(prepared, sent, "Ordna", {})["PublicTitle"] == sent.subject
    assert prepare(sent).record == sent, "cleaning what is clean changes nothing"


@given(ANY)
def test_a_digest_can_be_taken_of_any_text(subject: str) -> None:
    record = a_case(subject=subject)
    assert digest(record) == digest(replace(record))


def test_ordinary_text_is_not_touched_and_gives_no_notes() -> None:
    record = a_document("KS 2026/1", a_file(), subject="Övergång vid Åvägen – synpunkt 👩‍👩‍👧")
    prepared = prepare(record)
    assert (prepared.record, prepared.notes) == (record, ())
    assert prepared.digest == digest(record)


def test_a_long_subject_is_shortened_in_public_and_kept_whole_beside_it() -> None:
    record = a_case(subject="ö" * 300)
    prepared = prepare(record)
    assert isinstance(prepared.record, CaseRecord)
    words = case(prepared, prepared.record, "Ordna")
    assert words["PublicTitle"] == "ö" * 254 + "…"
    assert words["FullTitle"] == "ö" * 300
    assert prepared.notes == ("Ärendemeningen: kortades till 255 tecken.",)
    assert prepared.digest == digest(record) != digest(replace(record, subject="ö" * 301))


def test_two_halves_of_an_emoji_are_put_together() -> None:
    prepared = prepare(a_case(subject="\ud83d\ude00"))
    assert (prepared.record.subject, prepared.notes) == ("😀", ())


def test_a_file_name_keeps_its_ending_and_loses_its_folders() -> None:
    name = "..\\hemligt/" + "å" * 300 + ".pdf"
    sent = prepare(a_document("KS 1", replace(a_file(), name=name))).record
    assert isinstance(sent, DocumentRecord)
    assert sent.files[0].name == "å" * 251 + ".pdf"


def test_one_file_is_the_main_one() -> None:
    for files in ((a_file(main=False),), (a_file(), a_file(b"2"))):
        with pytest.raises(Refused):
            prepare(a_document("KS 1", *files))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Refused):
        prepare(replace(a_case(), opened_at=WHEN.replace(tzinfo=None)))
