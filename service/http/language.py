"""Every word on the pages, in Swedish and English: one look-up, `t("…")`. The texts are in `texts/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from flask import Response, current_app, g, has_request_context, request

LANGUAGES = ("sv", "en")
COOKIE = "ordna_sprak"
_YEAR = 365 * 24 * 3600


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of one language, by dotted key. Raises on a file that is not flat text."""
    written = (Path(__file__).parent / "texts" / f"{language}.yaml").read_text("utf-8")
    raw = yaml.load(written, yaml.CSafeLoader)
    flat: dict[str, str] = {}
    for group, entries in raw.items():
        for key, text in entries.items():
            if not isinstance(text, str):
                raise TypeError(f"{language}.yaml: {group}.{key} is no text")
            flat[f"{group}.{key}"] = text
    return MappingProxyType(flat)


def language() -> str:
    """The language of this request: what was just asked for, the cookie, or the setting."""
    if not has_request_context():
        return "sv"
    if "language" not in g:
        default = current_app.config.get("LANGUAGE", "sv")
        wanted = (request.args.get("sprak"), request.cookies.get(COOKIE), default)
        g.language = next((one for one in wanted if one in LANGUAGES), "sv")
    return str(g.language)


def t(key: str, **values: object) -> str:
    """The text `key` in the language of this request, with `{names}` filled in."""
    text = texts(language())[key]
    return text.format(**values) if values else text


def known(key: str) -> bool:
    return key in texts("sv")


def remember(response: Response, *, secure: bool) -> None:
    """Keep a language chosen with `?sprak=` for the next page."""
    if request.args.get("sprak") in LANGUAGES:
        response.set_cookie(
            COOKIE,
            request.args["sprak"],
            max_age=_YEAR,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
