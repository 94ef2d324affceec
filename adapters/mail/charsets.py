"""Bytes to text when the label may be wrong, unknown or missing. Never raises: what cannot be read
is replaced, and a remark says so."""

from __future__ import annotations

import codecs
import re

from adapters.mail.values import Remarks

BROKEN = "Tecken som inte gick att läsa har ersatts. Originalet är sparat oförändrat."
GUESSED = "Meddelandets teckenkodning var fel eller okänd och har gissats. Originalet är sparat oförändrat."
STRIPPED = "Osynliga styrtecken har tagits bort ur den visade texten."

_LABEL = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
# an allow-list: Python also knows codecs that unpack, escape or take quadratic time
_OTHER = {
    "cp437",
    "cp850",
    "cp858",
    "cp865",
    "cp866",
    "cp874",
    "koi8-r",
    "koi8-u",
    "mac-roman",
    *(f"cp125{n}" for n in range(9)),
    *(f"iso8859-{n}" for n in range(2, 17)),
    "big5",
    "big5hkscs",
    "euc_jp",
    "euc_kr",
    "gb18030",
    "gb2312",
    "gbk",
    "hz",
    "iso2022_jp",
    "iso2022_kr",
    "shift_jis",
    "cp932",
    "cp949",
    "cp950",
    "tis-620",
    "utf-7",
}
_LATIN = {"iso8859-1", "ascii", "cp1252"}
_UTF8 = {"utf-8", "utf-8-sig"}
_WIDE = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
_READ_AS_UTF8 = re.compile("[^\x00-\x7f\ufffd]")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# all that XML 1.0 cannot hold, and C1 controls: they would stop a registration later on
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def decode(raw: bytes, label: str | None, remarks: Remarks) -> str:
    """`label` is the declared charset; where the bytes contradict it, they are believed."""
    codec = _codec(label)
    if codec in _WIDE:
        return _wide(raw, codec, remarks)
    if codec is None or codec in _LATIN or codec in _UTF8:
        return _unsure(raw, codec, label, remarks)
    try:
        return raw.decode(codec)
    except UnicodeError:
        remarks.add(BROKEN)
        return raw.decode(codec, "replace")


def _codec(label: str | None) -> str | None:
    if not label or not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return name if name in _OTHER | _LATIN | _WIDE | _UTF8 else None


def _unsure(raw: bytes, codec: str | None, label: str | None, remarks: Remarks) -> str:
    """The labels that are most often wrong: UTF-8, Latin-1, Windows-1252, none and unknown."""
    if codec is None and label and label.strip():
        remarks.add(GUESSED)
    if not raw.isascii() and _looks_wide(raw):
        remarks.add(GUESSED)
        return _wide(raw, "utf-16", remarks)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if codec in _LATIN and not raw.isascii():
            remarks.add(GUESSED)
        return text
    if codec not in _LATIN:
        partly = raw.decode("utf-8-sig", "replace")
        if _READ_AS_UTF8.search(partly):  # mostly UTF-8, with something torn in it
            remarks.add(BROKEN)
            return partly
    if codec not in ("iso8859-1", "cp1252"):
        remarks.add(GUESSED)
    text = raw.decode("cp1252", "replace")
    if "\ufffd" in text:
        remarks.add(BROKEN)
    return text


def _looks_wide(raw: bytes) -> bool:
    return raw.startswith(_MARKS) and raw.count(0) > len(raw) // 8


def _wide(raw: bytes, codec: str, remarks: Remarks) -> str:
    # Swedish text in UTF-16 is full of zero bytes; without any, the label is a lie
    if len(raw) > 3 and 0 not in raw[:4000] and not raw.startswith(_MARKS):
        remarks.add(GUESSED)
        return _unsure(raw, None, None, remarks)
    if codec == "utf-16" and not raw.startswith(_MARKS):
        first = raw[:2000]
        codec = "utf-16-be" if first[0::2].count(0) > first[1::2].count(0) else "utf-16-le"
    try:
        return raw.decode(codec).removeprefix("\ufeff")
    except UnicodeError:
        remarks.add(BROKEN)
        return raw.decode(codec, "replace").removeprefix("\ufeff")


def clean(text: str, remarks: Remarks | None = None) -> str:
    """`text` with line feeds only, and without what XML, PostgreSQL or UTF-8 cannot carry."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _UNSENDABLE.sub(lambda m: "\ufffd" if m[0] >= "\ud800" else "", text)
    if remarks is not None and cleaned != text:
        remarks.add(STRIPPED)
    return cleaned


def one_line(text: str, longest: int) -> str:
    """`clean`, on one line, without characters that turn the direction, cut at `longest`."""
    line = " ".join(_DIRECTION.sub("", clean(text[: longest * 4])).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
