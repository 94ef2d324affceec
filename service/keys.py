"""Keys and what they lock: one master key in a file, everything else derived or wrapped from it.

Citizen text, senders, files and drafts are encrypted from arrival with a key per case: AES-256-GCM,
bound to the row it stands in, so that a value moved to another row does not open.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE = 12


class KeyRefused(Exception):
    """The key file is missing where data exists, unreadable, too open, or does not fit the data."""


class Unreadable(Exception):
    """The encrypted value does not open: another row, another key, or changed bytes."""


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The key of one case. `place` names the row and column that a value belongs to, for example
    `item/6f…/text`."""

    case: str
    _key: bytes = field(repr=False)

    def lock(self, value: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + AESGCM(self._key).encrypt(nonce, value, self._bound(place))

    def open(self, locked: bytes, place: str) -> bytes:
        if locked[:1] != _VERSION:
            raise Unreadable(place)
        nonce, rest = locked[1 : 1 + _NONCE], locked[1 + _NONCE :]
        try:
            return AESGCM(self._key).decrypt(nonce, rest, self._bound(place))
        except InvalidTag:
            raise Unreadable(place) from None

    def lock_text(self, value: str, place: str) -> bytes:
        # a lone surrogate is citizen content too: kept as it came, never a crash
        return self.lock(value.encode("utf-8", "surrogatepass"), place)

    def open_text(self, locked: bytes, place: str) -> str:
        return self.open(locked, place).decode("utf-8", "surrogatepass")

    def _bound(self, place: str) -> bytes:
        return f"{self.case}/{place}".encode()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one installation. `state` seals workflow states, `index` makes keyed hashes."""

    _content: bytes = field(repr=False)
    state: bytes = field(repr=False)
    index: bytes = field(repr=False)
    _arrived: bytes = field(repr=False)

    @classmethod
    def of(cls, master: bytes) -> Keyring:
        def derive(purpose: str) -> bytes:
            return HKDF(SHA256(), 32, b"ordna", purpose.encode()).derive(master)

        return cls(derive("content"), derive("state"), derive("index"), derive("arrived"))

    def new_case_key(self, case: str) -> tuple[CaseKey, bytes]:
        """A fresh key for a case, and the same key wrapped for its row."""
        key = secrets.token_bytes(32)
        nonce = os.urandom(_NONCE)
        wrapped = _VERSION + nonce + AESGCM(self._content).encrypt(nonce, key, case.encode())
        return CaseKey(case, key), wrapped

    def case_key(self, case: str, wrapped: bytes) -> CaseKey:
        if wrapped[:1] != _VERSION:
            raise Unreadable(f"case/{case}")
        try:
            key = AESGCM(self._content).decrypt(wrapped[1:13], wrapped[13:], case.encode())
        except InvalidTag:
            raise Unreadable(f"case/{case}") from None
        return CaseKey(case, key)

    def arrival_key(self) -> CaseKey:
        """The key of what has come in and belongs to no case yet."""
        return CaseKey("arrived", self._arrived)

    def fingerprint(self, purpose: str, value: bytes) -> str:
        """A keyed hash: equal values meet, nobody without the key can guess what they are."""
        return hmac.new(self.index, purpose.encode() + b"\0" + value, hashlib.sha256).hexdigest()


def load(path: Path, *, make: bool) -> Keyring:
    """Read the master key (mode 0600); with `make`, write one if there is none."""
    if not path.exists():
        if not make:
            raise KeyRefused(f"Nyckelfilen saknas: {path}. Läs tillbaka den från säkerhetskopian.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # written whole under another name, then linked: two first starts cannot make two keys
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    if path.stat().st_mode & 0o077:
        raise KeyRefused(f"Nyckelfilen kan läsas av andra: {path}. Sätt rättigheterna till 0600.")
    try:
        master = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyRefused(f"Nyckelfilen går inte att läsa: {path}.") from error
    if len(master) != 32:
        raise KeyRefused(f"Nyckelfilen har fel längd: {path}.")
    return Keyring.of(master)
