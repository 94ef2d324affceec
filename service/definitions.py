"""Deployed process folders: checked, named by their content, versioned. A case stays on its version."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import workflows
from service import deadlines, history, profiles
from service.actors import ROLES, Actor, role_of_lane
from service.deadlines import RULES
from service.duties import schedules
from service.errors import NotFound
from service.operations import OPERATIONS as INTERNAL
from service.registrations import OPERATIONS as REGISTRATIONS
from service.store import ChoiceRow, DefinitionRow, SharedRow
from workflows import Definition, Value, checks, forms, scenarios
from workflows.definition import model
from workflows.forms import Choice, Field, Form
from workflows.model import Kind, Node

OPERATIONS = frozenset({*REGISTRATIONS, *INTERNAL})
"""Everything that a service task may ask for here."""
START = frozenset({*profiles.VARIABLES, *deadlines.VARIABLES})
"""The variables that any case may begin with. What else its process is given, the property `starts_with` of
the start event names."""
BY_HAND, ITEM = "by_hand", "item"
"""The property `starts` of a start event: by_hand (when nothing is said), item or another."""
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
def require(definition: Definition, *, proved: bool = False) -> None:
    """Everything that must hold here: the model itself; the operations, roles, forms and deadline rules it
    names; and its own scenarios, unless it is known that they are `proved` for this very content. Raises
    ModelRefused with what does not hold. What has held once holds: all of it follows from the content."""
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
    found += _uncaught(definition)
    found += profiles.whys(definition)
    found += [
        workflows.Finding(
            "unknown-task",
            node.id,
            f"”{node.name or node.id}” kräver en annan person än i {name}, som inte finns.",
            "Ange id på en användaruppgift i egenskapen four_eyes.",
        )
        for node in model(definition).nodes()
        for name in node.properties.get("four_eyes", "").split()
        if name not in definition.elements
    ]
    found += [
        workflows.Finding(
            "scenario",
            None,
            str(result.difference),
            "Rätta modellen eller scenariot.",
        )
        for result in (() if proved else scenarios.run_all(definition, variables_of=variables_of))
        if not result.held
    ]
    found += unset(definition)
    if found:
        raise workflows.ModelRefused(found)


def unset(definition: Definition) -> tuple[workflows.Finding, ...]:
    """Where the model reads a variable that nothing sets: not the model, not its operations, and not the
    start of a case (which has the profile's variables and the deadlines)."""
    outputs = {name: operation.outputs for name, operation in INTERNAL.items()}
    return checks.unset(definition, START, {**dict.fromkeys(REGISTRATIONS, ("number",)), **outputs})


def variables_of(profile: str | None) -> Mapping[str, Value]:
    """The variables of the profile with this name; None: of the law's minimum. Raises LookupError."""
    name = profile or profiles.DEFAULT
    if name not in profiles.names():
        raise LookupError(name)
    return profiles.load(name).variables()


def _uncaught(definition: Definition) -> list[workflows.Finding]:
    """Operations that can say no in a way that the drawing does not catch."""
    nodes = tuple(model(definition).nodes())
    caught = {(node.attached_to, node.error) for node in nodes if node.attached_to}
    return [
        workflows.Finding(
            "operation-code",
            node.id,
            f"Åtgärden {node.operation.name} kan svara med felet {code}, men ritningen tar inte hand om det.",
            f"Sätt en felhändelse med felkoden {code} på ”{node.name or node.id}”.",
        )
        for node in nodes
        if node.operation is not None and node.operation.name in INTERNAL
        for code in INTERNAL[node.operation.name].codes
        if not {(node.id, code), (node.id, "")} & caught
    ]


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    *,
    actor: Actor,
    now: datetime,
    proved: Collection[str] = (),
    shared: str | None = None,
) -> DefinitionRow:
    """Check the folder and make it the version that new cases start on. The same content again changes
    nothing. `proved` are the hashes of contents whose scenarios need not be run; `shared` is the shared
    version that has been taken into this one (None: the one that the version before had). Raises ModelRefused
    with every finding."""
    definition = workflows.read(files)
    row = session.get(DefinitionRow, definition.hash)
    if row is not None and row.active:
        return row
    require(definition, proved=definition.hash in proved)
    if contradicted := profiles.check(profiles.of(session), (definition,)):
        raise workflows.ModelRefused(contradicted)
    return put_in_force(session, definition, files, actor=actor, now=now, shared=shared)


