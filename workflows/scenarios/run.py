"""Runs scenarios: every step from the saved state of the one before, under a clock of its own.

Answers go through the task's form as a person's do: what the form refuses, the scenario fails on. Steps that
need the whole house are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.definition import Definition
from workflows.errors import WorkflowError
from workflows.scenarios.case import Case, Difference, listed, names_of
from workflows.scenarios.plan import Clock, Scenario, Timed
from workflows.scenarios.reading import read
from workflows.steps import Value

Variables = Callable[[str | None], Mapping[str, Value]]
"""The variables of a municipality's profile, by its name; None asks for what holds where none is named.
Raises LookupError for a name that there is no profile of."""


def no_variables(profile: str | None) -> Mapping[str, Value]:
    """Where nobody knows of profiles: none has any."""
    return {}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a scenario. `difference` is None when it held, else one Swedish sentence.

    `path` holds names (or ids) of activities and events passed; `flows` the ids of the sequence
    flows taken out of gateways, and `elements` of all elements passed. `state_bytes` is the largest
    state that was saved on the way.
    """

    scenario: Scenario
    difference: str | None
    path: tuple[str, ...] = ()
    flows: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    state_bytes: int = 0

    @property
    def held(self) -> bool:
        return self.difference is None


def run_all(definition: Definition, *, variables_of: Variables = no_variables) -> tuple[Result, ...]:
    """Every scenario of the definition. Raises ModelRefused when the file cannot be read."""
    if definition.scenarios is None:
        return ()
    read_from = read(definition.scenarios)
    return tuple(run(definition, scenario, variables_of=variables_of) for scenario in read_from)


def run(definition: Definition, scenario: Scenario, *, variables_of: Variables = no_variables) -> Result:
    """One scenario against the definition; never raises for what the model or the scenario does.
    `variables_of` gives the variables of its profile, of which the case gets those that the model reads."""
    case = Case(definition, scenario.at)
    try:
        variables = variables_of(scenario.profile)
    except LookupError:
        difference: str | None = f"profilen ”{scenario.profile}” finns inte."
    else:
        given = {name: value for name, value in variables.items() if name in definition.reads}
        difference = _played(case, scenario, {**given, **scenario.given}) or _compared(case, scenario)
    told = f"Scenariot ”{scenario.name}”: {difference}" if difference else None
    return Result(
        scenario, told, tuple(case.path), frozenset(case.flows), frozenset(case.elements), case.largest
    )


def _played(case: Case, scenario: Scenario, given: Mapping[str, Value]) -> str | None:
    where = "starten"
    try:
        case.begin(given)
        for number, planned in enumerate(scenario.steps, 1):
            where = f"steg {number}"
            match planned:
                case Timed():
                    case.take(planned)
                case Clock():
                    case.pass_time(planned)
                case _:
                    pass  # the house's own prover takes it
    except (Difference, WorkflowError) as error:
        return f"{where}: {error}"
    except OverflowError:
        return f"{where}: tiden ligger för långt fram."
    return None


def _compared(case: Case, scenario: Scenario) -> str | None:
    return next(_differences(case, scenario), None)


def _differences(case: Case, scenario: Scenario) -> Iterator[str]:
    expect = scenario.expect
    if expect.path is not None:
        yield from _path_difference(expect.path, case.path)
    if expect.end is not None:
        yield from _end_difference(case, expect.end)
    if expect.open is not None:
        there = [names_of(wait)[0] for kind in ("task", "operation") for wait in case.open(kind)]
        if sorted(there) != sorted(expect.open):
            yield f"öppet skulle vara {listed(expect.open)}, men det är {listed(there)}."
    variables = case.ended.variables if case.ended else {}
    for name, wanted in expect.variables.items():
        if case.ended is None:
            yield f"variabeln ”{name}” kan jämföras först när processen har nått sitt slut."
        elif name not in variables or not _same(variables[name], wanted):
            yield f"”{name}” skulle bli {wanted!r}, men blev {variables.get(name)!r}."


def _path_difference(wanted: Sequence[str], walked: Sequence[str]) -> Iterator[str]:
    for at in range(max(len(wanted), len(walked))):
        expected = wanted[at] if at < len(wanted) else None
        actual = walked[at] if at < len(walked) else None
        if expected != actual:
            after = f" efter ”{walked[at - 1]}”" if at else ""
            yield f"vägen skiljer sig{after}: {_turn(expected, actual)} Hela vägen: {_way(walked)}."
            return


def _turn(expected: str | None, actual: str | None) -> str:
    if expected is None:
        return f"den skulle sluta där, men gick vidare till ”{actual}”."
    if actual is None:
        return f"den skulle gå vidare till ”{expected}”, men slutade där."
    return f"den skulle gå till ”{expected}”, men gick till ”{actual}”."


def _end_difference(case: Case, wanted: str) -> Iterator[str]:
    if case.ended is None:
        there = listed([names_of(wait)[0] for wait in case.waiting.values()])
        yield f"processen skulle ha nått ”{wanted}”, men väntar på {there}."
    elif wanted not in (case.ended.name, case.ended.element):
        actual = case.ended.name or case.ended.element
        yield f"processen skulle sluta i ”{wanted}”, men slutade i ”{actual}”."


def _same(actual: Value, wanted: Value) -> bool:
    return actual == wanted and isinstance(actual, bool) == isinstance(wanted, bool)


def _way(names: Sequence[str]) -> str:
    return " → ".join(names) or "inget passerades"
