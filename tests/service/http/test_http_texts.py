"""The words: the same keys in both languages, every key in use exists, the language is remembered."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import service.http
from service.http.language import texts
from tests.service.http.web import Web

_FOLDER = Path(str(service.http.__file__)).parent
_USED = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z_0-9]+)["']""")


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_key_stands_in_both_languages_with_the_same_names_to_fill_in() -> None:
    swedish, english = texts("sv"), texts("en")
    assert set(swedish) == set(english)
    assert {k for k in swedish if _names(swedish[k]) != _names(english[k])} == set()


def test_every_key_that_is_asked_for_exists() -> None:
    files = [*_FOLDER.glob("*.py"), *_FOLDER.glob("templates/*.html")]
    asked = {key for file in files for key in _USED.findall(file.read_text("utf-8"))}
    asked = {key for key in asked if not key.endswith("_")}  # the beginning of a closed choice
    assert asked - set(texts("sv")) == set()
    assert len(asked) > 100


def test_the_pages_speak_swedish_until_english_is_asked_for_and_then_remember_it(one_web: Web) -> None:
    browser = one_web.browser("maria")
    assert '<html lang="sv">' in browser.get("/inkorg").text
    assert '<html lang="en">' in browser.get("/inkorg?sprak=en").text
    page = browser.get("/arenden").text
    assert '<html lang="en">' in page and "Cases" in page
    assert '<html lang="en">' in browser.get("/inkorg?sprak=xx").text


def test_no_template_turns_text_into_markup() -> None:
    for file in _FOLDER.glob("templates/*.html"):
        assert not re.search(r"\|\s*safe|autoescape\s+false", file.read_text("utf-8")), file.name
    users = {f.name for f in _FOLDER.glob("*.py") if "Markup(" in f.read_text("utf-8")}
    assert users == {"markup.py"}
