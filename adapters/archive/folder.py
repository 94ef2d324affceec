"""An archive that is a folder: one folder for each package, whole or not there at all.

<key>/manifest.json    names, sizes and SHA-256 of everything else, and the receipt's number
<key>/metadata.json
<key>/files/…
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from adapters.archive.contract import (
    ArchiveReceipt,
    ArchiveRefused,
    ArchiveUnavailable,
    Package,
)

MAX_FILES = 50
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NAME = re.compile(r"[\w][\w .()+-]{0,149}")


class FolderArchive:
    """Packages under `root`, numbered in the order that they came: `A-2026-00001`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self) -> str:
        if not self._root.is_dir() or not os.access(self._root, os.W_OK):
            raise ArchiveUnavailable("Arkivmappen finns inte eller går inte att skriva i.")
        return "Arkivmappen går att skriva i"

    def deliver(self, package: Package, *, now: datetime) -> ArchiveReceipt:
        _check(package)
        self.check()
        try:
            with self._alone():
                if (held := self._held(package)) is not None:
                    return held
                return self._write(package, now)
        except OSError as error:
            raise ArchiveUnavailable(
                f"Arkivmappen gick inte att skriva i ({type(error).__name__})."
            ) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self._root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _held(self, package: Package) -> ArchiveReceipt | None:
        """The receipt of the package that is there already. Raises ArchiveRefused for another content."""
        path = self._root / package.key / "manifest.json"
        if not path.exists():
            return None
        raw = path.read_bytes()
        manifest = json.loads(raw)
        if manifest["files"] != _listing(package):
            raise ArchiveRefused("Arkivet har redan något annat under samma nyckel.")
        return ArchiveReceipt(
            package.key,
            manifest["number"],
            datetime.fromisoformat(manifest["received_at"]),
            hashlib.sha256(raw).hexdigest(),
            replayed=True,
        )

    def _write(self, package: Package, now: datetime) -> ArchiveReceipt:
        number = self._next(now)
        manifest = {
            "key": package.key,
            "number": number,
            "received_at": now.astimezone(UTC).isoformat(),
            "files": _listing(package),
        }
        raw = _json(manifest)
        # written whole under another name: a package is never seen half
        fresh = self._root / f".{package.key}.{secrets.token_hex(4)}"
        try:
            (fresh / "files").mkdir(parents=True, mode=0o750)
            _put(fresh / "metadata.json", _json(package.metadata))
            for file in package.files:
                _put(fresh / "files" / file.name, file.content)
            _put(fresh / "manifest.json", raw)
            _sync(fresh / "files")
            _sync(fresh)
            fresh.rename(self._root / package.key)
            _sync(self._root)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return ArchiveReceipt(package.key, number, now, hashlib.sha256(raw).hexdigest())

    def _next(self, now: datetime) -> str:
        taken = [0]
        for path in self._root.glob("*/manifest.json"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                year, number = json.loads(path.read_bytes())["number"].removeprefix("A-").split("-")
                if int(year) == now.year:
                    taken.append(int(number))
        return f"A-{now.year}-{max(taken) + 1:05d}"


def _check(package: Package) -> None:
    names = [file.name for file in package.files]
    if not _KEY.fullmatch(package.key) or not 0 < len(names) <= MAX_FILES or len(set(names)) != len(names):
        raise ArchiveRefused("Paketets nyckel eller filer går inte att ta emot.")
    for file in package.files:
        if not _NAME.fullmatch(file.name) or hashlib.sha256(file.content).hexdigest() != file.sha256:
            raise ArchiveRefused("En fil i paketet stämmer inte med sin kontrollsumma eller sitt namn.")


def _listing(package: Package) -> list[dict[str, object]]:
    metadata = _json(package.metadata)
    whole = [("metadata.json", "application/json", metadata)]
    whole += [(f"files/{f.name}", f.media_type, f.content) for f in package.files]
    return [
        {"name": n, "media_type": m, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()}
        for n, m, c in whole
    ]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
