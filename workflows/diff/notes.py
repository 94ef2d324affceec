"""What is drawn or written in a model but steers nothing: annotations, descriptions, data objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from workflows.diff.sides import Pair
from workflows.diff.values import Change, Sentence, sentence
from workflows.normalise.vocabulary import attribute, children, identifier, local, q, text_of
from workflows.wording import quoted, series

_OTHERS = {
    "association": "förbindelser", "group": "grupper", "dataObject": "dataobjekt",
    "dataObjectReference": "dataobjekt", "dataStore": "datalager", "dataStoreReference": "datalager",
    "dataInputAssociation": "dataflöden", "dataOutputAssociation": "dataflöden",
    "messageFlow": "meddelandeflöden", "participant": "pooler", "category": "kategorier",
    "categoryValue": "kategorier", "ioSpecification": "dataspecifikationer",
}  # fmt: skip


def note_changes(both: Pair) -> Iterator[Sentence]:
    yield from _pools(both)
    yield from _annotations(both)
    yield from _descriptions(both)
    a, b = _others(both.a.root), _others(both.b.root)
    changed = {_OTHERS[name] for name, *_ in (a - b) + (b - a)}
    if changed and not _annotated(both):
        yield sentence(
            Change.NOTE,
            None,
            f"Ändrat i ritningen utan att flödet ändras: {series(sorted(changed))}.",
        )


def _pools(both: Pair) -> Iterator[Sentence]:
    old, new = (
        {i: attribute(p, "name") for p in side.root.iter(q("participant")) if (i := identifier(p))}
        for side in (both.a, both.b)
    )
    for name in old.keys() & new.keys():
        if old[name] != new[name]:
            was = f"Poolen {quoted(old[name] or name)}"
            becomes = f"heter nu {quoted(new[name])}" if new[name] else "har inget namn längre"
            yield sentence(Change.NOTE, name, f"{was} {becomes}.")


def _annotations(both: Pair) -> Iterator[Sentence]:
    old, new = _texts(both.a.root), _texts(both.b.root)
    for name in [*old, *(n for n in new if n not in old)]:
        was, becomes = old.get(name), new.get(name)
        if was is None:
            yield sentence(Change.NOTE, name, f"Anteckningen {quoted(becomes or '')} läggs till.")
        elif becomes is None:
            yield sentence(Change.NOTE, None, f"Anteckningen {quoted(was)} tas bort.")
        elif was != becomes:
            yield sentence(Change.NOTE, name, f"Anteckningen {quoted(was)} lyder nu {quoted(becomes)}.")


def _annotated(both: Pair) -> bool:
    """Whether an annotation came or went: its line to what it is about is part of that."""
    others = (_others(both.a.root), _others(both.b.root))
    names = {name for name, *_ in (others[0] - others[1]) + (others[1] - others[0])}
    return names == {"association"} and _texts(both.a.root).keys() != _texts(both.b.root).keys()


def _texts(root: etree._Element) -> dict[str, str]:
    return {
        i: text_of(next(children(note, "text"), None))
        for note in root.iter(q("textAnnotation"))
        if (i := identifier(note))
    }


def _descriptions(both: Pair) -> Iterator[Sentence]:
    old, new = _documented(both.a.root), _documented(both.b.root)
    for owner in [*old, *(n for n in new if n not in old)]:
        if old.get(owner) == new.get(owner) or owner in both.gone | both.new:
            continue
        how = "läggs till" if owner not in old else "ändras" if owner in new else "tas bort"
        whose = both.b.called(owner) if owner in both.b.nodes else quoted(owner)
        yield sentence(Change.NOTE, owner, f"Beskrivningen av {whose} {how}.")


def _documented(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter(q("documentation")):
        parent = element.getparent()
        if parent is not None and (owner := identifier(parent)):
            found[owner] = found.get(owner, "") + text_of(element)
    return found


def _others(root: etree._Element) -> Counter[tuple[str, ...]]:
    """Every such element as its name and what it says, whatever the order."""
    return Counter(
        (
            local(element),
            *(
                f"{key}={attribute(element, key)}"
                for key in sorted(map(str, element.attrib))
                if (local(element), key) != ("participant", "name")  # told by name
            ),
        )
        for element in root.iter()
        if local(element) in _OTHERS
    )
