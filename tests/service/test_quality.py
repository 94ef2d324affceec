"""The registrars' checklist: each rule that a record must keep, broken once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Registration, SecrecyMark
from service import quality
from tests.service import case_world as world

NOW = world.NOW


CASE = CaseRecord(
    key="0b8f2c5e-5f0f-4c0a-9f5f-3c6f1f2a7d11",
    subject="Synpunkt om snöröjning via Facebook",
    opened_at=NOW,
    unit="Kommunstyrelsen",
    parties=(Party("sender", "Karin S"),),
)
SOUND = DocumentRecord(
    key=CASE.key,
    case_number="KS 2026/1",
    direction="incoming",
    subject=CASE.subject,
    document_date=date(2026, 3, 3),
    received_or_sent_at=NOW,
    parties=CASE.parties,
    files=(File("inlagg.txt", "text/plain", "0" * 64, b"", main=True),),
)
MARK = SecrecyMark(26, "1 §", date(2026, 3, 3), "Socialnämnden")
BREAKS: dict[str, Registration] = {
    "subject_says_something": replace(SOUND, subject=""),
    "subject_names_nobody": replace(SOUND, subject="Synpunkt från Karin om lekplats"),
    "subject_has_no_identity_number": replace(SOUND, subject="Synpunkt om 890101-2384 i skolan"),
    "subject_has_no_address": replace(SOUND, subject="Synpunkt från @karin om lekplats"),
    "subject_is_spelled_out": replace(SOUND, subject="Synpunkt ang. lekplats"),
    "subject_is_swedish": replace(SOUND, subject="Complaint about the snow"),
    "key_is_ours": replace(SOUND, key="0B8F2C5E-5F0F-4C0A-9F5F-3C6F1F2A7D11"),
    "case_has_unit": replace(CASE, unit=" "),
    "classification_is_whole": replace(CASE, classification=("KLASSA", "")),
    "document_has_case": replace(SOUND, case_number=""),
    "counterparty_is_named": replace(SOUND, parties=(Party("sender", " "),)),
    "counterparty_is_no_mail_address": replace(SOUND, parties=(Party("sender", "karin@exempel.se"),)),
    "sender_and_recipient_are_not_swapped": replace(SOUND, parties=(Party("recipient", "Karin S"),)),
    "direction_is_one_of_three": replace(SOUND, direction="sideways", parties=()),  # type: ignore[arg-type]
    "date_is_the_day_it_came": replace(SOUND, document_date=date(2026, 3, 4)),
    "document_has_files": replace(SOUND, files=()),
    "one_file_is_the_document": replace(SOUND, files=(replace(SOUND.files[0], main=False),)),
    "no_packed_files": replace(SOUND, files=(replace(SOUND.files[0], name="allt.zip"),)),
    "no_file_twice": replace(SOUND, files=(SOUND.files[0], replace(SOUND.files[0], main=False))),
    "secrecy_mark_is_whole": replace(SOUND, secrecy=replace(MARK, section="")),
    "marked_parties_are_not_public": replace(
        SOUND, secrecy=MARK, parties=(Party("sender", "Karin S", public=True),)
    ),
}


def test_a_sound_record_breaks_no_rule_and_each_rule_can_be_broken() -> None:
    assert quality.broken(SOUND) == quality.broken(CASE) == quality.broken(replace(SOUND, secrecy=MARK)) == ()
    assert set(BREAKS) == set(quality.RULES)
    assert [name for name, record in BREAKS.items() if quality.broken(record) != (name,)] == []
    assert len(quality.RULES) + len(quality.BY_CONSTRUCTION) == 29
