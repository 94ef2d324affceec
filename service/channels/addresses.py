"""Whether two web addresses name the same account: pure rules on text. Nothing is ever fetched.

The rule errs one way only: an address that merely looks like a registered one never gets its key.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode, urlsplit

MAX_ADDRESS = 2000
MAX_KEY = 500
_PREFIXES = ("www", "m", "mobile", "touch")
_ALIASES = {"fb.com": "facebook.com", "twitter.com": "x.com", "instagr.am": "instagram.com"}
_PLATFORMS = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "snapchat.com",
        "threads.net",
        "tiktok.com",
        "x.com",
        "youtube.com",
    }
)
"""Where the path alone names the account, whatever is asked after it, and longer paths are its posts."""
_NAMING = {("facebook.com", "/profile.php"): ("id",)}
_TRACKING = frozenset({"fbclid", "gclid", "igsh", "igshid", "mibextid", "ref", "ref_src", "si"})


class NoAddress(ValueError):
    """Adressen går inte att läsa."""


def key(address: str) -> str:
    """What names the account in `address`: host and path without scheme, `www.`, `m.`, trailing slash,
    tracking and upper case. International hosts stand in their ASCII form (`xn--…`).

    Raises NoAddress for what is no web address, and for whatever a reader could take for another address:
    user names before the host, backslashes, invisible characters, letters that only look like ASCII."""
    host, path, query = _parts(address)
    found = host + path + (f"?{query}" if query else "")
    if len(found) > MAX_KEY:
        raise NoAddress("Adressen är för lång.")
    return found


def candidates(address: str) -> tuple[str, ...]:
    """The keys that `address` may be registered under, the longest first: on a platform a post's address
    leads to its account. Raises NoAddress."""
    whole = key(address)
    host, _, rest = whole.partition("/")
    if host not in _PLATFORMS or "?" in rest:
        return (whole,)
    segments = [part for part in rest.split("/") if part]
    return tuple(f"{host}/{'/'.join(segments[:n])}" for n in range(len(segments), 0, -1)) or (whole,)


def last_part(address: str) -> str:
    """The last part of the path, where naming rules look. Raises NoAddress."""
    return key(address).partition("?")[0].rpartition("/")[2]


def _parts(address: str) -> tuple[str, str, str]:
    text = address.strip()
    if not text or len(text) > MAX_ADDRESS or "\\" in text or not text.isprintable() or " " in text:
        raise NoAddress()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoAddress() from None
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or _disguised(parts.netloc):
        raise NoAddress()
    name = _host(host)
    if port not in (None, 80, 443):
        name += f":{port}"
    path = _path(parts.path)
    return name, path, _query(name, path, parts.query)


def _host(host: str) -> str:
    typed = host.rstrip(".")
    try:
        name = typed.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NoAddress() from None
    if "." not in name:
        raise NoAddress()
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in _PREFIXES:
        labels = labels[1:]
    if len(labels) > 2 and labels[-2:] == ["facebook", "com"] and "-" in labels[0]:
        labels = labels[1:]  # sv-se.facebook.com is a language, not another site
    bare = ".".join(labels)
    return _ALIASES.get(bare, bare)


def _path(path: str) -> str:
    try:
        plain = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise NoAddress() from None
    extra = plain.count("/") != path.count("/")
    if extra or not plain.isprintable() or any(c in plain for c in "\\?# ") or "/../" in f"{plain}/":
        raise NoAddress()
    if _disguised(plain):
        raise NoAddress()
    return "".join(_lower(c) for c in unicodedata.normalize("NFC", plain)).rstrip("/")


def _disguised(text: str) -> bool:
    """Whether a letter is ASCII in another dress, like the Kelvin sign for k: a reader sees no difference."""
    return any(not c.isascii() and unicodedata.normalize("NFKC", c).isascii() for c in text)


def _lower(character: str) -> str:
    small = character.lower()
    return small if small.isascii() == character.isascii() else character


def _query(host: str, path: str, query: str) -> str:
    try:
        asked = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise NoAddress() from None
    if host in _PLATFORMS:
        naming = _NAMING.get((host, path), ())
        return urlencode([pair for pair in asked if pair[0] in naming][:1])
    return urlencode(sorted(p for p in asked if p[0] not in _TRACKING and not p[0].startswith("utm_")))
