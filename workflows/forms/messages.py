"""The Swedish sentences of a form: each says what to change, none repeats what was sent."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.forms.fields import Field, Format

UNDECLARED = "Fältet finns inte i formuläret."
UNSTORABLE = "Texten innehåller tecken som inte går att spara. Ta bort dem eller skriv om texten."
ONE_LINE = "Skriv på en rad, utan radbrytningar."
PERSONAL_NUMBER = "Ta bort personnumret: texten kan läsas av andra."

_FORMATS: dict[Format, str] = {
    "date": "Skriv datumet som år-månad-dag, till exempel 2026-11-21.",
    "date-time": "Ange både datum och klockslag, till exempel 2026-11-21 kl. 10.30.",
    "email": "Skriv en fullständig e-postadress, till exempel namn@exempel.se.",
    "uri": "Skriv en fullständig webbadress som börjar med https://.",
}


def missing(field: Field) -> str:
    """A required field that has no answer."""
    if field.choices:
        how_many = "minst ett" if field.type == "array" else "ett"
        return f"Välj {how_many} alternativ under ”{field.title}”."
    if field.type == "boolean":
        return f"Svara på ”{field.title}”."
    if field.format:
        return f"Fyll i ”{field.title}”. {_FORMATS[field.format]}"
    return f"Fyll i ”{field.title}”."


def not_chosen(titles: Sequence[str]) -> str:
    """Choices of a list that have to be chosen before one can go on."""
    return f"Det här ska vara klart innan du går vidare: {'; '.join(titles)}."


def wrong_type(field: Field) -> str:
    """An answer of another kind than the field asks for."""
    match field.type:
        case "boolean":
            return "Svara ja eller nej."
        case "integer":
            return "Skriv ett heltal med siffror, till exempel 12."
        case "number":
            return "Skriv ett tal med siffror, till exempel 12,5."
        case "array":
            return "Välj bland alternativen i listan."
        case "string":
            return "Välj ett av alternativen." if field.choices else "Skriv svaret som text."


def wrong_format(expected: Format) -> str:
    """A text that is not what its format says."""
    return _FORMATS[expected]


def too_long(length: int, limit: int) -> str:
    """A text over its limit, with how much to cut."""
    return f"Korta texten med {_count(length - limit)} tecken: högst {_count(limit)} får plats."


def broken_limit(field: Field, keyword: str) -> str:
    """The JSON Schema keyword that did not hold."""
    match keyword:
        case "enum":
            return "Välj ett av alternativen i listan."
        case "uniqueItems":
            return "Välj varje alternativ högst en gång."
        case "minimum" if field.minimum is not None:
            return f"Skriv ett tal som är minst {_number(field.minimum)}."
        case "maximum" if field.maximum is not None:
            return f"Skriv ett tal som är högst {_number(field.maximum)}."
        case "minimum" | "maximum":
            return "Talet är för stort. Kontrollera antalet siffror."
        case _:
            return wrong_type(field)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _number(number: float) -> str:
    return f"{number:.15g}".replace(".", ",")
