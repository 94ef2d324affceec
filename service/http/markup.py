"""The one module that turns text into mark-up: our own SVG, and process owners' guidance without HTML."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from service.http.language import t
from workflows import Definition, ModelRefused
from workflows.drawing import Tone, draw

# no HTML, no pictures from elsewhere; link addresses are checked by markdown-it (no javascript: or data:)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_LOWEST = 3
_NO_TONES: Mapping[str, Tone] = {}


def diagram(definition: Definition, done: Collection[str], now: Collection[str]) -> Markup | None:
    """The process as SVG with where the case is, or None for a model that cannot be drawn."""
    title = t("task.process_title", name=definition.name)
    return _drawn(definition, frozenset(done), frozenset(now), title, t("task.here"))


@lru_cache(256)
def _drawn(
    definition: Definition, done: frozenset[str], now: frozenset[str], title: str, here: str
) -> Markup | None:
    try:
        # `draw` escapes every text of the model; tests/service/http holds it to that
        return Markup(draw(definition.model, done=done, now=now, title=title, here=here))
    except ModelRefused:
        return None


def covered(definition: Definition, walked: Collection[str], marks: Mapping[str, str]) -> Markup | None:
    """The process as SVG with what has been tried, and a flag of a few words on what has not; None where it
    cannot be drawn."""
    title = t("task.process_title", name=definition.name)
    try:
        return Markup(draw(definition.model, done=walked, title=title, marks=marks))
    except ModelRefused:
        return None


def marked(
    definition: Definition, marks: Mapping[str, str], toned: Mapping[str, Tone] = _NO_TONES
) -> Markup | None:
    """The process as SVG with a flag of a few words on some elements, or None where it cannot be drawn.
    `toned` are those of them that have come, gone or changed, each with its colour."""
    flags, colours = tuple(sorted(marks.items())), tuple(sorted(toned.items()))
    return _flagged(definition, flags, colours, t("task.process_title", name=definition.name))


@lru_cache(64)
def _flagged(
    definition: Definition,
    marks: tuple[tuple[str, str], ...],
    toned: tuple[tuple[str, Tone], ...],
    title: str,
) -> Markup | None:
    try:
        return Markup(draw(definition.model, title=title, marks=dict(marks), toned=dict(toned)))
    except ModelRefused:
        return None


@lru_cache(256)
def guidance(text: str) -> Markup:
    """A guidance text in Markdown. Headings are moved below those of the page."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _LOWEST - 1)}"
    return Markup(_MARKDOWN.renderer.render(_plain(tokens), _MARKDOWN.options, {}))


def _plain(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open" and not str(child.attrGet("href") or "").startswith(
                ("https://", "http://", "/")
            ):
                child.attrSet("href", "#")
    return tokens
