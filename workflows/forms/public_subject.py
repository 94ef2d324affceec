"""What may stand in a public case subject (*ärendemening*), by the registrars' own checklist.

The subject is read by anyone who asks for the register (OSL 5 kap. 2 §). What can be seen from the text
alone is refused here: whoever writes it learns why while the form is still open. That a subject is neutral
cannot be proven by a machine; a person decides it, and the form says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_HANDLE = re.compile(r"(?<![\w.])@\w")
_ADDRESS = re.compile(r"(?i)\b(?:https?://|www\.)|\b[\w-]+\.(?:se|com|nu|org|net|eu)\b")
_IDENTITY = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+ ]?\d{4}(?!\d)")
_TELEPHONE = re.compile(r"(?<![\d/])(?:\+46|0)[\s-]?\d(?:[\s-]?\d){6,10}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INITIALS = re.compile(r"\b[A-ZÅÄÖ]\.\s?[A-ZÅÄÖ](?:\.|[a-zåäö]{2,})")
_CAPITALS = re.compile(r"(?<![\w-])[A-ZÅÄÖ]{2,6}(?![\w-])")
_EXPLAINED = frozenset({"EU", "IT", "TV", "SMS", "GPS", "UV", "PDF", "AB", "OK"})
"""Words that are written with capitals and that everybody knows."""
_SHORTENED = re.compile(
    r"(?i)(?<!\w)(?:ang|avs|bef|betr|bl\.?a|enl|ev|forts|inkl|m\.?fl|m\.?m|o\.?s\.?v|resp|tel|t\.?ex)\."
)
_PLACES = _words("gata gatan väg vägen plats torg torget skola skolan gränd park backe")
_GIVEN_NAMES = _words(
    """
    Agneta Ahmed Albin Alexander Alexandra Ali Alice Alva Amanda Amina Anders Andreas Anette Anita
    Anna Anneli Annika Anton Arvid Astrid Axel Barbro Bengt Berit Birgitta Britt Camilla Carina Carl
    Caroline Cecilia Charlotte Christer Christian Christina Daniel David Ebba Elin Elisabeth Ella
    Elsa Emelie Emil Emilia Emma Erik Eva Fatima Felicia Filip Fredrik Frida Gabriel Gunilla Gunnar
    Gustav Göran Hanna Hans Harald Hassan Helena Henrik Hugo Håkan Ibrahim Ida Inger Ingrid Isabella
    Jacob Jan Jenny Jens Jessica Joakim Johan Johanna Jonas Josefin Julia Karin Karl Katarina
    Kenneth Kerstin Kjell Klara Kristina Kristoffer Lars Leif Lena Lennart Liam Lina Linda Linnea
    Lisa Louise Lovisa Lucas Magdalena Magnus Maja Malin Marcus Margareta Maria Marianne Marie
    Martin Mats Mattias Mehmet Mikael Moa Mohammed Monica Muhammad Nathalie Niklas Nils Olivia Olof
    Omar Oscar Ove Patrik Pernilla Peter Petra Pia Rebecka Rickard Robert Robin Roger Rolf Sandra
    Sara Sebastian Selma Simon Sofia Stefan Susanne Sven Theodor Therese Thomas Tobias Tomas Ulf
    Ulla Ulrika Vera Victor Viktoria Wilhelm William Wilma Yusuf Zahra Åke Åsa
    """
)
_ENGLISH = _words("the of and about from with complaint question request report is are was on")
_SWEDISH = _words("om på i av och för vid från med till")

EMPTY = "Skriv i några ord vad ärendet gäller."
MAIL = "Ta bort e-postadressen: ärendemeningen är offentlig."
HANDLE = "Ta bort användarnamnet: ärendemeningen är offentlig."
ADDRESS = "Ta bort webbadressen: ärendemeningen är offentlig."
IDENTITY = "Ta bort personnumret: ärendemeningen är offentlig."
TELEPHONE = "Ta bort telefonnumret: ärendemeningen är offentlig."
NAME = "Ta bort personnamnet: ärendemeningen är offentlig. Skriv vad saken gäller, inte vem."
ABBREVIATED = "Skriv ut förkortningen, så att alla förstår ärendemeningen."
NOT_SWEDISH = "Skriv ärendemeningen på svenska."


def wrong(subject: str) -> str | None:
    """The first thing to correct, as a Swedish sentence that repeats nothing, or None."""
    return next(_wrongs(" ".join(subject.split())), None)


def has_personal_number(text: str) -> bool:
    """Whether something written like a personal identity number or a coordination number stands in the
    text: ten digits that begin with a day. A telephone number rarely does."""
    for found in _IDENTITY.finditer(text):
        digits = "".join(sign for sign in found.group() if sign.isdigit())[-10:]
        month, day = int(digits[2:4]), int(digits[4:6])
        if 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91):
            return True
    return False


def _wrongs(subject: str) -> Iterator[str]:
    if len(subject) < SHORTEST or len(_WORD.findall(subject)) < 2:
        yield EMPTY
    for pattern, text in (
        (_MAIL, MAIL),
        (_HANDLE, HANDLE),
        (_ADDRESS, ADDRESS),
        (_IDENTITY, IDENTITY),
        (_TELEPHONE, TELEPHONE),
    ):
        if pattern.search(subject):
            yield text
    if _INITIALS.search(subject) or _names(subject):
        yield NAME
    if _SHORTENED.search(subject) or any(found not in _EXPLAINED for found in _CAPITALS.findall(subject)):
        yield ABBREVIATED
    words = {word.casefold() for word in _WORD.findall(subject)}
    if len(words & _ENGLISH) > 1 and not words & (_SWEDISH - _ENGLISH):
        yield NOT_SWEDISH


def _names(subject: str) -> bool:
    """Whether a common given name stands there as a name: but for streets and schools named after
    people, whose last word says what they are."""
    words = _WORD.findall(subject)
    for position, word in enumerate(words):
        bare = word[:-1] if word.endswith("s") and word[:-1] in _GIVEN_NAMES else word
        if bare.split("-")[0] not in _GIVEN_NAMES:
            continue
        after = [later.casefold() for later in words[position + 1 : position + 3]]
        if not any(later in _PLACES for later in after):
            return True
    return False
