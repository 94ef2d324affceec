"""The register as files: CSV for everybody and for the records plan. No cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from service.channels.public import PublicChannel, Register
from service.channels.words import KINDS, STATES
from service.store import ChannelRow

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
PUBLIC_COLUMNS = (
    "Kanal",
    "Medium",
    "Slag",
    "Adress",
    "Enhet",
    "Förvaltning",
    "Personuppgiftsansvarig nämnd",
    "Syfte",
    "Målgrupp",
    "Besvaras",
    "Besvaras inte",
    "Kontakt",
    "Öppnad",
    "Tidsbestämd till",
    "Stängd",
    "Arkiv",
)
PLAN_COLUMNS = (
    "Handlingstyp",
    "Kanal",
    "Medium",
    "Adress",
    "Enhet",
    "Förvaltning",
    "Personuppgiftsansvarig nämnd",
    "Syfte",
    "Läge",
    "Öppnad",
    "Stängd",
    "Ordning",
    "Senaste ögonblicksbild",
    "Ögonblicksbild görs av",
    "Arkiv",
    "Sekretess",
    "Ansökan",
)


def cell(value: object) -> str:
    """A value as the text of a cell. What a spreadsheet would take for a formula gets an apostrophe before
    it, also behind leading spaces."""
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def public_csv(register: Register) -> bytes:
    """The public register, semicolons between cells, UTF-8 with a mark, as Swedish spreadsheets open it."""
    return _csv(PUBLIC_COLUMNS, (_public(one) for one in (*register.channels, *register.closed)))


def plan_csv(rows: Iterable[tuple[ChannelRow, str]]) -> bytes:
    """The register for the *dokumenthanteringsplan* and the description of public records: each channel
    with its application's number. No names. Source: Bromölla, "Förteckning"; Ystad, OSL 4:2."""
    return _csv(PLAN_COLUMNS, (_planned(row, number) for row, number in rows))


def _public(one: PublicChannel) -> Sequence[object]:
    return (
        one.name,
        one.platform,
        KINDS[one.kind],
        one.url,
        one.unit,
        one.administration,
        one.board,
        one.purpose,
        one.target_group,
        one.answers,
        one.answers_not,
        one.contact,
        one.opened_on,
        one.ends_on,
        one.closed_on,
        one.archive_place,
    )


def _planned(row: ChannelRow, number: str) -> Sequence[object]:
    return (
        "Inlägg, kommentarer och meddelanden i extern kanal",
        row.name,
        row.platform,
        row.url,
        row.unit,
        row.administration,
        row.board,
        row.purpose,
        STATES[row.state],
        row.opened_on,
        row.closed_on,
        "Hålls ordnade i kanalen; det som ska registreras finns i diariet",
        row.last_capture_on,
        "Arkivet" if row.capture_by == "archivist" else "Kanalansvarig",
        row.archive_place,
        "Kan förekomma; sekretessbelagda inlägg tas bort och diarieförs",
        number,
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value).replace("\r\n", "\n") for value in row])
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")
