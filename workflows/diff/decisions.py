"""Decisions: came, went, changed; what the tables in them say is `tables`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from workflows.decisions import Decision, Table, load
from workflows.diff.sides import Pair
from workflows.diff.tables import table_changes
from workflows.diff.values import Change, Sentence, sentence
from workflows.errors import WorkflowError
from workflows.wording import Vocabulary, plain, quoted, same_meaning

Words = tuple[Vocabulary, Vocabulary]


def decision_changes(both: Pair) -> Iterator[Sentence]:
    """Each on the first task that asks for the decision, when there is one. A file that cannot be read
    is told as changed, and no more."""
    a, b = both.a.definition.decisions, both.b.definition.decisions
    tasks: dict[str | None, str] = {}
    for node in both.b.nodes.values():
        tasks.setdefault(node.decision, node.id)
    words = both.a.words, both.b.words
    for name in sorted(a.keys() | b.keys()):
        old, new = a.get(name), b.get(name)
        if old == new:
            continue
        before, now = _read(old), _read(new)
        if before is None or now is None:
            yield sentence(Change.DECISION, None, f"Beslutsfilen {quoted(name)} ändras.")
            continue
        for key in [*before, *(k for k in now if k not in before)]:
            for said in _decision(before.get(key), now.get(key), words):
                yield replace(said, element=tasks.get(key))


def _read(data: bytes | None) -> Mapping[str, Decision] | None:
    try:
        return {} if data is None else load(data).decisions
    except WorkflowError:
        return None


def _decision(old: Decision | None, new: Decision | None, words: Words) -> Iterator[Sentence]:
    if old is None or new is None:
        if new is not None:
            yield sentence(Change.DECISION, None, f"Beslutet {quoted(new.name)} läggs till.")
        if old is not None:
            yield sentence(Change.DECISION, None, f"Beslutet {quoted(old.name)} tas bort.")
        return
    if old.name != new.name:
        yield sentence(Change.RENAMED, None, f"Beslutet {quoted(old.name)} heter nu {quoted(new.name)}.")
    elif old.variable != new.variable:
        yield sentence(
            Change.DECISION,
            None,
            f"Svaret på beslutet {quoted(new.name)} sparas nu som "
            f"{quoted(new.variable)} i stället för {quoted(old.variable)}.",
        )
    if old.note != new.note:
        yield sentence(Change.DECISION, None, f"Beskrivningen av beslutet {quoted(new.name)} ändras.", 20)
    if set(old.requires) != set(new.requires):
        yield sentence(Change.DECISION, None, f"Beslutet {quoted(new.name)} bygger på andra beslut än förut.")
    if isinstance(old.logic, Table) and isinstance(new.logic, Table):
        yield from table_changes(f"beslutstabellen {quoted(new.name)}", old.logic, new.logic, words)
    elif isinstance(old.logic, Table) or isinstance(new.logic, Table):
        way = "en tabell" if isinstance(new.logic, Table) else "ett uttryck"
        yield sentence(Change.DECISION, None, f"Beslutet {quoted(new.name)} är nu {way}.")
    elif not same_meaning(old.logic.source, new.logic.source):
        yield sentence(
            Change.DECISION,
            None,
            f"Beslutet {quoted(new.name)} blir "
            f"«{plain(new.logic.source)}» i stället för «{plain(old.logic.source)}».",
        )
