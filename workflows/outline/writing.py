"""From a definition to its text twin: numbers first, then every line, then sections by role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.asdrawn import as_drawn
from workflows.definition import Definition, model
from workflows.model import GATEWAYS, Kind, Node
from workflows.outline.levels import Level, Numbered, numbered
from workflows.outline.order import places
from workflows.outline.phrases import edge, repeated, step
from workflows.outline.values import Line, Link, Outline, Phrase, Section
from workflows.outline.ways import branches, exits, onward, opening
from workflows.wording import Vocabulary, plain, quoted, vocabulary

_NONE: Mapping[str, str] = {}


def outline(definition: Definition, *, words: Mapping[str, str] = _NONE) -> Outline:
    """The diagram as text, the same for the same definition. What the normaliser added is not told.

    `words` says in Swedish what operations, deadline rules and outside variables are, by their names.
    Total: whatever `workflows.read` has let in becomes an outline of bounded size.
    """
    drawn = as_drawn(model(definition))
    numbers = numbered(drawn, places(definition.model))
    writer = _Writer(numbers, vocabulary(definition, words))
    sections = [
        section
        for level in numbers.levels.values()
        if level.depth == 0
        for section in writer.sections(level, _heading(level), "")
    ]
    return Outline(plain(definition.name), tuple(sections))


def _heading(level: Level) -> str:
    return f"Delflöde {level.letter}: {plain(level.scope.name)}" if level.letter else ""


class _Writer:
    def __init__(self, numbers: Numbered, words: Vocabulary) -> None:
        self.numbers = numbers
        self.words = words
        self.told: set[str] = set()

    def sections(self, level: Level, heading: str, role: str) -> Iterator[Section]:
        """The level's sections, each subprocess after the line that is about it, and told once even
        where an id is used twice."""
        self.told.add(level.scope.id)
        lines: list[Line] = []

        def finished() -> Section:
            title = ", ".join(part for part in (heading, plain(role)) if part)
            title = title or plain(level.scope.name)
            return Section(title, role, level.scope.id, level.depth, tuple(lines))

        for name in level.order:
            node = level.scope.nodes[name]
            if node.role and node.role != role:
                if lines:
                    yield finished()
                lines, role = [], node.role
            lines.append(self.line(level, node))
            inner = self.numbers.levels.get(node.scope or "")
            if node.kind is Kind.SUBPROCESS and inner is not None and inner.scope.id not in self.told:
                yield finished()
                lines = []
                title = f"Delprocessen {quoted(node.name or node.id)}"
                yield from self.sections(inner, title, role)
        if lines:
            yield finished()

    def line(self, level: Level, node: Node) -> Line:
        out = level.scope.outgoing(node.id)
        ways: tuple[Phrase, ...] = ()
        gateway = node.kind in GATEWAYS
        said = opening(level, self.numbers, node) if gateway else self._said(level, node)
        if len(out) > 1:
            if not gateway:
                chosen = any(flow.condition is not None for flow in out)
                how = "en eller flera grenar" if chosen else "flera grenar samtidigt"
                said = (*said, f" Därefter {how}.", *branches(level, self.numbers, node))
            ways = exits(level, self.numbers, node, self.words)
        else:
            said = (*said, *onward(level, self.numbers, node))
        return Line(self.numbers.numbers[node.id], node.id, node.kind, said, ways)

    def _said(self, level: Level, node: Node) -> Phrase:
        match node.kind:
            case Kind.BOUNDARY:
                host = level.scope.nodes.get(node.attached_to or "")
                link = self.numbers.link(host.id) if host is not None else None
                return edge(node, host, link, self.words)
            case Kind.SUBPROCESS | Kind.CALL:
                return self._inside(node)
            case Kind.USER:
                return (step(node, self.words), *self._others(level, node))
            case _:
                return (step(node, self.words),)

    def _others(self, level: Level, node: Node) -> Phrase:
        """Two pairs of eyes: whose task it may not be."""
        named = set(node.properties.get("four_eyes", "").split())
        found = [name for name in level.order if name in named]
        if not found:
            return ()
        pieces: list[str | Link] = [" Görs inte av den som gjorde "]
        for at, name in enumerate(found):
            between = "" if at == 0 else " eller " if at == len(found) - 1 else ", "
            pieces += [between, self.numbers.link(name)]
        return (*(piece for piece in pieces if piece), ".")

    def _inside(self, node: Node) -> Phrase:
        """A subprocess or a called process: where it begins, and when it is done."""
        noun = "Delprocessen" if node.kind is Kind.SUBPROCESS else "Delflödet"
        again = repeated(node.instances, self.words)
        after = f" {again}" if again else ""
        first = self.numbers.first(node.scope)
        name = quoted(node.name or node.id)
        if first is None:
            return (f"{noun} {name} är tom.{after}",)
        return (f"{noun} {name} utförs: börjar i ", self.numbers.link(first), f".{after}")