def put_in_force(
    session: Session,
    definition: Definition,
    files: Mapping[str, bytes],
    *,
    actor: Actor,
    now: datetime,
    shared: str | None = None,
) -> DefinitionRow:
    """Make it the version that new cases start on, whatever it holds: what must hold, `deploy` has asked."""
    row = session.get(DefinitionRow, definition.hash)
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
            files=pack(files),
            deployed_at=now,
            deployed_by=actor.id,
        )
        session.add(row)
    row.active = True
    _chosen(session, row, shared, actor, now)
    schedules.follow(session, definition.process, definition.schedules, now)
    history.append_system(
        session,
        "definition_deployed",
        at=now,
        actor=actor.id,
        data={"process": row.process, "number": row.number, "hash": row.hash},
    )
    return row


def _chosen(session: Session, row: DefinitionRow, shared: str | None, actor: Actor, now: datetime) -> None:
    """Note who put the version in force: what the municipality has chosen, no release replaces."""
    session.flush()  # the version that is named must be there
    if session.get(SharedRow, (row.process, row.hash)) is not None:
        shared = row.hash
    choice = session.get(ChoiceRow, row.process)
    if choice is None:
        choice = ChoiceRow(process=row.process)
        session.add(choice)
    choice.definition, choice.at, choice.by = row.hash, now, actor.id
    choice.shared = shared or choice.shared


def active(session: Session, process: str) -> Definition:
    """The version that new cases of `process` start on. Raises NotFound when none is deployed."""
    name = session.scalar(
        select(DefinitionRow.hash).where(DefinitionRow.process == process, DefinitionRow.active)
    )
    if name is None:
        raise NotFound(f"Processen {process} är inte i drift.")
    return by_hash(session, name)


def in_force(session: Session) -> tuple[Definition, ...]:
    """Every version that new cases start on, in order of process."""
    names = select(DefinitionRow.hash).where(DefinitionRow.active).order_by(DefinitionRow.process)
    return tuple(by_hash(session, name) for name in session.scalars(names).all())


def by_hash(session: Session, name: str) -> Definition:
    """The deployed version with this hash."""
    found = _cache.get(name)
    if found is None:
        packed = session.scalars(select(DefinitionRow.files).where(DefinitionRow.hash == name)).one()
        found = _cache.put(workflows.read(unpack(packed)))
    return found


def files_of(session: Session, name: str) -> dict[str, bytes]:
    """The files of the deployed version with this hash, as they were deployed, by path."""
    return unpack(session.scalars(select(DefinitionRow.files).where(DefinitionRow.hash == name)).one())


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


@lru_cache(_KEPT)
def _properties(definition: Definition) -> Mapping[str, Mapping[str, str]]:
    return {node.id: node.properties for node in model(definition).nodes()}


def properties(definition: Definition, element: str) -> Mapping[str, str]:
    """What the diagram says of an element in properties of its own (`guard`, `why`, `four_eyes` …)."""
    return _properties(definition).get(element, {})


def began_with_item(definition: Definition) -> bool:
    """Whether its cases begin with something that somebody wrote, and that waits for an answer."""
    return any(node.properties.get("starts") == ITEM for node in _starts(definition))


def _starts(definition: Definition) -> list[Node]:
    graph = model(definition)
    return [node for node in graph.scopes[graph.process].nodes.values() if node.kind is Kind.START]


@dataclass(frozen=True, slots=True)
class Startable:
    """A process in force that a person may start by hand."""

    process: str
    name: str


def startable(session: Session, actor: Actor) -> tuple[Startable, ...]:
    """The processes that `actor` may start: those whose start event lies in a lane of one of their roles,
    unless the start event says (property `starts`) that something else starts it."""
    rows = session.scalars(
        select(DefinitionRow.hash).where(DefinitionRow.active).order_by(DefinitionRow.name)
    )
    found = []
    for name in rows:
        definition = by_hash(session, name)
        starts = _starts(definition)
        if any(
            node.properties.get("starts", BY_HAND) == BY_HAND and role_of_lane(node.role) in actor.roles
            for node in starts
        ):
            found.append(Startable(definition.process, definition.name))
    return tuple(found)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A folder's files as they are kept in a row."""
    plain = {name: base64.b64encode(content).decode() for name, content in files.items()}
    return zlib.compress(json.dumps(plain, sort_keys=True).encode(), 6)


def unpack(packed: bytes) -> dict[str, bytes]:
    """The files of a row, by path."""
    reader = zlib.decompressobj()
    plain = json.loads(reader.decompress(packed, 2 * MAX_BYTES))
    return {name: base64.b64decode(content) for name, content in plain.items()}
