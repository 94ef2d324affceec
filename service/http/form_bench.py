"""A draft's forms on the form builder's pages: what each is, what reads its answers, what was just done."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service import definitions, drafts
from service.answers import OWN
from service.errors import NotFound
from service.http.language import t
from service.operations import OPERATIONS
from service.store import DraftRow
from workflows import Definition, ModelRefused
from workflows.forms import Field, editing, uses

_NEEDS = {name: operation.reads for name, operation in OPERATIONS.items()}


@dataclass(frozen=True, slots=True)
class Bench:
    """A draft with its files, and the definition that they are (None: they cannot be read yet)."""

    row: DraftRow
    files: Mapping[str, bytes]
    definition: Definition | None

    def forms(self) -> dict[str, bytes]:
        """The files of the forms by form id, in the order of their ids."""
        return {
            path.removeprefix("forms/").removesuffix(".json"): content
            for path, content in sorted(self.files.items())
            if path.startswith("forms/") and path.endswith(".json")
        }

    def content(self, name: str) -> bytes:
        """The form's file. Raises NotFound."""
        found = self.files.get(path_of(name))
        if found is None:
            raise NotFound(t("formbuilder.no_form"))
        return found

    def with_form(self, name: str, content: bytes | None) -> dict[str, bytes]:
        """All files with the form as `content`, or without it."""
        rest = {path: data for path, data in self.files.items() if path != path_of(name)}
        return rest if content is None else {**rest, path_of(name): content}

    def steps(self) -> dict[str, tuple[str, ...]]:
        """Form id → the names of the steps that ask with it."""
        return {} if self.definition is None else uses.steps(self.definition)

    def readers(self) -> dict[str, tuple[str, ...]]:
        """Key of a question → what reads the answer, in words."""
        found = {} if self.definition is None else uses.readers(self.definition, _NEEDS)
        return found | {name: (*found.get(name, ()), t("formbuilder.shown_in_case")) for name in OWN}

    def taken(self) -> set[str]:
        """Every name that the process has for something already."""
        names: set[str] = {*definitions.START, *self.readers()}
        for content in self.forms().values():
            names.update(field.name for field in fields_of(content))
        return names

    def dangers(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Danger]:
        """What readers of the form's answers would lose if the form `old` became `new`."""
        if self.definition is None:
            return []
        readers, stories, found = self.readers(), uses.stories(self.definition), []
        for name, made in old["properties"].items():
            lost = uses.endangered(old, new, name)
            if lost is None:
                continue
            text, told = lost
            touched = (*readers.get(name, ()), *(stories.get(name, ()) if told else ()))
            if touched:
                found.append(Danger(made["title"], text, touched))
        return found


@dataclass(frozen=True, slots=True)
class Danger:
    """What a change of the question `title` takes from those who read the answer."""

    title: str
    text: str
    readers: tuple[str, ...]


def seal(dangers: Sequence[Danger]) -> str:
    """What stands for exactly these dangers, so that a yes to them is no yes to others."""
    told = "\n".join(f"{one.title}\n{one.text}\n{one.readers}" for one in dangers)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def opened(session: Session, process: str, ident: str, seen: int | None = None) -> Bench:
    """The draft as it is, or as it was in the version `seen`. Raises NotFound."""
    row = drafts.read_draft(session, process, ident)
    if seen is not None and seen != row.version:
        return Bench(row, drafts.begun_from(session, row, seen), None)
    files = drafts.files_of(session, row.content)
    try:
        return Bench(row, files, drafts.content_of(session, row))
    except ModelRefused:  # somebody is still drawing: a form can be worked on meanwhile
        return Bench(row, files, None)


def path_of(name: str) -> str:
    return f"forms/{name}.json"


def fields_of(content: bytes) -> tuple[Field, ...]:
    """The questions of a form's file; none of what is no form."""
    try:
        return editing.read(content)[1].fields
    except ModelRefused:
        return ()
