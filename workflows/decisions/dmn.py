"""Reads DMN 1.1 to 1.5: decisions with a table or a literal expression, and what they require.

What we do not support is refused with a sentence, never skipped: a decision that quietly lost a
part would still answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from workflows.decisions.analysis import analyse
from workflows.decisions.dmn_table import read_table
from workflows.decisions.graph import DecisionModel, requirement_findings
from workflows.decisions.model import MAX_BYTES, MAX_DECISIONS, Decision, Table
from workflows.decisions.source import Notebook, id_of, part, parts, text_of, variable_name
from workflows.errors import ModelRefused
from workflows.expressions import Compiled
from workflows.expressions.refusals import shown
from workflows.normalise.xml import parse_xml

_NAMESPACES: Final = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
_UNSUPPORTED: Final[Mapping[str, str]] = {
    "businessKnowledgeModel": "Kunskapsmodeller (BKM)",
    "decisionService": "Beslutstjänster",
    "import": "Import från andra filer",
}
_UNSUPPORTED_LOGIC: Final[Mapping[str, str]] = {
    "invocation": "anrop",
    "context": "sammansatt uttryck (context)",
    "relation": "relation",
    "functionDefinition": "funktion",
    "list": "lista av uttryck",
    "conditional": "villkorsruta",
    "filter": "filterruta",
    "for": "upprepningsruta",
    "every": "kvantorruta",
    "some": "kvantorruta",
    "knowledgeRequirement": "kunskapskrav",
}


def load(xml: bytes | etree._Element) -> DecisionModel:
    """The model, ready to evaluate; its `findings` are warnings and notes.

    `xml` is the file, or the root that `parse_xml` gave. Raises ModelRefused with every reason.
    """
    root = parse_xml(xml, max_bytes=MAX_BYTES) if isinstance(xml, bytes) else xml
    notes = Notebook()
    decisions = _read(root, notes)
    notes.findings += requirement_findings({key: d.requires for key, d in decisions.items()})
    if notes.refused:
        raise ModelRefused(sorted(notes.findings, key=lambda finding: finding.level != "error"))
    for decision in decisions.values():
        if isinstance(decision.logic, Table):
            notes.findings += analyse(decision.name, decision.logic)
    return DecisionModel(decisions, tuple(notes.findings))


def _read(root: etree._Element, notes: Notebook) -> dict[str, Decision]:
    tag = etree.QName(root)
    if tag.localname != "definitions" or not (tag.namespace or "").startswith(_NAMESPACES):
        notes.add(
            "decision-file",
            None,
            "Filen är inte en beslutsmodell (DMN).",
            "Spara beslutstabellen som DMN 1.3.",
        )
        return {}
    notes.feel_only(root, "definitions")
    for name, called in _UNSUPPORTED.items():
        for element in parts(root, name):
            notes.add(
                "decision-unsupported",
                id_of(element, name),
                f"{called} stöds inte.",
                "Skriv logiken i en beslutstabell eller ett uttryck.",
            )
    elements = list(parts(root, "decision"))
    if not elements:
        notes.add("decision-none", None, "Filen innehåller inget beslut.", "Lägg till en tabell.")
    if len(elements) > MAX_DECISIONS:
        notes.add(
            "decision-count",
            None,
            f"Filen innehåller {len(elements)} beslut, högst {MAX_DECISIONS}.",
            "Dela upp den på flera filer.",
        )
        return {}
    return _decisions(root, elements, notes)


def _decisions(root: etree._Element, elements: list[etree._Element], notes: Notebook) -> dict[str, Decision]:
    data = {id_of(element, ""): _name(element) for element in parts(root, "inputData")}
    variables: dict[str, str] = {}
    for element in elements:
        id = id_of(element, "")
        if not id or id in variables or id in data:
            notes.add("decision-id", id or None, "Ett beslut saknar eget id.", "Ge det ett id.")
            continue
        variables[id] = _name(element) or variable_name(id) or "beslut"
    return {
        id: _decision(element, id, variables, data, notes)
        for element in elements
        if (id := id_of(element, "")) in variables
    }


def _name(element: etree._Element) -> str:
    """The name of its variable: as the variable says, else as the element is called."""
    variable = part(element, "variable")
    written = (variable.get("name") if variable is not None else None) or element.get("name") or ""
    return variable_name(written)


def _decision(
    element: etree._Element,
    id: str,
    variables: Mapping[str, str],
    data: Mapping[str, str],
    notes: Notebook,
) -> Decision:
    requires = _requires(element, id, data, notes)
    for name, called in _UNSUPPORTED_LOGIC.items():
        if part(element, name) is not None:
            notes.add(
                "decision-unsupported",
                id,
                f"Beslutet använder {called}, som inte stöds.",
                "Använd en beslutstabell eller ett uttryck.",
            )
    answers = {variables[need] for need in requires if need in variables}
    named = element.get("name") or id
    table = part(element, "decisionTable")
    logic: Table | Compiled
    if table is not None:
        known = answers | {name for name in data.values() if name}
        logic = read_table(table, id, variables[id], frozenset(known), notes)
    else:
        literal = part(element, "literalExpression")
        notes.feel_only(literal, id)
        if literal is None:
            notes.add("decision-empty", id, f"Beslutet «{shown(named)}» är tomt.", "Rita en tabell i det.")
        source = text_of(literal)
        logic = notes.compiled(id, f"Beslutet «{shown(named)}»", source or "null")
    reads = sorted(_reads(logic) - answers)
    note = part(element, "description")
    said = (note.text or "").strip() if note is not None else ""
    return Decision(id, shown(named), variables[id], logic, requires, tuple(reads), said)


def _requires(element: etree._Element, id: str, data: Mapping[str, str], notes: Notebook) -> tuple[str, ...]:
    found: list[str] = []
    for requirement in parts(element, "informationRequirement"):
        for kind in ("requiredDecision", "requiredInput"):
            needed = part(requirement, kind)
            href = (needed.get("href") or "") if needed is not None else ""
            if needed is None:
                continue
            if kind == "requiredDecision" and href.startswith("#"):
                found.append(href[1:])
            elif not href.startswith("#") or href[1:] not in data:
                notes.add(
                    "decision-requires-unknown",
                    id,
                    f"Beslutet kräver {shown(href) or 'något'}, som inte finns i filen.",
                    "Rita om pilen.",
                )
    return tuple(dict.fromkeys(found))


def _reads(logic: Table | Compiled) -> frozenset[str]:
    if isinstance(logic, Compiled):
        return logic.names
    cells = [column.expression for column in logic.inputs]
    cells += [column.default for column in logic.outputs if column.default]
    for rule in logic.rules:
        cells += [*rule.tests, *rule.outputs]
    return frozenset().union(*(cell.names for cell in cells))
