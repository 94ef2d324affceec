"""A process folder as a zip: written the same every time, and read with suspicion.

What an archive claims of itself is added up before anything is unpacked, and no more than it claimed is
read. Nothing is ever written to a disk: a path is only a name, and only names of a process folder are taken.
"""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Mapping
from io import BytesIO
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from workflows import Finding, ModelRefused
from workflows.folder import MAX_ALL, MAX_FILE, MAX_FILES

MAX_ARCHIVE = 2_000_000
"""Bytes of the archive itself: a folder of text is far less."""
MAX_ENTRIES = 250
"""Entries, folders among them."""
_MAX_NAME = 200
_WHEN = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
_NAME = re.compile(r"[\w. -]+(/[\w. -]+)*")
_NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_BROKEN = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    StructError,
    ValueError,
    zlib.error,
)
"""What the standard library raises for archives that are not whole."""


def as_archive(files: Mapping[str, bytes]) -> bytes:
    """The folder as a zip: the same files give the same bytes, whoever asks and when."""
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _WHEN)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=6)
    return kept.getvalue()


def from_archive(data: bytes) -> dict[str, bytes]:
    """The files of a zip by path; one folder around all of them is taken off.

    Raises ModelRefused: not a whole zip, too large before or after unpacking, too many entries, a path that
    is absolute, leads upwards or is there twice, a link, an encrypted entry, an archive in the archive."""
    if len(data) > MAX_ARCHIVE:
        raise _refused("zip-size", f"Zip-filen är för stor: högst {MAX_ARCHIVE // 1_000_000} MB tas emot.")
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = _entries(archive)
            files = {name: _content(archive, entry) for name, entry in entries.items()}
    except _BROKEN:
        raise _refused("zip-broken", "Zip-filen är trasig eller går inte att läsa.") from None
    return _without_top(files)


def _entries(archive: ZipFile) -> dict[str, ZipInfo]:
    """The entries that are files, by a name that can do no harm."""
    listed = archive.infolist()
    if len(listed) > MAX_ENTRIES:
        raise _refused("zip-count", f"Zip-filen har för många filer: högst {MAX_FILES}.")
    found: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for entry in listed:
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refused("zip-link", f"”{_shown(entry)}” är en länk eller specialfil och tas inte emot.")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _refused("zip-kind", f"”{_shown(entry)}” är krypterad eller packad på ett ovanligt sätt.")
        _check_name(entry)
        if entry.filename.casefold() in seen:
            raise _refused("zip-twice", f"”{_shown(entry)}” finns två gånger i zip-filen.")
        seen.add(entry.filename.casefold())
        if not entry.is_dir() and not _hidden(entry.filename):
            found[entry.filename] = entry
    if len(found) > MAX_FILES or sum(entry.file_size for entry in found.values()) > MAX_ALL:
        raise _refused(
            "folder-size",
            f"Processmappen är för stor: högst {MAX_FILES} filer och {MAX_ALL // 1_000_000} MB.",
        )
    if large := next((e for e in found.values() if e.file_size > MAX_FILE), None):
        raise _refused("file-size", f"Filen {_shown(large)} är för stor: högst {MAX_FILE // 1_000_000} MB.")
    return found


def _check_name(entry: ZipInfo) -> None:
    name = entry.filename.removesuffix("/") if entry.is_dir() else entry.filename
    whole = entry.filename == entry.orig_filename and len(name) <= _MAX_NAME
    if not whole or not _NAME.fullmatch(name) or {".", ".."} & set(name.split("/")):
        raise _refused(
            "zip-path",
            f"”{_shown(entry)}” är ingen sökväg i en processmapp.",
            "Packa mappen så att model.bpmn ligger överst.",
        )


def _hidden(name: str) -> bool:
    """What some machines put in archives for themselves."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _content(archive: ZipFile, entry: ZipInfo) -> bytes:
    with archive.open(entry) as opened:
        content = opened.read(entry.file_size + 1)  # what is more than it claimed, it does not get
    if len(content) != entry.file_size:
        raise BadZipFile
    if content.startswith(_NESTED):
        raise _refused("zip-nested", f"”{_shown(entry)}” är ett arkiv i arkivet och tas inte emot.")
    return content


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.partition("/")[0] for name in files}
    if "model.bpmn" in files or len(tops) != 1 or not all("/" in name for name in files):
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def _shown(entry: ZipInfo) -> str:
    return "".join(c if c.isprintable() else "?" for c in entry.filename[:80])


def _refused(rule: str, text: str, hint: str = "Spara om mappen och packa den på nytt.") -> ModelRefused:
    return ModelRefused([Finding(rule, None, text, hint)])
