"""Scenarios that a changed drawing has left behind: what is wrong with them, and all of them mended at once.

A new step stops every scenario that comes to it, one that is gone stops every scenario that answers it, and
so does one by another name. None of that is about what a scenario wants to show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.definition import Definition, model
from workflows.errors import WorkflowError
from workflows.scenarios.case import Case, Difference, Waiting, names_of
from workflows.scenarios.plan import MAX_STEPS, Clock, DueBy, Planned, Scenario, Timed
from workflows.scenarios.reading import read
from workflows.scenarios.recording import Walk, called, walk
from workflows.scenarios.revising import revised
from workflows.scenarios.run import Result, Variables, no_variables, run
from workflows.steps import OperationRequested, TaskOpened, Value

MAX_ADDED = 20
"""Answers to the same step that one scenario may need: a step that leads back to itself has no end."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A step that scenarios come to and do not answer. `kind` is task, operation, or passed: of a step that
    asks nobody, and that they only have to expect. `stories` are names."""

    element: str
    name: str
    kind: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """A step that scenarios know by the name that it had."""

    was: str
    name: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """What scenarios answer, a task or an operation, and the drawing no longer has."""

    kind: str
    name: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Damage:
    """What mends scenarios that do not hold, by what it is about."""

    unanswered: tuple[Unanswered, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    gone: tuple[Gone, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unanswered or self.renamed or self.gone)


@dataclass(frozen=True, slots=True)
class Mended:
    """A scenario that was changed. `difference` is None when it holds now, else one Swedish sentence."""

    name: str
    difference: str | None

    @property
    def held(self) -> bool:
        return self.difference is None


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────────


def damage(
    definition: Definition,
    results: Iterable[Result],
    *,
    before: Definition | None = None,
    variables_of: Variables = no_variables,
) -> Damage:
    """What the scenarios that did not hold have in common. `before` is what the drawing was changed from."""
    failed = [result for result in results if not result.held]
    renames = _renames(definition, before)
    known = frozenset(before.elements) if before is not None else frozenset()
    unanswered: dict[tuple[str, str, str], list[str]] = {}
    renamed: dict[str, list[str]] = {}
    gone: dict[tuple[str, str], list[str]] = {}
    for result in failed:
        scenario = result.scenario
        said = _mentioned(scenario)
        for was in renames.keys() & said:
            renamed.setdefault(was, []).append(scenario.name)
        for kind, name in dict.fromkeys(_answered(scenario)):
            if name not in renames and not _there(definition, kind, name):
                gone.setdefault((kind, name), []).append(scenario.name)
        silent = [
            (wait.element, _kind(wait))
            for wait in _stuck(definition, scenario, said, known, variables_of)
            if not (wait.element in known and renames.keys() & said)
        ]
        for element, kind in silent or _unexpected(definition, result, said, known):
            key = (element, _called(definition, element), kind)
            unanswered.setdefault(key, []).append(scenario.name)
    return Damage(
        tuple(Unanswered(*key, tuple(names)) for key, names in unanswered.items()),
        tuple(Renamed(was, renames[was], tuple(names)) for was, names in renamed.items()),
        tuple(Gone(*key, tuple(names)) for key, names in gone.items()),
    )


def _renames(definition: Definition, before: Definition | None) -> dict[str, str]:
    """What was called something else before, where no other step goes by that name now."""
    if before is None:
        return {}
    now = {drawn.name for drawn in definition.elements.values()}
    return {
        old.name: new.name
        for name, old in before.elements.items()
        if (new := definition.elements.get(name)) and old.name and new.name and old.name not in now
    }


def _stuck(
    definition: Definition,
    scenario: Scenario,
    said: set[str],
    known: Collection[str],
    variables_of: Variables,
) -> list[Waiting]:
    """What the scenario comes to and says nothing about; what the drawing had before only when there is
    nothing new."""
    try:
        walked = walk(definition, scenario, variables_of=variables_of)
    except Difference:
        return []
    silent: list[Waiting] = [
        wait
        for wait in walked.waiting
        if isinstance(wait, TaskOpened | OperationRequested) and not said & _names(definition, wait)
    ]
    return [wait for wait in silent if wait.element not in known] or silent


def _unexpected(
    definition: Definition, result: Result, said: set[str], known: Collection[str]
) -> list[tuple[str, str]]:
    """What is new, asks nobody, and lies on the way of a scenario that says which way it goes."""
    if result.scenario.expect.path is None:
        return []
    return [
        (element, "passed")
        for element in sorted(result.elements)
        if element not in known
        and _called(definition, element) in result.path
        and not {element, _called(definition, element)} & said
    ]


def _called(definition: Definition, element: str) -> str:
    drawn = definition.elements.get(element)
    return (drawn.name if drawn is not None else "") or element


def _names(definition: Definition, wait: Waiting) -> set[str]:
    drawn = definition.elements.get(wait.element)
    return {*names_of(wait), *((drawn.name,) if drawn and drawn.name else ())}


def _kind(wait: Waiting) -> str:
    return "operation" if isinstance(wait, OperationRequested) else "task"


def _answered(scenario: Scenario) -> list[tuple[str, str]]:
    return [
        (step.kind, step.name)
        for step in scenario.steps
        if isinstance(step, Timed) and step.kind in ("task", "operation")
    ]


def _mentioned(scenario: Scenario) -> set[str]:
    """Every step that the scenario names."""
    steps = {step.name for step in scenario.steps if isinstance(step, Timed)}
    due = {step.task for step in scenario.steps if isinstance(step, DueBy)}
    expect = scenario.expect
    return steps | due | {*(expect.path or ()), *(expect.open or ()), *((expect.end,) if expect.end else ())}


def _there(definition: Definition, kind: str, name: str) -> bool:
    if any(name in (drawn.id, drawn.name) for drawn in definition.elements.values()):
        return True
    nodes = model(definition).nodes()
    return kind == "operation" and any(n.operation is not None and n.operation.name == name for n in nodes)


# ── a step that is not answered ──────────────────────────────────────────────────────────────────────


def mend(
    definition: Definition,
    data: bytes,
    element: str,
    values: Mapping[str, Value],
    stories: Collection[str],
    *,
    variables_of: Variables = no_variables,
) -> tuple[bytes, tuple[Mended, ...]]:
    """The file where each of `stories` answers `element` with `values` as soon as it comes to it, and expects
    to pass it; and what became of each that was changed. Everything else stays letter by letter. Raises
    ModelRefused when the file cannot be written so."""
    after = []
    for scenario in read(data):
        if scenario.name in stories:
            made = _answering(definition, scenario, element, values, variables_of)
            if made != scenario:
                after.append(made)
    return _written(definition, data, after, variables_of)


def _written(
    definition: Definition, data: bytes, after: Sequence[Scenario], variables_of: Variables
) -> tuple[bytes, tuple[Mended, ...]]:
    results = [run(definition, scenario, variables_of=variables_of) for scenario in after]
    return revised(data, after), tuple(Mended(one.scenario.name, one.difference) for one in results)


def _answering(
    definition: Definition,
    scenario: Scenario,
    element: str,
    values: Mapping[str, Value],
    variables_of: Variables,
) -> Scenario:
    """The scenario with an answer each time it comes to the element; as it was if the answer is not taken."""
    case = Case(definition, scenario.at)
    steps: list[Planned] = []
    added = 0
    try:
        variables = variables_of(scenario.profile)
        given = {name: value for name, value in variables.items() if name in definition.reads}
        case.begin({**given, **scenario.given})
    except (Difference, WorkflowError, OverflowError, LookupError):
        return scenario
    left = list(scenario.steps)
    while True:
        wait = next((one for one in case.waiting.values() if one.element == element), None)
        if wait is not None:
            answer = Timed(_kind(wait), called(Walk(scenario, case), wait), values)
            try:
                case.take(answer)
            except (Difference, WorkflowError, OverflowError):
                return scenario
            steps.append(answer)
            added += 1
            if added > MAX_ADDED or len(scenario.steps) + added > MAX_STEPS:
                return scenario
            continue
        if not left:
            break
        try:
            _take(case, left[0])
        except (Difference, WorkflowError, OverflowError):
            break  # what else is wrong stays wrong
        steps.append(left.pop(0))
    expect = scenario.expect
    if expect.path is not None:
        expect = replace(expect, path=_way(expect.path, case.path, _called(definition, element)))
    return replace(scenario, steps=(*steps, *left), expect=expect)


def _take(case: Case, planned: Planned) -> None:
    match planned:
        case Timed():
            case.take(planned)
        case Clock():
            case.pass_time(planned)
        case _:
            pass  # only a whole house can take it


def _way(wanted: Sequence[str], walked: Sequence[str], passed: str) -> tuple[str, ...]:
    """What was wanted, with what was passed in its places, as far as the two ways are one."""
    made: list[str] = []
    at = 0
    for name in walked:
        if at < len(wanted) and name == wanted[at]:
            at += 1
        elif name != passed:
            break
        made.append(name)
    return (*made, *wanted[at:])


# ── a step that is gone or has another name ──────────────────────────────────────────────────────────


def forget(
    definition: Definition,
    data: bytes,
    kind: str,
    name: str,
    stories: Collection[str],
    *,
    variables_of: Variables = no_variables,
) -> tuple[bytes, tuple[Mended, ...]]:
    """The file where each of `stories` neither answers the task or operation nor expects it. Raises
    ModelRefused when the file cannot be written so."""
    after = []
    for scenario in read(data):
        if scenario.name in stories:
            expect = scenario.expect
            steps = tuple(
                step
                for step in scenario.steps
                if not (isinstance(step, Timed) and (step.kind, step.name) == (kind, name))
            )
            named = any(drawn.name == name for drawn in definition.elements.values())
            if not named:
                expect = replace(expect, path=_not(expect.path, name), open=_not(expect.open, name))
            made = replace(scenario, steps=steps, expect=expect)
            if made != scenario:
                after.append(made)
    return _written(definition, data, after, variables_of)


def _not(names: tuple[str, ...] | None, name: str) -> tuple[str, ...] | None:
    return None if names is None else tuple(one for one in names if one != name)


def rename(
    definition: Definition,
    data: bytes,
    was: str,
    name: str,
    stories: Collection[str],
    *,
    variables_of: Variables = no_variables,
) -> tuple[bytes, tuple[Mended, ...]]:
    """The file where each of `stories` calls a step by its new name. Raises ModelRefused when the file cannot
    be written so."""
    called_now = {was: name}
    after = []
    for scenario in read(data):
        if scenario.name not in stories:
            continue
        made = _renaming(scenario, called_now)
        if made != scenario:
            after.append(made)
    return _written(definition, data, after, variables_of)


def _renaming(scenario: Scenario, names: Mapping[str, str]) -> Scenario:
    def now(text: str) -> str:
        return names.get(text, text)

    def listed(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if texts is None else tuple(map(now, texts))

    steps: list[Planned] = []
    for step in scenario.steps:
        match step:
            case Timed():
                steps.append(replace(step, name=now(step.name)))
            case DueBy():
                steps.append(replace(step, task=now(step.task)))
            case _:
                steps.append(step)
    expect = scenario.expect
    return replace(
        scenario,
        steps=tuple(steps),
        expect=replace(
            expect,
            path=listed(expect.path),
            open=listed(expect.open),
            end=None if expect.end is None else now(expect.end),
        ),
    )
