"""File names from strangers, made safe to show and to save under. The original keeps what came."""

from __future__ import annotations

import re

from adapters.mail.charsets import one_line

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\u200b-\u200f\u2028\u2029\u2060\ufeff]')
_LONGEST = 120
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}


def display_name(name: str, media_type: str, number: int) -> str:
    """A name without path, control or direction characters, at most 120 long. An empty one becomes
    `bilaga-<number>` with the ending of its kind."""
    plain = one_line(name, 1000).replace("\\", "/")
    plain = _FORBIDDEN.sub("", plain.rsplit("/", 1)[-1]).strip(" .")
    if not plain:
        kind = "bifogat-meddelande" if media_type == "message/rfc822" else "bilaga"
        return f"{kind}-{number}{_EXTENSIONS.get(media_type, '')}"
    if len(plain) <= _LONGEST:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:_LONGEST].rstrip(" .")
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
