"""Whether the models can do what a profile says: before the first case, and with a sentence where not.

A value that no branch takes would stop a case in the middle of the flow, or worse, send it the wrong way.
Only what a model reads is looked at: a flow that knows nothing of a key is not contradicted by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service.actors import ROLES
from service.profiles import guidelines
from service.profiles.keys import KEYS, VARIABLES
from service.profiles.reading import Profile
from service.profiles.why import named
from workflows import Definition, Finding, Value
from workflows.decisions import Decision, HitPolicy, Table
from workflows.decisions.inputs import subject
from workflows.definition import model, tables
from workflows.errors import WorkflowError
from workflows.expressions import compile
from workflows.expressions.budget import FUEL, Meter
from workflows.expressions.tree import INPUT
from workflows.model import Kind, Node, Scope
from workflows.variables import reads

_STEPS, _SCHEMA = "approval_steps", "form_schema"
_SPLITS = (Kind.EXCLUSIVE, Kind.INCLUSIVE)
_MUST_HIT = (HitPolicy.FIRST, HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY)


def check(profile: Profile, definitions: Iterable[Definition]) -> tuple[Finding, ...]:
    """What in the profile these models cannot do; empty when they can run under it."""
    return tuple(finding for definition in definitions for finding in _definition(profile, definition))


def whys(definition: Definition) -> tuple[Finding, ...]:
    """The properties `why` that name neither a key of the profile nor a rule of a guideline."""
    return tuple(
        Finding(
            "unknown-why",
            node.id,
            f"”{name[:60]}” är varken en nyckel i kommunprofilen eller en regel i en riktlinje.",
            "Skriv till exempel sla.answer eller SAT-31, flera med mellanslag eller komma emellan.",
        )
        for node in model(definition).nodes()
        for name in named(node.properties.get("why", ""))
        if name not in KEYS and name not in guidelines.rules()
    )


def _definition(profile: Profile, definition: Definition) -> Iterator[Finding]:
    graph = model(definition)
    decisions = tables(definition).by_decision
    read = {found.name for found in reads(graph, decisions)} & set(VARIABLES)
    values = profile.variables()
    if _STEPS in read:
        yield from _steps(profile, definition)
    if _SCHEMA in read:
        yield from _schema(profile, definition)
    for scope in graph.scopes.values():
        for node in scope.nodes.values():
            if node.kind in _SPLITS and node.default is None:
                yield from _gateway(profile, scope, node, values)
    for node in graph.nodes():
        if node.decision is not None and node.decision in decisions:
            for decision in decisions[node.decision].decisions.values():
                yield from _table(profile, node, decision, values)


def _steps(profile: Profile, definition: Definition) -> Iterator[Finding]:
    """Each role that takes a stand needs somewhere in the drawing to do it."""
    lanes = {node.role for node in model(definition).nodes() if node.kind is Kind.USER}
    steps = profile.value("approval.steps")
    assert isinstance(steps, list)
    for role in steps:
        lane = ROLES[str(role)]
        if lane not in lanes:
            yield _finding(
                profile,
                None,
                "approval.steps",
                f"{lane} ska ta ställning, men {definition.name} har ingen uppgift i en bana med det namnet.",
                "Rita uppgiften eller ta bort rollen ur profilen.",
            )


def _schema(profile: Profile, definition: Definition) -> Iterator[Finding]:
    schema = str(profile.value("form.schema"))
    if schema == "none" or any(schema in name.replace("-", "_") for name in definition.forms):
        return
    yield _finding(
        profile,
        None,
        "form.schema",
        f"formuläret {schema} finns inte i {definition.name}.",
        f"Lägg till ett formulär vars namn slutar på {schema}, eller välj ett annat i profilen.",
    )


def _gateway(profile: Profile, scope: Scope, node: Node, values: Mapping[str, Value]) -> Iterator[Finding]:
    """A fork that asks the profile alone must have a way for the profile's answer."""
    ways = scope.outgoing(node.id)
    if len(ways) < 2 or any(way.condition is None for way in ways):
        return
    try:
        conditions = [compile(way.condition or "") for way in ways]
        asked = frozenset[str]().union(*(condition.names for condition in conditions))
        if not asked or asked - set(VARIABLES) or any(condition.holds(values) for condition in conditions):
            return
    except WorkflowError as error:
        yield _unreadable(profile, node, _place(node), str(error))
        return
    for name in sorted(asked):
        yield _finding(
            profile,
            node.id,
            VARIABLES[name].name,
            f"ingen väg ut ur ”{_place(node)}” gäller värdet {_shown(values[name])}.",
            "Rita en väg för värdet, gör en väg till förvald, eller ändra profilen.",
        )


def _place(node: Node) -> str:
    """What to call the place in a sentence."""
    return node.name or node.id


def _table(
    profile: Profile, node: Node, decision: Decision, values: Mapping[str, Value]
) -> Iterator[Finding]:
    """A column that shows a value of the profile must know that value, and some row must take it."""
    table = decision.logic
    if not isinstance(table, Table):
        return
    for position, column in enumerate(table.inputs):
        names = column.expression.names
        if not names or names - set(VARIABLES):
            continue
        try:
            value = subject(column, values, Meter(FUEL))
            taken = any(rule.tests[position].holds({**values, INPUT: value}) for rule in table.rules)
        except WorkflowError as error:
            yield _unreadable(profile, node, f"{decision.name}, {column.label}", str(error))
            continue
        if taken or table.hit_policy not in _MUST_HIT or any(o.default for o in table.outputs):
            continue
        for name in sorted(names):
            yield _finding(
                profile,
                node.id,
                VARIABLES[name].name,
                f"ingen rad i ”{decision.name}” gäller värdet {_shown(values[name])}.",
                "Lägg till en rad för värdet eller ändra profilen.",
            )


def _unreadable(profile: Profile, node: Node, where: str, text: str) -> Finding:
    return Finding(
        "profile",
        node.id,
        f"Profilen {profile.name} går inte ihop med ”{where}”: {text}",
        "Ändra uttrycket så att det läser profilens värden.",
    )


def _finding(profile: Profile, element: str | None, key: str, text: str, hint: str) -> Finding:
    return Finding("profile", element, f"Profilen {profile.name}, {key}: {text}", hint)


def _shown(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else f"”{value}”"
