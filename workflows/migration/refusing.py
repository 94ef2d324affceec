"""Why a token cannot take its place in the new version, said so that somebody can do something."""

from __future__ import annotations

from workflows.errors import Finding
from workflows.migration.plan import Plan
from workflows.migration.sides import Side, called, same_message, sort
from workflows.model import Kind, Node

_WAIT = "Låt ärendet gå klart på den gamla versionen, eller vänta tills det har passerat."


def landing(plan: Plan, a: Side, b: Side, old: Node, scope: str) -> Node | Finding:
    """The node of the new version where what waits at `old` goes on, inside `scope`; or why not."""
    target = plan.target(old.id) or (old.id if old.synthetic else None)
    new = b.nodes.get(target or "")
    if target is None:
        return _unmapped(b, old, scope)
    if new is None:
        return refusal("no-target", old, f"ska bli ”{target}”, som inte finns i den nya versionen.")
    if b.at[new.id] != scope:
        return _elsewhere(b, old, new)
    if sort(old) != sort(new):
        return refusal("other-type", old, f"kan inte bli ”{new.name or new.id}”, som är av en annan typ.")
    if old.instances != new.instances:
        return refusal(
            "instances", old, "är mitt i en upprepning som ser annorlunda ut i den nya versionen.", _WAIT
        )
    if old.instances is not None and not same_message(old, new):
        return refusal("other-message", old, "väntar på ett annat meddelande i den nya versionen.", _WAIT)
    if old.kind is Kind.SERVICE and _operation(old) != _operation(new):
        text = (
            f"väntar på svar på åtgärden ”{_operation(old)}”, men i den nya versionen är "
            f"åtgärden ”{_operation(new)}”."
        )
        return refusal("other-operation", old, text, "Vänta tills svaret har kommit.")
    return new


def refusal(rule: str, old: Node, text: str, hint: str = "") -> Finding:
    return Finding(rule, old.id, f"{called(old)} {text}", hint)


def _unmapped(b: Side, old: Node, scope: str) -> Finding:
    same = b.nodes.get(old.id)
    if same is not None and b.at[same.id] != scope:
        return _elsewhere(b, old, same)
    if same is not None and sort(same) != sort(old):
        return refusal(
            "other-type", old, "är av en annan typ i den nya versionen.", "Välj vad den ska motsvara."
        )
    return refusal(
        "unmapped-token", old, "finns inte i den nya versionen, och ärendet väntar där.",
        "Välj vad den ska motsvara, eller vänta tills ärendet har passerat.",
    )  # fmt: skip


def _elsewhere(b: Side, old: Node, new: Node) -> Finding:
    inside = b.scope_of(new.id)
    where = "på processens översta nivå" if inside.id == b.model.process else f"i ”{inside.name}”"
    return refusal(
        "other-level", old, f"ligger {where} i den nya versionen, men ärendet är på en annan nivå.", _WAIT
    )


def _operation(node: Node) -> str:
    return node.operation.name if node.operation is not None else ""
