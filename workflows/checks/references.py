"""What the model names must exist: forms, texts, decisions, operations, roles and caught errors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from workflows.checks.nodes import label
from workflows.errors import Finding
from workflows.model import Kind, Model, Node, Scope
from workflows.normalise import OURS

_FOR_AUTHORS = ("correlation", "due", "form", "four_eyes", "guard", "starts", "starts_with", "text", "why")
_KNOWN_PROPERTIES = {*_FOR_AUTHORS, *OURS}
_NAME = re.compile(r"[\w.-]{1,100}")


def needed(model: Model, decisions: Collection[str]) -> Iterator[Finding]:
    """What the engine itself cannot do without: decisions, and somewhere for each error to go."""
    for node in model.nodes():
        if node.kind is Kind.DECISION:
            yield from _named(node, "decision", node.decision, "Beslutet", decisions)
    for scope in model.scopes.values():
        for node in scope.nodes.values():
            if node.kind is Kind.END and node.error is not None:
                yield from _caught(model, scope, node)


def inside(
    model: Model, forms: Collection[str], texts: Collection[str], *, lone: bool = False
) -> Iterator[Finding]:
    """What the people who do the tasks need from the process folder. A model without a folder
    (`lone`) cannot have it yet, so that is only a warning."""
    for node in model.nodes():
        for finding in (
            *_named(node, "form", node.form, "Formuläret", forms),
            *_named(node, "text", node.text, "Texten", texts),
        ):
            yield replace(finding, level="warning") if lone else finding
        for name in node.properties:
            if name not in _KNOWN_PROPERTIES:
                yield Finding(
                    "unknown-property",
                    node.id,
                    f"Egenskapen ”{name[:60]}” vid {label(node)} är inte känd.",
                    f"Kända egenskaper: {', '.join(_FOR_AUTHORS)}.",
                    "warning",
                )


def around(
    model: Model, operations: Collection[str] | None, roles: Collection[str] | None
) -> Iterator[Finding]:
    """What the system around must offer. None: not known here, so not asked."""
    for node in model.nodes():
        if node.kind is Kind.SERVICE and node.operation is not None and operations is not None:
            yield from _named(node, "operation", node.operation.name, "Åtgärden", operations)
        if node.kind is Kind.USER:
            if not node.role:
                yield Finding(
                    "no-role",
                    node.id,
                    f"{label(node)} ligger inte i någon bana.",
                    "Rita en bana för den roll som ska göra uppgiften.",
                    "warning" if roles is None else "error",
                )
            elif roles is not None and node.role not in roles:
                yield Finding(
                    "unknown-role",
                    node.id,
                    f"Rollen ”{node.role[:80]}” finns inte.",
                    f"Roller som finns: {', '.join(sorted(roles)) or 'inga'}.",
                )


def _named(node: Node, rule: str, name: str | None, what: str, known: Collection[str]) -> Iterator[Finding]:
    if name is None:
        return
    if not _NAME.fullmatch(name) or name not in known:
        listed = ", ".join(sorted(known)[:20]) or "inga"
        yield Finding(
            f"unknown-{rule}",
            node.id,
            f"{what} ”{name[:80]}” vid {label(node)} finns inte.",
            f"Finns: {listed}.",
        )


def _caught(model: Model, scope: Scope, end: Node) -> Iterator[Finding]:
    """Every way out of the scope must meet an event that catches the error."""
    pending, seen = [scope], {scope.id}
    while pending:
        here = pending.pop()
        if here.id == model.process:
            yield Finding(
                "uncaught-error",
                end.id,
                f"Felet vid {label(end)} fångas inte av någon.",
                "Lägg slutet i en delprocess med en felhändelse på kanten, eller använd ett vanligt slut.",
            )
            return
        for outer in model.scopes.values():
            for host in outer.nodes.values():
                if (
                    host.scope == here.id
                    and outer.id not in seen
                    and not any(
                        event.error in (end.error, "")
                        for event in outer.boundaries(host.id)
                        if event.error is not None
                    )
                ):
                    seen.add(outer.id)
                    pending.append(outer)
