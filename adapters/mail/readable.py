"""HTML from strangers reduced to text for reading. Nothing is rendered, fetched or run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from adapters.mail.values import MAX_TEXT, Remarks

DAMAGED = "En del av meddelandets HTML gick inte att läsa. Originalet är sparat oförändrat."

_CHUNK = 64 * 1024
_LONGEST_TAG = 512 * 1024
"""One tag, comment or script: each chunk reads the unfinished one again from its start."""
_MOST_PENDING = 4 * 1024
"""Unfinished markup at the end that is still tried as text: the parser is quadratic in it."""
_SILENT = frozenset({"script", "style", "title", "template", "iframe", "object", "svg"})
_BREAKING = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    }
)
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]{1,500}", re.IGNORECASE)
# two things that make the library's parser raise: marked sections, and numbers too long for int()
_MARKED = re.compile(r"<!\[[^>]{0,500}>")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_PADDING = re.compile(r"(?:[\u034f\u00ad\u200b\u200c\ufeff] ?){3,}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.length = 0
        self._silent: str | None = None
        self._link: str | None = None

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._silent = None
        if self._silent is not None:
            return
        if tag in _SILENT:
            self._silent = tag
        elif tag == "a":
            href = (dict(attrs).get("href") or "").strip()
            self._link = href if _LINK.fullmatch(href) else None
        elif tag == "img" and (description := (dict(attrs).get("alt") or "").strip()):
            self.add(f"[bild: {_SPACE.sub(' ', description[:200])}]")
        elif tag in ("td", "th"):
            self.add(" ")
        elif tag in _BREAKING:
            self.add("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None
        elif self._silent is None and tag == "a" and self._link:
            shown = "".join(self.pieces[-3:])
            if self._link.rstrip("/") not in shown:
                self.add(f" <{self._link}>")
            self._link = None
        elif self._silent is None and tag in _BREAKING and tag != "br":
            self.add("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            self.add(_SPACE.sub(" ", data))


def readable(html: str, remarks: Remarks) -> str:
    """The words of `html`: block elements on lines of their own, scripts and styles dropped, links
    as `text <address>`. Time grows in step with the length."""
    html = _LONG_NUMBER.sub("\ufffd", _MARKED.sub("", html))
    reader = _Reader()
    try:
        for start in range(0, len(html), _CHUNK):
            reader.feed(html[start : start + _CHUNK])
            if reader.length > 2 * MAX_TEXT or len(reader.rawdata) > _LONGEST_TAG:
                break
        if len(reader.rawdata) <= _MOST_PENDING:
            reader.close()
        else:
            remarks.add(DAMAGED)
    except (AssertionError, ValueError):
        remarks.add(DAMAGED)
    text = _PADDING.sub(" ", "".join(reader.pieces))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
