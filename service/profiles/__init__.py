"""Municipality profiles: the values of the 31 keys, each with the sentence that it comes from; and the
guidelines' 173 rules. One set of models runs under any of them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.profiles.checking import check, whys
from service.profiles.guidelines import GuidelineRefused, Rule, rules
from service.profiles.keys import KEYS, VARIABLES
from service.profiles.parts import Key, Kind, Part
from service.profiles.reading import DEFAULT, Profile, ProfileRefused, Source, Status, load, names, read
from service.profiles.why import Why, explain, of_names, words

INFO = "profile"
"""Where the sessions of a database carry the profile that the process was started with."""


def of(session: Session) -> Profile:
    """The profile that this process was started with; the law's minimum where none was chosen."""
    found = session.info.get(INFO)
    if found is None:
        return load(DEFAULT)
    assert isinstance(found, Profile)
    return found


__all__ = [
    "DEFAULT",
    "INFO",
    "KEYS",
    "VARIABLES",
    "GuidelineRefused",
    "Key",
    "Kind",
    "Part",
    "Profile",
    "ProfileRefused",
    "Rule",
    "Source",
    "Status",
    "Why",
    "check",
    "explain",
    "load",
    "names",
    "of",
    "of_names",
    "read",
    "rules",
    "whys",
    "words",
]
