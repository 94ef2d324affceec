"""Deployed process folders: checked, named by their content, versioned. A case stays on its version."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import workflows
from service import history
from service.actors import ROLES, Actor
from service.deadlines import RULES
from service.errors import NotFound
from service.registrations import OPERATIONS
from service.store import DefinitionRow
from workflows import Definition, checks, forms, scenarios
from workflows.definition import model
from workflows.forms import Choice, Field, Form

MAX_FILES = 200
MAX_BYTES = 8 * 1024 * 1024
_KEPT = 64


class _Cache:
    """Definitions read lately, by hash. They never change, so they are never stale."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Definition] = OrderedDict()

    def get(self, name: str) -> Definition | None:
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    def put(self, definition: Definition) -> Definition:
        with self._lock:
            self._kept[definition.hash] = definition
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return definition


_cache = _Cache()


def folder(path: Path) -> dict[str, bytes]:
    """The files of a process folder, by their name inside it. Raises ModelRefused when it is too large."""
    found = list(islice(path.rglob("*"), 10 * MAX_FILES))  # a whole disk is not walked to be refused
    kept = [file for file in sorted(found) if file.is_file() and not file.name.startswith(".")]
    too_many = len(found) == 10 * MAX_FILES or len(kept) > MAX_FILES
    if too_many or sum(file.stat().st_size for file in kept) > MAX_BYTES:
        raise workflows.ModelRefused(
            [
                workflows.Finding(
                    "folder-too-large",
                    None,
                    "Processmappen är för stor.",
                    f"Högst {MAX_FILES} filer och {MAX_BYTES // 1024 // 1024} MB.",
                )
            ]
        )
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in kept}


@lru_cache(_KEPT)
def require(definition: Definition) -> None:
    """Everything that must hold here: the model itself; the operations, roles, forms and deadline rules it
    names; and its own scenarios. Raises ModelRefused with what does not. What has held once holds: all of it
    follows from the content."""
    checks.require(definition, operations=OPERATIONS, roles=tuple(ROLES.values()))
    for name, schema in definition.forms.items():
        forms.load(name, schema)
    found = [
        workflows.Finding(
            "unknown-deadline", node.id, f"Tidsregeln {rule} finns inte.", f"Välj en av {', '.join(RULES)}."
        )
        for node in model(definition).nodes()
        if (rule := node.properties.get("due")) is not None and rule not in RULES
    ]
    found += [
        workflows.Finding(
            "scenario",
            None,
            f"Scenariot ”{result.scenario}” håller inte: {result.difference}",
            "Rätta modellen eller scenariot.",
        )
        for result in scenarios.run_all(definition)
        if not result.held
    ]
    if found:
        raise workflows.ModelRefused(found)


def deploy(session: Session, files: Mapping[str, bytes], *, actor: Actor, now: datetime) -> DefinitionRow:
    """Check the folder and make it the version that new cases start on. The same content again changes
    nothing. Raises ModelRefused with every finding."""
    definition = workflows.read(files)
    row = session.get(DefinitionRow, definition.hash)
    if row is not None and row.active:
        return row
    require(definition)
    session.execute(
        update(DefinitionRow).where(DefinitionRow.process == definition.process).values(active=False)
    )
    if row is None:
        last = session.scalar(
            select(func.max(DefinitionRow.number)).where(DefinitionRow.process == definition.process)
        )
        row = DefinitionRow(
            hash=definition.hash,
            process=definition.process,
            number=(last or 0) + 1,
            name=definition.name,
            files=_pack(files),
            deployed_at=now,
            deployed_by=actor.id,
        )
        session.add(row)
    row.active = True
    history.append_system(
        session,
        "definition_deployed",
        at=now,
        actor=actor.id,
        data={"process": row.process, "number": row.number, "hash": row.hash},
    )
    return row


def active(session: Session, process: str) -> Definition:
    """The version that new cases of `process` start on. Raises NotFound when none is deployed."""
    name = session.scalar(
        select(DefinitionRow.hash).where(DefinitionRow.process == process, DefinitionRow.active)
    )
    if name is None:
        raise NotFound(f"Processen {process} är inte i drift.")
    return by_hash(session, name)


def by_hash(session: Session, name: str) -> Definition:
    """The deployed version with this hash."""
    found = _cache.get(name)
    if found is None:
        packed = session.scalars(select(DefinitionRow.files).where(DefinitionRow.hash == name)).one()
        found = _cache.put(workflows.read(_unpack(packed)))
    return found


@lru_cache(_KEPT * 8)
def task_form(definition: Definition, element: str, name: str | None) -> Form | None:
    """What a user task asks: the form `name`, and the way out where the drawing leaves it to the person.
    Deployment has tried every form, so none fails here."""
    form = forms.load(name, definition.forms[name]) if name else None
    way_out = definition.choices.get(element)
    if way_out is None:
        return form
    question = Field(
        way_out.variable,
        way_out.question,
        required=True,
        widget="radio",
        choices=tuple(Choice(flow, label) for flow, label in way_out.options),
    )
    if form is None:
        return Form(element, way_out.question, (question,))
    return Form(form.id, form.title, (*form.fields, question), form.description)


def _pack(files: Mapping[str, bytes]) -> bytes:
    plain = {name: base64.b64encode(content).decode() for name, content in files.items()}
    return zlib.compress(json.dumps(plain, sort_keys=True).encode(), 6)


def _unpack(packed: bytes) -> dict[str, bytes]:
    reader = zlib.decompressobj()
    plain = json.loads(reader.decompress(packed, 2 * MAX_BYTES))
    return {name: base64.b64decode(content) for name, content in plain.items()}
