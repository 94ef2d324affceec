"""Who does what: lanes that came, went or were renamed, and steps that moved between lanes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.diff.sides import Pair, Side
from workflows.diff.values import Change, Sentence, sentence
from workflows.model import Kind
from workflows.normalise.vocabulary import attribute, identifier, q
from workflows.wording import many, plain, quoted, series

_PERSON = {Kind.USER, Kind.SUBPROCESS}


def lane_changes(both: Pair) -> Iterator[Sentence]:
    old, new = _lanes(both.a.root), _lanes(both.b.root)
    renamed: dict[str, str] = {}
    folded: set[str] = set()
    for lane, name in new.items():
        if lane not in old:
            came = _moved(both, name) if name not in old.values() else []
            folded.update(came)
            yield sentence(Change.ROLE, lane, _added(both, name, came))
        elif old[lane] != name:
            renamed[old[lane]] = name
            steps = _steps(both.b, name)
            whose = f" Det gäller {many(steps, 'uppgift', 'uppgifter')}." if steps else ""
            text = f"Banan {quoted(old[lane])} heter nu {quoted(name)}.{whose}"
            yield sentence(Change.ROLE, lane, text)
    kept = set(new.values())
    for lane, name in old.items():
        if lane in new:
            continue
        left = [n for n in both.common if both.a.nodes[n].role == name]
        heirs = {both.b.nodes[n].role for n in left} - {name}
        if name not in kept and len(heirs) == 1:
            folded.update(left)
        yield sentence(Change.ROLE, None, _removed(both, name, left, heirs))
    for name in both.common:
        was, becomes = both.a.nodes[name].role, both.b.nodes[name].role
        if was == becomes or renamed.get(was) == becomes or name in folded or _with_owner(both, name):
            continue
        less = 0 if both.b.nodes[name].kind in _PERSON else 40  # only people look in a lane for work
        yield sentence(
            Change.ROLE,
            name,
            f"{both.b.noun(name)} flyttas från {_whose(was)} till {_whose(becomes)}.",
            less,
        )


def _lanes(root: etree._Element) -> dict[str, str]:
    return {i: attribute(lane, "name") for lane in root.iter(q("lane")) if (i := identifier(lane))}


def _steps(side: Side, role: str) -> int:
    return sum(1 for n in side.nodes.values() if n.role == role and n.kind in _PERSON)


def _moved(both: Pair, role: str) -> list[str]:
    """The steps that the role takes over."""
    return [n for n in both.common if both.b.nodes[n].role == role != both.a.nodes[n].role]


def _added(both: Pair, name: str, came: list[str]) -> str:
    text = f"Banan {quoted(name)} läggs till"
    if not came:
        return f"{text}."
    whose = sorted({both.a.nodes[n].role for n in came})
    tasks = [n for n in came if both.b.nodes[n].kind in _PERSON] or came
    return f"{text}; {both.b.series(tasks)} flyttas dit från {series([_whose(w) for w in whose])}."


def _removed(both: Pair, name: str, left: list[str], heirs: set[str]) -> str:
    text = f"Banan {quoted(name)} tas bort"
    if not left:
        return f"{text}."
    tasks = [n for n in left if both.a.nodes[n].kind in _PERSON] or left
    whom = series([plain(heir) for heir in sorted(heirs) if heir])
    where = f"hos {whom}" if whom else "utanför alla banor"
    return f"{text}; {both.b.series(tasks)} ligger nu {where}."


def _with_owner(both: Pair, name: str) -> bool:
    """Whether a step inside a subprocess only follows the subprocess to its new lane."""
    a, b = both.a, both.b
    owner = b.at[name]
    if not owner or owner != a.at[name] or owner not in a.nodes or owner not in b.nodes:
        return False
    return (a.nodes[name].role, b.nodes[name].role) == (a.nodes[owner].role, b.nodes[owner].role)


def _whose(role: str) -> str:
    return plain(role) or "ingen bana"
