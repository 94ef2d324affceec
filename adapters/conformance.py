"""The suite that every diarium adapter must pass. Needs no pytest to import; pytest runs it.

    class TestMyDiarium(DiariumConformance):
        @pytest.fixture
        def diarium(self) -> Diarium:
            return open_diarium(Target(url=...))   # on a diarium that may be written to

Each test makes its own keys and its own case, so one diarium may serve them all, and a second run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4

from adapters.contract import (
    CaseRecord,
    Diarium,
    DocumentRecord,
    File,
    Party,
    Refused,
    SecrecyMark,
)

WHEN = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
"""The second before Swedish summer time begins."""

HOSTILE_TEXTS = (
    "noll\x00tecken",
    "lodrät\x0btabb",
    "klocka\x07",
    "halv \ud83d emoji",
    "omvänd \ude00\ud83d",
    "icke-tecken \uffff",
    "\ufeffBOM",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "två\r\nrader\u2028till",
    "]]> <!-- & <x/> &#0; &amp;",
    "åäö ÅÄÖ e\u0301",
    "\u202eråta",
    "x" * 255,
    "x" * 256,
    "😀" * 300,
    "  blanksteg  ",
    "%n${jndi:x}' OR 1=1",
)


def a_file(content: bytes = b"%PDF-1.7", *, name: str = "skärmbild.pdf", main: bool = True) -> File:
    return File(name, "application/pdf", hashlib.sha256(content).hexdigest(), content, main)


def a_case(*, subject: str = "Synpunkt om snöröjning", secret: bool = False) -> CaseRecord:
    return CaseRecord(
        key=str(uuid4()),
        subject=subject,
        opened_at=WHEN,
        unit="Kommunstyrelsen",
        classification=("KLASSA", "1.5"),
        parties=(
            Party("sender", "Anna Svensson", email="anna@example.se", handle="@anna"),
            Party("party", "Bo Berg", protected_identity=True),
        ),
        secrecy=SecrecyMark(21, "1 §", date(2026, 3, 29), "Kommunstyrelsen") if secret else None,
    )


def a_document(case_number: str, *files: File, subject: str = "Kommentar") -> DocumentRecord:
    return DocumentRecord(
        key=str(uuid4()),
        case_number=case_number,
        direction="incoming",
        subject=subject,
        document_date=date(2026, 3, 29),
        received_or_sent_at=WHEN,
        document_type="Synpunkt",
        source_url="https://social.example/@anna/1",
        parties=(Party("sender", "Anna Svensson"),),
        files=files,
    )


def refused(call: Callable[[], object]) -> str:
    """The text of the refusal; fails when the call is not refused."""
    try:
        answer = call()
    except Refused as refusal:
        return str(refusal)
    raise AssertionError(f"borde ha nekats, men gav {answer!r}")


class DiariumConformance:
    """Subclass it in a test file and give it the fixture `diarium`."""

    def test_check_is_one_sentence(self, diarium: Diarium) -> None:
        sentence = diarium.check()
        assert sentence.strip() and "\n" not in sentence

    def test_a_case_gets_a_number_and_its_receipt_carries_our_key(self, diarium: Diarium) -> None:
        case = a_case()
        receipt = diarium.register(case)
        assert receipt.key == case.key
        assert receipt.number.strip() and receipt.system_id.strip()
        assert receipt.registered_at.utcoffset() is not None
        assert not receipt.replayed and receipt.notes == ()

    def test_two_cases_get_different_numbers(self, diarium: Diarium) -> None:
        first, second = diarium.register(a_case()), diarium.register(a_case())
        assert (first.number, first.system_id) != (second.number, second.system_id)

    def test_a_secret_case_is_registered(self, diarium: Diarium) -> None:
        assert diarium.register(a_case(secret=True)).number

    def test_a_second_call_with_the_same_key_returns_the_first_receipt(self, diarium: Diarium) -> None:
        case = a_case()
        first, second = diarium.register(case), diarium.register(case)
        assert second == replace(first, replayed=True)
        document = a_document(first.number, a_file())
        entered = diarium.register(document)
        assert diarium.register(document) == replace(entered, replayed=True)

    def test_the_same_key_with_other_content_is_refused_and_changes_nothing(self, diarium: Diarium) -> None:
        case = a_case()
        first = diarium.register(case)
        refused(lambda: diarium.register(replace(case, subject="Något annat")))
        refused(lambda: diarium.register(replace(a_document(first.number), key=case.key)))
        document = a_document(first.number, a_file(b"ett"))
        diarium.register(document)
        refused(lambda: diarium.register(replace(document, files=(a_file(b"annat"),))))
        assert [r.number for r in diarium.find(case.key)] == [first.number]
        assert len(diarium.find(document.key)) == 1

    def test_nothing_is_found_for_a_key_never_used(self, diarium: Diarium) -> None:
        assert diarium.find(str(uuid4())) == ()

    def test_one_entry_is_found_for_a_key_that_was_used(self, diarium: Diarium) -> None:
        case = a_case()
        receipt = diarium.register(case)
        (found,) = diarium.find(case.key)
        assert found == replace(receipt, replayed=True)

    def test_the_hashes_of_the_files_come_back_in_order(self, diarium: Diarium) -> None:
        number = diarium.register(a_case()).number
        files = (a_file(b"ett"), a_file(b"tv\xc3\xa5", main=False), a_file(b"", main=False))
        document = a_document(number, *files)
        assert diarium.register(document).file_sha256 == tuple(f.sha256 for f in files)
        (found,) = diarium.find(document.key)
        assert found.file_sha256 == tuple(f.sha256 for f in files)

    def test_a_file_of_many_megabytes_arrives_whole(self, diarium: Diarium) -> None:
        number = diarium.register(a_case()).number
        large = a_file(bytes(range(256)) * 24_000, main=False)
        receipt = diarium.register(a_document(number, a_file(), large))
        assert receipt.file_sha256[1] == large.sha256

    def test_a_document_in_an_unknown_case_is_refused(self, diarium: Diarium) -> None:
        document = a_document("0000/99999999")
        refused(lambda: diarium.register(document))
        assert diarium.find(document.key) == ()

    def test_a_file_that_is_not_what_its_hash_says_is_refused(self, diarium: Diarium) -> None:
        number = diarium.register(a_case()).number
        refused(
            lambda: diarium.register(
                a_document(number, replace(a_file(), sha256=hashlib.sha256(b"").hexdigest()))
            )
        )

    def test_identifiers_that_cannot_be_sent_are_refused_not_mended(self, diarium: Diarium) -> None:
        for hostile in ("", " ", "a\x00b", "a\ud800", "x" * 256, " k", "a\nb"):
            refused(partial(diarium.register, replace(a_case(), key=hostile)))
            refused(partial(diarium.register, a_document(hostile)))

    def test_a_case_without_a_subject_is_refused(self, diarium: Diarium) -> None:
        refused(lambda: diarium.register(a_case(subject="\x00 \n")))

    def test_hostile_text_anywhere_is_registered_once_and_the_cleaning_is_reported(
        self, diarium: Diarium
    ) -> None:
        number = diarium.register(a_case()).number
        for text in HOSTILE_TEXTS:
            document = replace(
                a_document(number, replace(a_file(), name=text, media_type=text), subject=text),
                document_type=text,
                source_url=f"https://example.se/{text}",
                parties=(Party("sender", text, email=text, handle=text),),
                secrecy=SecrecyMark(21, text, date(2026, 3, 29), text),
            )
            first = diarium.register(document)
            assert diarium.register(document) == replace(first, replayed=True)
            assert len(diarium.find(document.key)) == 1
            lossy = len(text) > 255 or any(c in text for c in "\x00\x0b\x07\ud83d\ude00\uffff")
            assert bool(first.notes) is lossy, ascii(text)
            assert not any(text in note for note in first.notes)

    def test_calls_at_once_with_one_key_make_one_entry(self, diarium: Diarium) -> None:
        case = a_case()
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(lambda _: diarium.register(case), range(16)))
        assert len({r.number for r in receipts}) == 1
        assert sum(not r.replayed for r in receipts) == 1
        assert len(diarium.find(case.key)) == 1

    def test_calls_at_once_with_many_keys_are_not_mixed_up(self, diarium: Diarium) -> None:
        cases = [a_case() for _ in range(24)]
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(diarium.register, cases))
        assert [r.key for r in receipts] == [c.key for c in cases]
        assert len({r.number for r in receipts}) == len(cases)
