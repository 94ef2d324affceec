"""The fixed table of functions that an expression may call, and the only one: the help is made from it.

A name is looked up here when the text is read, never among the variables, so a form field called
`count` hides no function and no function hides a variable.
"""

# ruff: noqa: E501 (one row of the table a line, however long its help)
from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from workflows.expressions import date_functions as dates
from workflows.expressions import list_functions as lists
from workflows.expressions import number_functions as numbers
from workflows.expressions import text_functions as texts
from workflows.expressions.values import Inner

Group = Literal["text", "tal", "listor", "datum", "övrigt"]
MANY: Final = 100
"""The most arguments any call may have."""


@dataclass(frozen=True, slots=True)
class Function:
    """One row of the table. `run` takes the meter and then between `least` and `most` arguments.

    `python` holds the names that Python-like text may use for the same thing; the FEEL name
    with underscores for spaces is always one of them.
    """

    name: str
    signature: str
    help: str
    group: Group
    run: Callable[..., Inner]
    least: int = 1
    most: int = 1
    python: tuple[str, ...] = ()


def _is_defined(_: object, value: Inner) -> Inner:
    return value is not None


_F = Function
FUNCTIONS: Final[tuple[Function, ...]] = (
    _F("contains", "contains(text, del)", "Sant om texten innehåller delen.", "text", texts.contains, 2, 2),
    _F("starts with", "starts with(text, början)", "Sant om texten börjar så.", "text", texts.starts_with, 2, 2, ("startswith",)),
    _F("ends with", "ends with(text, slut)", "Sant om texten slutar så.", "text", texts.ends_with, 2, 2, ("endswith",)),
    _F("upper case", "upper case(text)", "Texten med stora bokstäver.", "text", texts.upper_case, python=("upper",)),
    _F("lower case", "lower case(text)", "Texten med små bokstäver.", "text", texts.lower_case, python=("lower",)),
    _F("trim", "trim(text)", "Texten utan blanktecken i början och slutet.", "text", texts.trim, python=("strip",)),
    _F("string length", "string length(text)", "Antalet tecken i texten.", "text", texts.string_length),
    _F("substring", "substring(text, start, längd?)", "En del av texten; första tecknet är 1, −1 är det sista.", "text", texts.substring, 2, 3),
    _F("substring before", "substring before(text, märke)", "Det som står före märket.", "text", texts.substring_before, 2, 2),
    _F("substring after", "substring after(text, märke)", "Det som står efter märket.", "text", texts.substring_after, 2, 2),
    _F("replace", "replace(text, gammalt, nytt)", "Texten med gammalt utbytt mot nytt, tecken för tecken (inga mönster).", "text", texts.replace, 3, 3),
    _F("split", "split(text, skiljetecken)", "Texten delad till en lista.", "text", texts.split, 2, 2),
    _F("string join", "string join(lista, skiljetecken?)", "Texterna i listan satta ihop till en.", "text", texts.string_join, 1, 2, ("join",)),
    _F("string", "string(värde)", "Värdet som text.", "text", texts.to_string, python=("str",)),
    _F("number", "number(text)", "Texten som tal, eller null om den inte är ett tal.", "tal", texts.to_number, python=("int", "float")),
    _F("abs", "abs(tal)", "Talet eller tidslängden utan minustecken.", "tal", numbers.absolute),
    _F("floor", "floor(tal, decimaler?)", "Avrundat nedåt.", "tal", numbers.floor, 1, 2),
    _F("ceiling", "ceiling(tal, decimaler?)", "Avrundat uppåt.", "tal", numbers.ceiling, 1, 2),
    _F("round half up", "round half up(tal, decimaler?)", "Avrundat som vanligt: 2,5 blir 3.", "tal", numbers.round_half_up, 1, 2, ("round",)),
    _F("modulo", "modulo(tal, delare)", "Resten vid division.", "tal", numbers.modulo, 2, 2),
    _F("whole division", "whole division(tal, delare)", "Hela antalet gånger som delaren går i talet.", "tal", numbers.whole_division, 2, 2),
    _F("count", "count(lista)", "Antalet värden i listan.", "listor", lists.count, 1, MANY),
    _F("length", "length(värde)", "Antalet tecken i en text eller poster i en lista.", "listor", lists.length, python=("len",)),
    _F("min", "min(lista)", "Det minsta värdet.", "listor", lists.smallest, 1, MANY),
    _F("max", "max(lista)", "Det största värdet.", "listor", lists.largest, 1, MANY),
    _F("sum", "sum(lista)", "Summan; null för en tom lista.", "listor", lists.total, 1, MANY),
    _F("mean", "mean(lista)", "Medelvärdet; null för en tom lista.", "listor", lists.mean, 1, MANY),
    _F("all", "all(lista)", "Sant om alla värden är sanna.", "listor", lists.all_true, 1, MANY),
    _F("any", "any(lista)", "Sant om något värde är sant.", "listor", lists.any_true, 1, MANY),
    _F("list contains", "list contains(lista, värde)", "Sant om värdet finns i listan.", "listor", lists.list_contains, 2, 2),
    _F("append", "append(lista, värde, …)", "Listan med värdena efter.", "listor", lists.append, 2, MANY),
    _F("concatenate", "concatenate(lista, lista, …)", "Listorna efter varandra.", "listor", lists.concatenate, 1, MANY),
    _F("distinct values", "distinct values(lista)", "Listan utan dubbletter.", "listor", lists.distinct_values),
    _F("sort", "sort(lista)", "Listan i stigande ordning; null om värdena är av olika slag.", "listor", lists.sort, python=("sorted",)),
    _F("reverse", "reverse(lista)", "Listan baklänges.", "listor", lists.reverse),
    _F("index of", "index of(lista, värde)", "Platserna där värdet finns; första platsen är 1.", "listor", lists.index_of, 2, 2),
    _F("flatten", "flatten(lista)", "Listor i listan upplösta till en enda.", "listor", lists.flatten),
    _F("date", "date(text) eller date(år, månad, dag)", "En dag, till exempel date(\"2026-11-21\").", "datum", dates.to_date, 1, 3),
    _F("time", "time(text)", "Ett klockslag, till exempel time(\"08:30\").", "datum", dates.to_time),
    _F("date and time", "date and time(text)", "En tidpunkt; utan tidszon menas svensk tid.", "datum", dates.to_moment, 1, 2, ("datetime",)),
    _F("duration", "duration(text)", "En tidslängd, till exempel duration(\"P14D\").", "datum", dates.to_duration),
    _F("today", "today()", "Dagens datum i Sverige; null där ingen klocka finns.", "datum", dates.today, 0, 0),
    _F("now", "now()", "Tidpunkten nu; null där ingen klocka finns.", "datum", dates.now, 0, 0),
    _F("is defined", "is defined(värde)", "Sant om värdet finns och inte är null.", "övrigt", _is_defined),
)  # fmt: skip

BY_NAME: Final[Mapping[str, Function]] = {function.name: function for function in FUNCTIONS}
SPELLINGS: Final[Mapping[str, str]] = {
    **{alias: function.name for function in FUNCTIONS for alias in function.python},
    **{function.name.replace(" ", "_"): function.name for function in FUNCTIONS},
    **{function.name: function.name for function in FUNCTIONS},
}
"""Every way a function may be written, to its FEEL name."""
LONGEST_NAME: Final = max(len(name.split()) for name in BY_NAME)


def refusal(written: str, arguments: int) -> str | None:
    """Why this call may not be made, as the end of a Swedish sentence; None when it may."""
    name = SPELLINGS.get(written)
    if name is None:
        near = difflib.get_close_matches(written[:40], SPELLINGS, n=1)
        tip = f" Menade du {SPELLINGS[near[0]]}?" if near else ""
        return f"funktionen {written[:40]} finns inte.{tip}"
    function = BY_NAME[name]
    if not function.least <= arguments <= function.most:
        return f"fel antal värden till funktionen. Skriv {function.signature}."
    return None
