"""A version of a process as words for the pages: drawing, text twin, forms, tables, texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from service import processes
from service.http import markup
from service.http.language import t
from workflows import Definition, ModelRefused, forms, scenarios
from workflows.decisions import Decision, Table
from workflows.definition import tables
from workflows.diff import Change, Difference
from workflows.drawing import Tone
from workflows.forms import Form
from workflows.outline import outline


@dataclass(frozen=True, slots=True)
class Rows:
    """A decision as a table of texts: column heads, then one row a rule. `policy` is DMN's own word."""

    id: str
    name: str
    policy: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def content(session: Session, definition: Definition) -> dict[str, object]:
    """The words for the macro `content` of `process_parts.html`."""
    return {
        "outline": outline(definition, words=processes.WORDS),
        "forms": _forms(definition),
        "decisions": _decisions(definition),
        "texts": [(name, markup.guidance(text)) for name, text in sorted(definition.texts.items())],
        "stories": _stories(definition),
        "whys": processes.reads(session, definition),
    }


def _forms(definition: Definition) -> list[Form]:
    found = []
    for name, schema in sorted(definition.forms.items()):
        try:
            found.append(forms.load(name, schema))
        except ModelRefused:  # said among the findings
            continue
    return found


def _decisions(definition: Definition) -> list[Rows]:
    models = tables(definition).by_decision
    return [_rows(models[name].decisions[name]) for name in sorted(models)]


def _rows(decision: Decision) -> Rows:
    logic = decision.logic
    if not isinstance(logic, Table):
        return Rows(decision.id, decision.name, "", (t("process.value"),), ((logic.source,),))
    heads = (*(i.label or i.expression.source for i in logic.inputs), *(o.name for o in logic.outputs))
    rows = tuple(
        (*(test.source for test in rule.tests), *(out.source for out in rule.outputs)) for rule in logic.rules
    )
    return Rows(decision.id, decision.name, logic.hit_policy.value, heads, rows)


def _stories(definition: Definition) -> int:
    if definition.scenarios is None:
        return 0
    try:
        return len(scenarios.read(definition.scenarios))
    except ModelRefused:
        return 0


def changed(old: Definition, new: Definition, found: Difference) -> tuple[Markup | None, Markup | None]:
    """Both drawings, with a flag and a colour on what goes, comes and changes, connections too."""
    gone: dict[str, Tone] = {}
    come: dict[str, Tone] = {}
    for said in found.sentences:
        if said.element is None:
            continue
        if said.kind is Change.REMOVED:
            gone[said.element] = "gone"
        elif said.kind is Change.ADDED:
            come[said.element] = "new"
        else:
            gone.setdefault(said.element, "changed")
            come.setdefault(said.element, "changed")
    return _drawn(old, gone, t("process.mark_changes")), _drawn(new, come, t("process.mark_changed"))


def _drawn(definition: Definition, toned: Mapping[str, Tone], changed: str) -> Markup | None:
    words = {"gone": t("process.mark_gone"), "new": t("process.mark_new"), "changed": changed}
    return markup.marked(definition, {name: words[tone] for name, tone in toned.items()}, toned)
