"""Passwords: which are taken, and argon2id hashes, at most two at work at once.

A hash takes about 0.1 s of two cores: it is made before a transaction is opened, never inside one."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import TooMany

SHORTEST, LONGEST = 15, 1000
_PATIENCE = 15.0
# RFC 9106, second choice: about 0.1 s and 64 MiB each, so never more than two at once
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_AT_WORK = threading.BoundedSemaphore(2)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$b2ZlbmJhcnRldGhhc2hmb3Jpbmdlbm9mYWxsczAxMjM"
"""What an unknown login is compared with, so that it takes as long as a known one."""

_COMMON = frozenset(
    (
        "admin",
        "administrator",
        "changeme",
        "correcthorsebatterystaple",
        "diarium",
        "hejhej",
        "hejsan",
        "hemlig",
        "hemligt",
        "iloveyou",
        "inloggning",
        "kommun",
        "kommunen",
        "letmein",
        "losen",
        "losenord",
        "lösen",
        "lösenord",
        "ordna",
        "pass",
        "password",
        "qwerty",
        "secret",
        "sommar",
        "sommaren",
        "sverige",
        "valkommen",
        "vinter",
        "vår",
        "välkommen",
        "welcome",
    )
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyzåäö",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "01234567890" * 3,
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujm",
)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password on its way in: its hash, or else why it is not taken (Swedish)."""

    hash: str = field(repr=False)
    wrong: str | None


def new(password: str, login: str) -> NewPassword:
    """Look at the password and hash it, which takes its time: call with no transaction open."""
    if (wrong := wrong_with(password, login)) is not None:
        return NewPassword("", wrong)
    return NewPassword(hashed(password), None)


def wrong_with(password: str, login: str) -> str | None:
    """Why the password is not taken, as a Swedish sentence; None when it is."""
    plain = _plain(password)
    if len(password) < SHORTEST:
        return f"Lösenordet ska ha minst {SHORTEST} tecken. Flera ord efter varandra går bra."
    if len(password) > LONGEST:
        return f"Lösenordet får ha högst {LONGEST} tecken."
    if _holds(plain, _plain(login)):
        return "Lösenordet får inte innehålla användarnamnet."
    if _guessed_first(plain):
        return "Lösenordet är för lätt att gissa. Välj några ord som inte hör ihop."
    return None


def _holds(plain: str, login: str) -> bool:
    """Whether the login, or its part before an @, stands in the password; a short one as a word."""
    for name in {login, login.split("@")[0]} - {""}:
        pattern = re.escape(name) if len(name) > 3 else rf"\b{re.escape(name)}\b"
        if re.search(pattern, plain):
            return True
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _guessed_first(plain: str) -> bool:
    """A short piece over and over, keys in a row, or nothing but common words and numbers."""
    if re.fullmatch(r"(.{1,6}?)\1+.{0,5}", plain, re.DOTALL) or len(set(plain)) < 5:
        return True
    if any(plain in row or plain in row[::-1] for row in _ROWS):
        return True
    letters = re.sub(r"[\W\d_]+", " ", plain)
    words = "|".join(sorted(_COMMON, key=len, reverse=True))
    return re.fullmatch(rf"(?:{words}|\s)*", letters) is not None


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_WORK.acquire(timeout=_PATIENCE):
        raise TooMany(5, "Många loggar in samtidigt. Försök igen om en stund.")
    try:
        yield
    finally:
        _AT_WORK.release()


def hashed(password: str) -> str:
    with _turn():
        return _HASHER.hash(_bytes(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one behind `kept`; None takes as long and is never right."""
    with _turn():
        try:
            right = _HASHER.verify(kept or NOBODY, _bytes(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None and len(password) <= LONGEST


def outdated(kept: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _HASHER.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    # the same password typed on another keyboard may come composed differently
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
