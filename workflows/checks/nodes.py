"""What each node must have, and what it must fit together with."""

from __future__ import annotations

from collections.abc import Iterator

from workflows import timers
from workflows.errors import Finding
from workflows.model import ACTIVITIES, Kind, Model, Node, Scope, TimerKind
from workflows.normalise.choices import answer

_MIN_CYCLE = 60
MAX_COUNT = 1000


def nodes(model: Model) -> Iterator[Finding]:
    for scope in model.scopes.values():
        yield from _scope(scope)
        for node in scope.nodes.values():
            yield from _needs(model, node)
            yield from _place(scope, node)
            if node.timer is not None:
                yield from _timer(node)
            if node.instances is not None:
                yield from _instances(node)
    yield from _calls(model)


def label(node: Node) -> str:
    return f"”{node.name or node.id}”"


def _scope(scope: Scope) -> Iterator[Finding]:
    starts = scope.starts()
    if len(starts) != 1:
        yield Finding(
            "one-start",
            scope.id,
            f"”{scope.name}” ska ha en starthändelse, men har {len(starts)}.",
            "Låt ett flöde börja på ett ställe.",
        )
    if not any(node.kind is Kind.END for node in scope.nodes.values()):
        yield Finding("no-end", scope.id, f"”{scope.name}” har ingen sluthändelse.")


def _needs(model: Model, node: Node) -> Iterator[Finding]:
    match node.kind:
        case Kind.SERVICE if node.operation is None or not node.operation.name:
            yield Finding(
                "no-operation",
                node.id,
                f"Tjänsteuppgiften {label(node)} har ingen åtgärd.",
                "Välj en åtgärd i egenskaperna.",
            )
        case Kind.DECISION if node.decision is None:
            yield Finding(
                "no-decision",
                node.id,
                f"Regeluppgiften {label(node)} har inget beslut.",
                "Ange beslutets id i egenskaperna.",
            )
        case Kind.RECEIVE if node.message is None:
            yield Finding(
                "no-message",
                node.id,
                f"{label(node)} säger inte vilket meddelande.",
                "Välj ett meddelande.",
            )
        case Kind.CATCH | Kind.BOUNDARY if node.timer is None and node.message is None and node.error is None:
            yield Finding(
                "no-trigger",
                node.id,
                f"Händelsen {label(node)} säger inte vad den väntar på.",
                "Ange tid, meddelande eller fel.",
            )
        case Kind.CALL if node.scope not in model.scopes:
            yield Finding(
                "call",
                node.id,
                f"{label(node)} anropar en process som inte finns i filen.",
                "Lägg processen i samma fil, eller gör aktiviteten till en delprocess.",
            )
    if node.message is not None and not node.message.name:
        yield Finding("no-message", node.id, f"Meddelandet vid {label(node)} har inget namn.")
    named = [
        node.message.variable if node.message else None,
        node.operation.result if node.operation else None,
    ]
    for variable in named:
        if variable is not None and not variable.isidentifier():
            yield Finding("bad-variable", node.id, f"”{variable[:60]}” kan inte vara en variabel.")


def _place(scope: Scope, node: Node) -> Iterator[Finding]:
    out = scope.outgoing(node.id)
    if node.kind is Kind.BOUNDARY:
        host = scope.nodes.get(node.attached_to or "")
        if host is None or host.kind not in ACTIVITIES:
            yield Finding("boundary", node.id, f"Händelsen {label(node)} sitter inte på en aktivitet.")
        if node.error is not None and not node.interrupting:
            yield Finding("boundary", node.id, f"Felhändelsen {label(node)} måste avbryta.")
        if scope.incoming(node.id):
            yield Finding("boundary", node.id, f"Inget flöde får leda till kanthändelsen {label(node)}.")
    elif node.attached_to is not None:
        yield Finding("boundary", node.id, f"{label(node)} kan inte sitta på en kant.")
    if node.kind is Kind.START and scope.incoming(node.id):
        yield Finding(
            "into-start",
            node.id,
            "Inget flöde får leda till starthändelsen.",
            "Låt flödet gå till en grind efter starten.",
        )
    if node.kind is Kind.END and out:
        yield Finding("out-of-end", node.id, "Inget flöde får lämna sluthändelsen.")
    if node.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE):
        for flow in out:
            if flow.condition is not None:
                yield Finding(
                    "condition-ignored",
                    flow.id,
                    f"Flödet från {label(node)} har ett villkor som ingen prövar.",
                    "Sätt en exklusiv grind före flödet.",
                )
    if node.default is not None and node.default not in {flow.id for flow in out}:
        yield Finding("default", node.id, f"Standardvägen vid {label(node)} är inget av dess flöden.")
    if node.kind is Kind.PARALLEL:
        sources = [flow.source for flow in scope.incoming(node.id)]
        if len(set(sources)) != len(sources):
            yield Finding("double-flow", node.id, f"Två flöden går från samma symbol till {label(node)}.")
    if node.kind is Kind.EXCLUSIVE and len(out) > 1:
        yield from _choice(node, [f.id for f in out if f.condition is None and f.id != node.default])
    asked = all(flow.condition == answer(node.id, flow.id) for flow in out)
    if node.kind is Kind.EXCLUSIVE and len(out) > 1 and node.default is None and not asked:
        yield Finding(
            "no-default",
            node.id,
            f"{label(node)} har ingen standardväg.",
            "Välj den väg som tas när inget villkor stämmer.",
            "warning",
        )
    if node.kind is Kind.INCLUSIVE and len(out) > 1:
        always = [f.id for f in out if f.condition is None and f.id != node.default]
        if always:
            yield Finding(
                "always-taken",
                node.id,
                f"{len(always)} vägar ur {label(node)} saknar villkor och tas alltid.",
                "Skriv villkor på de vägar som bara ska tas ibland.",
                "warning",
            )
    if node.kind is Kind.EVENT_GATEWAY:
        for flow in out:
            target = scope.nodes.get(flow.target)
            if target is None or target.kind is not Kind.CATCH or len(scope.incoming(target.id)) > 1:
                yield Finding(
                    "event-gateway",
                    node.id,
                    f"Efter {label(node)} får bara händelser som väntar stå, var och en för sig.",
                )


