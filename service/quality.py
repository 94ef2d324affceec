"""The registrars' checklist, asked of every record before it is put in line for the diarium.

What can be seen from the record itself is asked here, rule by rule. The rest holds by construction and is
said in `BY_CONSTRUCTION`, so that nobody looks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from adapters.contract import CaseRecord, DocumentRecord, Registration
from service.deadlines import STOCKHOLM
from workflows.forms import public_subject

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
PACKED = frozenset(
    {"application/zip", "application/x-7z-compressed", "application/vnd.rar", "application/gzip"}
)
"""Kinds of files that a register does not take: nobody can see what is inside."""
_PACKED_NAMES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz")

BY_CONSTRUCTION: Mapping[str, str] = MappingProxyType(
    {
        "copy_to_is_empty": "Fältet ”Kopia till” finns inte i det som sänds.",
        "not_an_individual_official": "Mottagaren är myndigheten, aldrig en enskild tjänsteman.",
        "handler_is_a_unit": "Ärendet läggs på enheten, inte på en person.",
        "decision_is_approved": "Ett beslut sänds först när den som beslutar har slutfört sin uppgift.",
        "document_follows_case": "En handling sänds först när ärendet har ett diarienummer.",
        "registered_once": "Samma handling kan inte sändas två gånger: varje post har en egen nyckel.",
        "corrections_are_traced": "En post ändras aldrig i efterhand härifrån: rättelser görs i diariet.",
        "protected_subject_stays": "Den skyddade ärendemeningen finns inte i det som sänds.",
    }
)
"""Rules that no record can break, and why."""


def _subject(record: Registration, *wrongs: str) -> bool:
    return public_subject.wrong(record.subject) not in wrongs


def _document(test: Callable[[DocumentRecord], bool]) -> Callable[[Registration], bool]:
    return lambda record: not isinstance(record, DocumentRecord) or test(record)


def _case(test: Callable[[CaseRecord], bool]) -> Callable[[Registration], bool]:
    return lambda record: not isinstance(record, CaseRecord) or test(record)


RULES: Mapping[str, tuple[str, Callable[[Registration], bool]]] = MappingProxyType(
    {
        "subject_says_something": (
            "Ärendemeningen ska säga vad saken gäller.",
            lambda r: _subject(r, public_subject.EMPTY),
        ),
        "subject_names_nobody": (
            "Ärendemeningen är offentlig och får inte innehålla personnamn.",
            lambda r: _subject(r, public_subject.NAME),
        ),
        "subject_has_no_identity_number": (
            "Ärendemeningen är offentlig och får inte innehålla personnummer.",
            lambda r: _subject(r, public_subject.IDENTITY),
        ),
        "subject_has_no_address": (
            "Ärendemeningen är offentlig och får inte innehålla adresser, användarnamn eller telefonnummer.",
            lambda r: _subject(
                r,
                public_subject.MAIL,
                public_subject.HANDLE,
                public_subject.ADDRESS,
                public_subject.TELEPHONE,
            ),
        ),
        "subject_is_spelled_out": (
            "Ärendemeningen ska vara utan oförklarade förkortningar.",
            lambda r: _subject(r, public_subject.ABBREVIATED),
        ),
        "subject_is_swedish": (
            "Ärendemeningen ska vara på svenska.",
            lambda r: _subject(r, public_subject.NOT_SWEDISH),
        ),
        "key_is_ours": ("Posten ska ha en egen nyckel.", lambda r: str(UUID(r.key)) == r.key),
        "case_has_unit": ("Ärendet ska höra till en enhet.", _case(lambda r: bool(r.unit.strip()))),
        "classification_is_whole": (
            "Klassificeringen ska ha både schema och kod.",
            _case(lambda r: r.classification is None or all(r.classification)),
        ),
        "document_has_case": (
            "Handlingen ska höra till ett ärende med diarienummer.",
            _document(lambda r: bool(r.case_number.strip())),
        ),
        "counterparty_is_named": (
            "Motparten ska ha ett namn.",
            lambda r: all(p.name.strip() for p in r.parties),
        ),
        "counterparty_is_no_mail_address": (
            "Motpartens namn får inte vara en e-postadress.",
            lambda r: not any(_MAIL.search(p.name) for p in r.parties),
        ),
        "sender_and_recipient_are_not_swapped": (
            "En inkommen handling ska ha avsändare, en utgående mottagare.",
            _document(
                lambda r: (
                    not any(
                        p.role == ("recipient" if r.direction == "incoming" else "sender") for p in r.parties
                    )
                )
            ),
        ),
        "direction_is_one_of_three": (
            "Handlingen ska vara inkommen, utgående eller upprättad.",
            _document(lambda r: r.direction in ("incoming", "outgoing", "internal")),
        ),
        "date_is_the_day_it_came": (
            "Handlingens datum ska vara dagen då den kom in eller sändes.",
            _document(lambda r: r.document_date == r.received_or_sent_at.astimezone(STOCKHOLM).date()),
        ),
        "document_has_files": ("Handlingen ska ha minst en fil.", _document(lambda r: bool(r.files))),
        "one_file_is_the_document": (
            "En av filerna, och bara en, ska vara huvudhandlingen.",
            _document(lambda r: not r.files or sum(f.main for f in r.files) == 1),
        ),
        "no_packed_files": (
            "Packade filer (zip och liknande) tas inte emot: lägg in filerna var för sig.",
            _document(lambda r: not any(is_packed(f.name, f.media_type) for f in r.files)),
        ),
        "no_file_twice": (
            "Samma fil får inte ligga två gånger i en handling.",
            _document(lambda r: len({(f.sha256, f.name) for f in r.files}) == len(r.files)),
        ),
        "secrecy_mark_is_whole": (
            "En sekretessmarkering ska ange bestämmelse, datum och myndighet.",
            lambda r: r.secrecy is None or all((r.secrecy.chapter, r.secrecy.section, r.secrecy.authority)),
        ),
        "marked_parties_are_not_public": (
            "I en post med sekretessmarkering får inga parter visas.",
            lambda r: r.secrecy is None or not any(p.public for p in r.parties),
        ),
    }
)
"""Rule → what it says (Swedish), and whether a record keeps it."""


def is_packed(name: str, media_type: str) -> bool:
    """Whether a file is a zip or the like."""
    return media_type in PACKED or name.casefold().endswith(_PACKED_NAMES)


def broken(record: Registration) -> tuple[str, ...]:
    """The names of the rules that the record breaks. File contents are not looked at: `service.evidence`
    has read each file's first bytes when it came."""
    return tuple(name for name, (_, kept) in RULES.items() if not kept(record))
