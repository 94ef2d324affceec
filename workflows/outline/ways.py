"""What a line says follows: the ways out with their conditions, where branches meet, loops back."""

from __future__ import annotations

from workflows.model import Flow, Kind, Node
from workflows.outline.levels import Level, Numbered, meeting
from workflows.outline.phrases import trigger
from workflows.outline.values import Link, Phrase
from workflows.wording import Vocabulary, in_words, lowered, plain, quoted, raised

_MET = 8
"""Lines that a meeting names; a join of hundreds names how many more there are."""


def onward(level: Level, numbered: Numbered, node: Node) -> Phrase:
    """Where a line without a choice leads; empty when to the next line."""
    out = level.scope.outgoing(node.id)
    if node.kind is Kind.END:
        return ()
    if not out:
        return (" Flödet slutar här.",)
    at = numbered.positions[node.id]
    follows = at + 1 < len(level.order) and level.order[at + 1] == out[0].target
    return () if follows else (" ", *_go(numbered, out[0], first=True), ".")


def exits(level: Level, numbered: Numbered, node: Node, words: Vocabulary) -> tuple[Phrase, ...]:
    """One phrase a flow, in the order of the lines they lead to, the default last."""
    default = default_flow(level, node)
    out = sorted(
        level.scope.outgoing(node.id),
        key=lambda flow: (flow.id == default, numbered.positions[flow.target]),
    )
    return tuple(
        tuple(piece for piece in (case, *_go(numbered, flow, first=not case), ".") if piece)
        for flow in out
        for case in (_case(level, node, flow, flow.id == default, words),)
    )


def opening(level: Level, numbered: Numbered, node: Node) -> Phrase:
    """What a gateway does with what comes in and goes out, after its name."""
    coming, leaving = level.scope.incoming(node.id), level.scope.outgoing(node.id)
    name = f"{plain(node.name)}" if node.name else ""
    parts: list[str | Link] = []
    if len(coming) > 1:
        parts += _met(numbered, node, [flow.source for flow in coming])
    elif len(leaving) < 2 and not name:
        parts += ["Flödet går vidare."]
    if len(leaving) > 1:
        parts += [" " if parts else "", f"{_choice(node)}{': ' + name if name else ''}"]
        parts += ["" if name.endswith(("?", ".", "!")) else "."]
        parts += branches(level, numbered, node)
    elif name:
        parts = [
            f"{name}: ",
            *([lowered(str(parts[0])), *parts[1:]] if parts else ["flödet går vidare."]),
        ]
    return tuple(piece for piece in parts if piece)


def branches(level: Level, numbered: Numbered, node: Node) -> Phrase:
    """Where branches that run side by side come together; empty when they do not run so."""
    if not side_by_side(node):
        return ()
    place, waits = meeting(level, numbered.positions, node.id)
    if place is None:
        return (" De möts inte igen.",)
    link = numbered.link(place)
    if waits:
        return (" De väntar in varandra i ", link, ".")
    return (" De går ihop i ", link, " utan att vänta in varandra.")


def side_by_side(node: Node) -> bool:
    """Whether several of the ways out may be taken at once."""
    return node.kind not in (Kind.EXCLUSIVE, Kind.EVENT_GATEWAY)


def default_flow(level: Level, node: Node) -> str | None:
    """The flow that is taken when no condition holds."""
    out = level.scope.outgoing(node.id)
    if node.default in {flow.id for flow in out}:
        return node.default
    bare = [flow.id for flow in out if flow.condition is None]
    return bare[0] if node.kind is Kind.EXCLUSIVE and len(bare) == 1 else None


def _choice(node: Node) -> str:
    match node.kind:
        case Kind.EXCLUSIVE:
            return "Vägval"
        case Kind.INCLUSIVE:
            return "En eller flera grenar, samtidigt"
        case Kind.EVENT_GATEWAY:
            return "Väntar på det som händer först"
        case _:
            return "Flera grenar samtidigt"


def _met(numbered: Numbered, node: Node, sources: list[str]) -> list[str | Link]:
    """From where the flows come that meet here, and whether all are awaited."""
    sources = sorted(set(sources), key=numbered.positions.__getitem__)
    more = f" och {len(sources) - _MET} till" if len(sources) > _MET else ""
    links: list[str | Link] = []
    shown = sources[:_MET]
    for at, source in enumerate(shown):
        last = at == len(shown) - 1 and not more
        links += ["" if at == 0 else " och " if last else ", ", numbered.link(source)]
    match node.kind:
        case Kind.PARALLEL:
            return ["Väntar tills vägarna från ", *links, f"{more} har kommit hit."]
        case Kind.INCLUSIVE:
            return ["Väntar tills alla påbörjade vägar från ", *links, f"{more} har kommit hit."]
        case _:
            return ["Vägarna från ", *links, f"{more} möts."]


def _case(level: Level, node: Node, flow: Flow, default: bool, words: Vocabulary) -> str:
    """When this way out is taken: the flow's name, else its condition in words."""
    name = plain(flow.name)
    if node.kind is Kind.EVENT_GATEWAY:
        return f"{name or trigger(level.scope.nodes[flow.target], words)}: "
    if default:
        return f"Annars ({lowered(name)}): " if name else "Annars: "
    if flow.condition is None and side_by_side(node):
        return f"{quoted(flow.name)}: " if name else "Alltid: " if _mixed(level, node) else ""
    if name.lower().startswith(("om ", "när ", "efter ", "annars")):
        return f"{raised(name)}: "
    if name:
        return f"Om {lowered(name)}: "
    if flow.condition is not None:
        return f"Om {in_words(flow.condition, words)}: "
    return "Utan villkor: "


def _mixed(level: Level, node: Node) -> bool:
    return any(flow.condition is not None for flow in level.scope.outgoing(node.id))


def _go(numbered: Numbered, flow: Flow, first: bool = False) -> Phrase:
    back = numbered.positions[flow.target] <= numbered.positions[flow.source]
    verb = "tillbaka till " if back else "gå till "
    return (raised(verb) if first else verb, numbered.link(flow.target))
