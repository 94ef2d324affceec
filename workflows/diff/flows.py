"""Sequence flows: came, went, lead elsewhere, other condition, other name, other default."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.diff.matching import Matched, default_of, ends, explained, matched
from workflows.diff.sides import Pair, Side
from workflows.diff.values import Change, Sentence, sentence
from workflows.model import Flow
from workflows.wording import in_words, quoted, same_meaning


def flow_changes(both: Pair) -> Iterator[Sentence]:
    flows = matched(both)
    yield from _gone(both, flows)
    yield from _new(both, flows)
    for old, new in flows.kept:
        yield from _kept(both, flows, old, new)
    yield from _defaults(both, flows)


def way(side: Side, flow: Flow) -> str:
    """Vägen ”Ja” från ”Sekretess?” till ”Svara”, in lower case."""
    name = f" {quoted(flow.name)}" if flow.name else ""
    return f"vägen{name} från {side.called(flow.source)} till {side.called(flow.target)}"


def case(side: Side, flow: Flow) -> str:
    """When the flow is taken, as the end of a sentence: ”om ’Sekretess’ är ’Ja’”."""
    if flow.id == default_of(side, flow.source) and len(side.out(flow.source)) > 1:
        return "när inget annat villkor stämmer"
    if flow.condition is None:
        return ""
    said = in_words(flow.condition, side.words)
    return said if said in ("alltid", "aldrig") else f"om {said}"


def _gone(both: Pair, flows: Matched) -> Iterator[Sentence]:
    for flow in flows.removed:
        if not explained(both, flow, None):
            yield sentence(Change.FLOW_REMOVED, flow.source, f"{way(both.a, flow)} tas bort.")


def _new(both: Pair, flows: Matched) -> Iterator[Sentence]:
    for flow in flows.added:
        if not explained(both, None, flow):
            when = case(both.b, flow)
            taken = f" och tas {when}" if when else ""
            yield sentence(Change.FLOW_ADDED, flow.id, f"{way(both.b, flow)} läggs till{taken}.")


def _kept(both: Pair, flows: Matched, old: Flow, new: Flow) -> Iterator[Sentence]:
    moved = ends(old) != ends(new)
    if moved and not explained(both, old, new):
        yield sentence(Change.FLOW_MOVED, new.id, _moved(both, old, new))
    if moved and (old.source in both.gone or new.source in both.new):
        return  # what decides at a gateway that came or went is told with the gateway
    if not same_meaning(old.condition, new.condition):
        yield sentence(Change.CONDITION, new.id, _condition(both, old, new))
    if old.name != new.name:
        yield sentence(Change.FLOW_NAME, new.id, _renamed(both, old, new))


def _moved(both: Pair, old: Flow, new: Flow) -> str:
    name = f" {quoted(new.name)}" if new.name else ""
    if old.source == new.source:
        return (
            f"Vägen{name} från {both.b.called(new.source)} leder till {both.b.called(new.target)} "
            f"i stället för till {both.b.called(old.target)}."
        )
    if old.target == new.target:
        return (
            f"Vägen{name} till {both.b.called(new.target)} kommer från "
            f"{both.b.called(new.source)} i stället för från {both.b.called(old.source)}."
        )
    return (
        f"{way(both.a, old)} går i stället från {both.b.called(new.source)} till {both.b.called(new.target)}."
    )


def _condition(both: Pair, old: Flow, new: Flow) -> str:
    begin = f"{way(both.b, new)}"
    if new.condition is None:
        left = in_words(old.condition or "", both.a.words)
        default = new.id == default_of(both.b, new.source)
        now = "tas när inget annat villkor stämmer" if default else "har inget villkor längre"
        return f"{begin} {now}; förut togs den om {left}."
    if old.condition is None:
        return f"{begin} tas bara om {in_words(new.condition, both.b.words)}; förut hade den inget villkor."
    before, now = in_words(old.condition, both.a.words), in_words(new.condition, both.b.words)
    if before == now:  # the same words for something else: show what is written
        before, now = f"«{quoted(old.condition)[1:-1]}»", f"«{quoted(new.condition)[1:-1]}»"
    return f"{begin} tas om {now}; förut om {before}."


def _renamed(both: Pair, old: Flow, new: Flow) -> str:
    between = f"från {both.b.called(new.source)} till {both.b.called(new.target)}"
    if not new.name:
        return f"Vägen {quoted(old.name)} {between} har inget namn längre."
    if not old.name:
        return f"Vägen {between} heter nu {quoted(new.name)}."
    return f"Vägen {quoted(old.name)} {between} heter nu {quoted(new.name)}."


def _defaults(both: Pair, flows: Matched) -> Iterator[Sentence]:
    changed = {new.id for old, new in flows.kept if not same_meaning(old.condition, new.condition)}
    for gateway in both.common:
        if both.a.nodes[gateway].kind is not both.b.nodes[gateway].kind:
            continue
        old, new = default_of(both.a, gateway), default_of(both.b, gateway)
        before = flows.renumbered.get(old or "")
        if (old is not None and before is None) or before == new:
            continue  # the flow itself is gone, and that is said; or nothing is changed
        if {before, new} & changed and (before is None or new is None):
            continue  # said with the condition that came or went
        if new is None or len(both.b.out(gateway)) < 2:
            if before is not None and both.b.flows[before].source == gateway:
                yield sentence(Change.DEFAULT, gateway, _undefaulted(both, gateway, before))
            continue
        flow = both.b.flows[new]
        if flow not in flows.added or explained(both, None, flow):
            yield sentence(
                Change.DEFAULT,
                gateway,
                f"När inget villkor vid {both.b.called(gateway)} stämmer går flödet till "
                f"{both.b.called(flow.target)}"
                + (
                    f" i stället för till {both.b.called(both.b.flows[before].target)}."
                    if before is not None
                    else "."
                ),
            )


def _undefaulted(both: Pair, gateway: str, before: str) -> str:
    return (
        f"{both.b.noun(gateway)} har ingen standardväg längre; förut togs vägen till "
        f"{both.b.called(both.b.flows[before].target)} när inget villkor stämde."
    )
