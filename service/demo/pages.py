"""The pages in Swedish: the registrar's view, the public register, and the fault switches."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request

from service.demo.book import SWEDEN, Book
from service.demo.faults import EITHER_WAY, Fault, Switchboard
from service.demo.listing import entries_before

MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
WORDS = {
    "In": "Inkommen",
    "Out": "Utgående",
    "Internal": "Upprättad",
    "Open": "Pågår",
    "Closed": "Avslutat",
    "Cancelled": "Makulerat",
    "Sender": "Avsändare",
    "Recipient": "Mottagare",
    "Party": "Part",
    "case": "Ärende",
    "document": "Handling",
}
FAULT_TEXTS = {
    Fault.RESET: "Förbindelsen bryts",
    Fault.HANG: "Inget svar, sedan bryts förbindelsen",
    Fault.ERROR: "Fel 500 utan besked",
    Fault.BUSY: "Diariet säger att det är upptaget",
    Fault.INTERNAL: "Felbesked: kanske registrerat",
    Fault.HTML: "En inloggningssida i stället för svar",
    Fault.BAD_GATEWAY: "Fel 502 från en mellanliggande server",
    Fault.ACCEPTED: "202 utan innehåll",
    Fault.TRUNCATED: "Svaret bryts på mitten",
    Fault.TRUNCATED_XML: "Ett halvt kuvert",
    Fault.WRONG_REPLY: "Svar på en annan fråga",
    Fault.DUPLICATE_REPLY: "Svaret två gånger",
    Fault.MISSING_REPLY: "Ett tomt kuvert",
    Fault.MISSING_NUMBER: "Kvitto utan nummer",
    Fault.EMPTY_NUMBER: "Kvitto med tomt nummer",
    Fault.SUCCESS_AS_ERROR: "Rätt svar med fel 500",
    Fault.SLOW: "Registrerar genast, svarar sent",
    Fault.DRIP: "Svaret kommer droppvis",
    Fault.LATE_COMMIT: "Registrerar och svarar sent",
    Fault.COMMIT_AFTER_ERROR: "Fel 500, registrerar efteråt",
    Fault.NOT_FOUND_YET: "Sökningen ser inte nya poster",
}


def pages(book: Book, switchboard: Switchboard, operations: frozenset[str]) -> Blueprint:
    room = Blueprint("pages", __name__)
    room.add_app_template_filter(_swedish_time, "swedish_time")
    room.add_app_template_filter(_swedish_word, "swedish_word")

    @room.get("/")
    def register() -> str:
        entries, following = entries_before(book, _before())
        return render_template("register.html", entries=entries, following=following, first=_before() is None)

    @room.get("/offentligt")
    def public_register() -> str:
        entries, following = entries_before(book, _before())
        return render_template(
            "offentligt.html",
            entries=[e.public() for e in entries],
            following=following,
            first=_before() is None,
        )

    @room.get("/fel")
    def faults() -> str:
        return render_template(
            "felknappar.html",
            switches=switchboard.listing(),
            operations=sorted(operations),
            faults=FAULT_TEXTS,
            both_ways=[f for f in Fault if f in EITHER_WAY],
        )

    return room


def _before() -> int | None:
    return request.args.get("before", type=_id)


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise ValueError
    return int(text)


def _swedish_time(at: datetime) -> str:
    """`20 nov 2026 kl. 14:05`, Swedish time."""
    local = at.astimezone(SWEDEN)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} kl. {local:%H:%M}"


def _swedish_word(word: str) -> str:
    return WORDS.get(word, word)