def _choice(node: Node, bare: list[str]) -> Iterator[Finding]:
    if bare:
        yield Finding(
            "no-condition",
            node.id,
            f"{len(bare)} vägar ur {label(node)} saknar villkor, så ingen vet vilken som ska tas.",
            "Skriv ett villkor på varje väg, och välj en standardväg.",
        )


def _timer(node: Node) -> Iterator[Finding]:
    assert node.timer is not None
    text = timers.literal(node.timer.text)
    repeating = timers.cycle(text)
    if node.timer.kind is TimerKind.CYCLE:
        if node.kind is not Kind.BOUNDARY or node.interrupting:
            yield Finding(
                "cycle",
                node.id,
                f"{label(node)} upprepas, men kan bara inträffa en gång.",
                "Upprepa bara tidsgränser som sitter på en kant och inte avbryter.",
            )
        if not timers.repeats(text):
            yield Finding(
                "timer",
                node.id,
                f"Upprepningen vid {label(node)} går inte att tolka.",
                "Skriv till exempel R3/PT24H, eller 0 9 * * 1-5 för varje vardag klockan 9.",
            )
        elif repeating is not None and _often(repeating):
            yield Finding("timer", node.id, f"{label(node)} upprepas oftare än en gång i minuten.")
    elif timers.repeats(text):
        yield Finding(
            "timer",
            node.id,
            f"Tiden vid {label(node)} är en upprepning.",
            "Välj upprepning i stället för tidpunkt eller tidslängd.",
        )
    elif node.timer.kind is TimerKind.DATE and timers.duration(text) is not None:
        yield Finding(
            "timer",
            node.id,
            f"Tidpunkten vid {label(node)} är en tidslängd.",
            "Välj tidslängd, eller skriv ett datum.",
        )


def _often(cycle: timers.Cycle) -> bool:
    every = cycle.every
    return not (every.months or every.days) and every.seconds < _MIN_CYCLE


def _instances(node: Node) -> Iterator[Finding]:
    plan = node.instances
    assert plan is not None
    if (plan.items is None) == (plan.count is None):
        yield Finding(
            "instances",
            node.id,
            f"{label(node)} ska upprepas för en lista eller ett antal.",
            "Ange antingen en lista eller ett antal.",
        )
    if plan.count is not None and plan.count.isdecimal() and int(plan.count[:9]) > MAX_COUNT:
        yield Finding("instances", node.id, f"{label(node)} upprepas fler än {MAX_COUNT} gånger.")
    if (plan.output is None) != (plan.output_item is None):
        yield Finding(
            "instances",
            node.id,
            f"Svaren från {label(node)} samlas inte: en del saknas.",
            "Ange både listan och variabeln, eller ingen av dem.",
        )
    for variable in (plan.item, plan.output, plan.output_item):
        if variable is not None and not variable.isidentifier():
            yield Finding("bad-variable", node.id, f"”{variable[:60]}” kan inte vara en variabel.")


def _calls(model: Model) -> Iterator[Finding]:
    """No process may come to call itself."""
    inside: dict[str, set[str]] = {}
    for scope in model.scopes.values():
        inside[scope.id] = {
            n.scope for n in scope.nodes.values() if n.scope is not None and n.scope in model.scopes
        }
    done: set[str] = set()

    def circular(name: str, path: tuple[str, ...]) -> bool:
        if name in path or len(path) > 50:
            return True
        if name in done:
            return False
        found = any(circular(inner, (*path, name)) for inner in inside[name])
        done.add(name)
        return found

    if any(circular(name, ()) for name in inside):
        yield Finding(
            "recursive-call",
            model.process,
            "En process anropar sig själv.",
            "Rita upprepningen som en slinga med en uppgift som väntar.",
        )
