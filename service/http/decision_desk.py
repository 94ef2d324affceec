"""The decision files of a draft as their pages show them: which steps use each, and what is warned of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

import workflows
from service import drafts, processes
from service.errors import NotFound
from service.http.decision_cases import Words, words_of
from service.http.language import t
from service.store import DraftRow
from workflows import Definition, Finding, ModelRefused
from workflows.decisions import DecisionModel, Table, load
from workflows.decisions.sheet import Formula, Sealed, Sheet, Written, written
from workflows.definition import model

MAX_CELLS = 4_000
"""Cells that a page edits: more would be too much for a browser, and for whoever reads it."""
_FOLDER, _SUFFIX = "decisions/", ".dmn"


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft's files as they were seen. `users` are the names of the steps that ask for each decision, or
    None while the drawing cannot be read."""

    process: str
    draft: DraftRow
    name: str
    snapshot: str
    files: Mapping[str, bytes]
    words: Words
    users: Mapping[str, list[str]] | None

    @property
    def open(self) -> bool:
        return self.draft.state == "open"

    def dmn(self, name: str) -> bytes:
        """Raises NotFound."""
        if path(name) not in self.files:
            raise NotFound("Beslutsfilen finns inte i utkastet.")
        return self.files[path(name)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision file in the list. `refused` is why it cannot be read, if it cannot."""

    name: str
    decisions: tuple[Written, ...]
    steps: tuple[str, ...]
    warnings: int
    refused: str
    removable: bool


@dataclass(frozen=True, slots=True)
class Warned:
    """What is warned of in one decision: by row, and of the whole table."""

    rows: Mapping[int, list[Finding]] = field(default_factory=dict)
    whole: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        return len(self.whole) + sum(map(len, self.rows.values()))


def path(name: str) -> str:
    return f"{_FOLDER}{name}{_SUFFIX}"


def names(files: Mapping[str, bytes]) -> list[str]:
    """The decision files by name, without folder and suffix."""
    found = (file for file in files if file.startswith(_FOLDER) and file.endswith(_SUFFIX))
    return sorted(file[len(_FOLDER) : -len(_SUFFIX)] for file in found)


def desk(session: Session, process: str, ident: str, *, version: int = 0, snapshot: str = "") -> Desk:
    """The draft now, or with the content that somebody saw at `version` when it has changed since. Raises
    NotFound."""
    row = drafts.read_draft(session, process, ident)
    seen = snapshot if snapshot and version != row.version else row.content
    files = drafts.files_of(session, seen)
    definition = _read(files)
    users = None if definition is None else _users(definition)
    name = definition.name if definition is not None else process
    return Desk(process, row, name, seen, files, words_of(definition, processes.WORDS), users)


def _read(files: Mapping[str, bytes]) -> Definition | None:
    """None while somebody is still drawing."""
    try:
        return workflows.read(files)
    except ModelRefused:
        return None


def _users(definition: Definition) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in model(definition).nodes():
        if node.decision:
            found.setdefault(node.decision, []).append(node.name or node.id)
    return found


def entries(seen: Desk) -> list[Entry]:
    return [_entry(seen, name) for name in names(seen.files)]


def _entry(seen: Desk, name: str) -> Entry:
    data = seen.files[path(name)]
    try:
        decisions = written(data)
    except ModelRefused as refused:
        return Entry(name, (), (), 0, str(refused), removable=True)
    steps = tuple(step for one in decisions for step in (seen.users or {}).get(one.decision, ()))
    try:
        found = [finding for finding in load(data).findings if finding.level == "warning"]
        why = ""
    except ModelRefused as refused:
        found, why = [], str(refused)
    return Entry(name, decisions, steps, len(found), why, removable=seen.users is not None and not steps)


def editable(one: Written) -> Written:
    """The decision, or why it is too large to edit on a page."""
    if isinstance(one, Sheet):
        count = len(one.lines) * (len(one.inputs) + len(one.outputs) + 1)
        if count > MAX_CELLS:
            return Sealed(one.decision, one.name, t("dmn.too_large", n=count, most=MAX_CELLS))
    return one


def warned(read: DecisionModel, one: Sheet | Formula) -> Warned:
    """The warnings and notes about the decision, by row."""
    decision = read.decisions.get(one.decision)
    if decision is None or not isinstance(decision.logic, Table):
        return Warned()
    rows = {rule.id: rule.number for rule in decision.logic.rules}
    columns = {one.id for one in decision.logic.inputs} | {one.id for one in decision.logic.outputs}
    by_row: dict[int, list[Finding]] = {}
    whole: list[Finding] = []
    for finding in _of(read, one.decision, {*rows, *columns, one.decision}):
        if finding.element in rows:
            by_row.setdefault(rows[finding.element], []).append(finding)
        else:
            whole.append(finding)
    return Warned(by_row, tuple(whole))


def _of(read: DecisionModel, decision: str, elements: set[str]) -> list[Finding]:
    """Of the file's findings, those of one decision; what points at nothing names the table it speaks of."""
    name = read.decisions[decision].name
    alone = len(read.decisions) == 1
    return [
        finding
        for finding in read.findings
        if finding.element in elements or (finding.element is None and (alone or f"«{name}»" in finding.text))
    ]
