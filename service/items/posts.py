"""A post as a person enters it: within its bounds, as a text file, and what it may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from adapters.mail import clean, one_line
from service import evidence
from service.deadlines import STOCKHOLM
from service.errors import Invalid

_PLATFORMS = ("Facebook", "Instagram", "LinkedIn", "Mastodon", "Snapchat", "TikTok", "YouTube", "X")
_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)


@dataclass(frozen=True, slots=True)
class Post:
    """A post, comment or message that a person entered. `posted_at` is what the platform says."""

    channel: str
    url: str | None = None
    author: str | None = None
    text: str = ""
    posted_at: datetime | None = None
    unknown_sender: str | None = None
    """Why the sender cannot be known: one of `evidence.UNKNOWN_SENDERS`."""
    channel_id: str | None = None
    """The channel of the register that it was written in."""
    source: str = "post"
    """`post` where staff entered it, `report` where a visitor reported it."""


def checked(post: Post, files: bool) -> Post:
    """The post within its bounds, without characters that a later step could not carry."""
    clean_post = Post(
        one_line(post.channel, 121),
        (post.url or "").strip() or None,
        one_line(post.author or "", 201) or None,
        clean(post.text).strip(),
        post.posted_at,
        post.unknown_sender if post.unknown_sender in evidence.UNKNOWN_SENDERS else None,
        post.channel_id,
        post.source,
    )
    errors: dict[str, str] = {}
    if not 0 < len(clean_post.channel) <= 120:
        errors["channel"] = "Ange vilken kanal inlägget kom i, med högst 120 tecken."
    if clean_post.url and not _is_web_address(clean_post.url):
        errors["url"] = "Länken ska börja med https:// eller http:// och vara högst 2 000 tecken."
    if len(clean_post.author or "") > 200:
        errors["author"] = "Avsändaren får vara högst 200 tecken."
    if len(clean_post.text) > 20_000:
        errors["text"] = "Texten får vara högst 20 000 tecken. Lägg resten i en fil."
    if post.posted_at is not None and post.posted_at.tzinfo is None:
        errors["posted_at"] = "Tiden saknar tidszon."
    if not (clean_post.text or clean_post.url or files):
        errors["text"] = "Skriv inläggets text, ange en länk eller lägg till en skärmbild."
    if errors:
        raise Invalid(fields=errors)
    return clean_post


def _is_web_address(url: str) -> bool:
    if len(url) > 2000 or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def transcript(post: Post, now: datetime) -> bytes:
    """The post as a text file: what the diarium receives as the document when there is no other."""
    lines = [
        f"Kanal: {post.channel}",
        f"Länk: {post.url or 'saknas'}",
        f"Avsändare: {post.author or 'okänd'}",
        f"Publicerat: {_moment(post.posted_at) if post.posted_at else 'okänt'}",
        f"Upprättat: {_moment(now)}",
        "",
        post.text,
    ]
    return "\n".join(lines).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


def neutral(channel: str) -> str:
    """A title from the platform alone: what else stands in the channel may be somebody's name."""
    typed = channel.casefold()
    platform = next((p for p in _PLATFORMS if p.casefold() in re.split(r"\W+", typed)), None)
    return f"Inlägg på {platform}" if platform else "Inlägg i sociala medier"


def title(words: str, at: datetime) -> str:
    day = at.astimezone(STOCKHOLM)
    return f"{words} {day.day} {_MONTHS[day.month - 1]} {day.year}"
