"""What came of a story, held against what it says should have come: way, end, what is open, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import definitions, history, registrations
from service.demo import kept
from service.demo.book import Book
from service.proving.house import House
from service.store import CaseRow, RegistrationRow, TaskRow, keys_of
from workflows import Value, state
from workflows.scenarios import Expectation, Timed
from workflows.scenarios.case import Difference, listed


def compared(session: Session, case: CaseRow, process: str, expect: Expectation) -> None:
    """Raises Difference. Where the case went on in another process, only the way until then is looked at."""
    went_on = case.process != process
    path = list(_path(session, case, until_continued=went_on))
    if expect.path is not None:
        wanted = expect.path[: len(path)] if went_on else expect.path
        if list(wanted) != path:
            raise Difference(f"vägen skulle vara {listed(wanted)}, men är {listed(path)}.")
    if not went_on:
        _ended(session, case, expect.end, path)
        if expect.open is not None:
            there = _open(session, case)
            if sorted(there) != sorted(expect.open):
                raise Difference(f"öppet skulle vara {listed(expect.open)}, men det är {listed(there)}.")
        for name, value in expect.variables.items():
            if not any(name in held and _same(held[name], value) for held in _variables(session, case)):
                raise Difference(f"”{name}” skulle bli {value!r}.")
    incidents = session.scalars(
        select(TaskRow.name).where(
            TaskRow.case_id == case.id, TaskRow.status == "open", TaskRow.kind != "form"
        )
    ).all()
    if incidents:
        raise Difference(f"något har gått fel: {listed(incidents)}.")


def gave(session: Session, case_id: str, planned: Timed) -> None:
    """Whether the variables of the case hold what the operation should have given."""
    case = session.scalars(select(CaseRow).where(CaseRow.id == case_id).options(undefer(CaseRow.state))).one()
    everywhere = list(_variables(session, case))
    everywhere += [value for held in everywhere for value in held.values() if isinstance(value, Mapping)]
    for name, value in planned.values.items():
        if not any(name in held and _same(held[name], value) for held in everywhere):
            was = next((held[name] for held in everywhere if name in held), None)
            raise Difference(f"”{planned.name}” skulle ge {name} = {value!r}, men gav {was!r}.")


def recorded(session: Session, book: Book, case_id: str, wanted: Mapping[str, Value]) -> None:
    """Hold the last registration of the case, as the diarium has it, against what it should be."""
    row = session.scalars(
        select(RegistrationRow)
        .where(RegistrationRow.case_id == case_id, RegistrationRow.state == "registered")
        .order_by(RegistrationRow.registered_at.desc(), RegistrationRow.created_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Difference("ingenting är registrerat i diariet.")
    there = kept.entry(book, row.id)
    if there is None:
        raise Difference("diariet har inte registreringen.")
    for name, value in wanted.items():
        if name not in there:
            raise Difference(f"diariet har inget som heter ”{name}”. Det har {', '.join(there)}.")
        if not _same(there[name], value):
            raise Difference(f"”{name}” i diariet skulle vara {value!r}, men är {there[name]!r}.")


def stand_ready(session: Session, house: House, case_id: str) -> None:
    """Let the diarium hold the case that the next document belongs to, where somebody else opened it."""
    case = session.get_one(CaseRow, case_id)
    number = case.registration_number
    if number is None:
        return
    kept.opened_by_others(house.book, number, house.clock())


def _path(session: Session, case: CaseRow, *, until_continued: bool) -> Iterator[str]:
    events = history.of_case(session, case.id)
    opened = next(event for event in events if event.kind == "case_opened")
    definition = definitions.by_hash(session, str(opened.data["definition"]))
    for event in events:
        if event.kind in ("case_continued", "case_migrated"):
            if until_continued:
                return
            definition = definitions.by_hash(session, str(event.data["to"]))
        elif event.kind == "passed":
            for ident in event.data["elements"]:
                element = definition.elements.get(ident)
                if element is not None and not element.kind.endswith("Gateway"):
                    yield element.name or element.id


def _ended(session: Session, case: CaseRow, wanted: str | None, path: Sequence[str]) -> None:
    if wanted is None:
        return
    if case.status != "closed":
        raise Difference(
            f"processen skulle ha nått ”{wanted}”, men väntar på {listed(_open(session, case))}."
        )
    elements = definitions.by_hash(session, case.definition).elements
    last = path[-1] if path else ""
    if wanted != last and (wanted not in elements or elements[wanted].name != last):
        raise Difference(f"processen skulle sluta i ”{wanted}”, men slutade i ”{last}”.")


def _open(session: Session, case: CaseRow) -> list[str]:
    tasks = session.scalars(
        select(TaskRow.name).where(
            TaskRow.case_id == case.id, TaskRow.status == "open", TaskRow.kind == "form"
        )
    )
    waiting = session.scalars(
        select(RegistrationRow.kind).where(
            RegistrationRow.case_id == case.id, RegistrationRow.state.not_in(("registered", "cancelled"))
        )
    )
    names: dict[str, str] = {kind: name for name, kind in registrations.OPERATIONS.items()}
    return [*tasks, *(names[kind] for kind in waiting)]


def _variables(session: Session, case: CaseRow) -> Iterator[Mapping[str, Value]]:
    """Every set of variables that the case's state holds."""
    held = state.load(case.state, case=case.id, definition=case.definition, key=keys_of(session).state)
    for index in range(len(held.variables)):
        yield held.variables_at(index)


def _same(actual: object, wanted: object) -> bool:
    return actual == wanted and isinstance(actual, bool) == isinstance(wanted, bool)
