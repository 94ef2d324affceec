"""A new decision file with one table, as DMN 1.3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from workflows.decisions.editing import (
    MAX_LABEL,
    AddInput,
    AddOutput,
    AddRow,
    Edit,
    change,
    checked,
    refused,
    said,
)
from workflows.normalise.xml import parse_xml

_EMPTY: Final = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
    b'<decision><decisionTable hitPolicy="FIRST"/></decision></definitions>'
)
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")


def new_table(id: str, name: str, inputs: Sequence[AddInput], outputs: Sequence[AddOutput]) -> bytes:
    """A table with one row that holds for everything and answers nothing. `id` is the decision's, which
    steps ask for: small letters a–z, digits and underscores.

    Raises ModelRefused, as `apply` does."""
    if not _ID.fullmatch(id):
        raise refused(
            None, "Tabellens id skrivs med små bokstäver a–z, siffror och understreck, högst 80 tecken."
        )
    if not outputs:
        raise refused(id, "Tabellen behöver minst ett svar.")
    title = said(id, name, MAX_LABEL, "Tabellen")
    root = parse_xml(_EMPTY)
    root.set("id", f"{id}_definitions")
    root.set("name", title)
    root.set("namespace", f"https://ordna.example/dmn/{id}")
    decision = root[0]
    decision.set("id", id)
    decision.set("name", title)
    decision[0].set("id", f"{id}_table")
    edits: list[Edit] = [*inputs, *outputs, AddRow(0)]
    for edit in edits:
        change(decision, edit)
    etree.indent(root)
    return checked(root)
