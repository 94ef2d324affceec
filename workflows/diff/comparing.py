"""The whole comparison: every room asked, the sentences in order of consequence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Definition
from workflows.diff.decisions import decision_changes
from workflows.diff.flows import flow_changes
from workflows.diff.forms import form_changes
from workflows.diff.lanes import lane_changes
from workflows.diff.nodes import node_changes
from workflows.diff.notes import note_changes
from workflows.diff.presence import presence_changes
from workflows.diff.sides import Pair, pair
from workflows.diff.texts import scenario_changes, text_changes
from workflows.diff.values import Change, Difference, Sentence, sentence
from workflows.wording import quoted

_NONE: Mapping[str, str] = {}


def diff(a: Definition, b: Definition, *, words: Mapping[str, str] = _NONE) -> Difference:
    """What changes when version `a` is replaced by `b`: one sentence a change, weightiest first.

    `words` says in Swedish what operations, deadline rules and outside variables are, by their names.
    Total for whatever `workflows.read` has let in, and the same every time.
    """
    if a == b:
        return Difference((), layout_only=False)
    both = pair(a, b, words)
    found = sorted(_all(both), key=lambda said: -said.weight)  # stable: else in the order drawn
    return Difference(tuple(found), layout_only=not found)


def _all(both: Pair) -> Iterator[Sentence]:
    a, b = both.a.definition, both.b.definition
    if a.process != b.process:
        yield sentence(
            Change.PROCESS,
            None,
            f"Processen har fått ett nytt id, {quoted(b.process)} i stället "
            f"för {quoted(a.process)}: den räknas som en ny process.",
        )
    elif a.name != b.name:
        yield sentence(Change.RENAMED, None, f"Processen {quoted(a.name)} heter nu {quoted(b.name)}.")
    yield from presence_changes(both)
    yield from flow_changes(both)
    yield from lane_changes(both)
    yield from node_changes(both)
    yield from form_changes(both)
    yield from decision_changes(both)
    yield from text_changes(both)
    yield from scenario_changes(both)
    yield from note_changes(both)
