"""Pools and lanes as bands of one width, one below the other, with what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workflows.lanes import tops
from workflows.layout.arranging import Picture, arranged
from workflows.layout.gathering import gathered, synthetic
from workflows.normalise.vocabulary import NODES, attribute, child, children, local, q, reference, text_of
from workflows.plane.diagram import Box

_LEFT, _TOP = 160.0, 80.0
_HEAD = 30.0
_BETWEEN = 60.0
_MARGIN = 24.0
_EMPTY = 60.0


@dataclass(slots=True)
class _Lanes:
    """`where` is each node's band, `spans` each lane's (depth, first band, band after the last)."""

    where: dict[str, int] = field(default_factory=dict)
    spans: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    count: int = 0
    deep: int = 0


def together(root: etree._Element) -> Picture:
    """Every process of the model, in the order of the pools; processes without a pool come last."""
    processes = {attribute(p, "id"): p for p in root.iter(q("process")) if p.get("id")}
    pools = [(attribute(p, "id"), reference(p, "processRef")) for p in root.iter(q("participant"))]
    framed = {process for _, process in pools}
    pools += [("", name) for name in processes if name not in framed]
    heights, filled, whole, shown = tops(root), [], Picture(high=_TOP), set[str]()
    for pool, name in pools:
        process = None if name in shown else processes.get(name)
        shown.add(name)
        lanes = _Lanes() if process is None else _lanes(process, heights)
        picture = Picture(bands=[_EMPTY])
        if process is not None:
            picture = arranged(gathered(process, lanes.where, max(1, lanes.count)))
        if pool or picture.boxes:
            filled.append((pool, picture, lanes))
    wide = max((_HEAD * (bool(p) + la.deep) + pic.wide + _MARGIN for p, pic, la in filled), default=600.0)
    for pool, picture, lanes in filled:
        _placed(whole, pool, picture, lanes, max(wide, 400.0))
        whole.high += _BETWEEN
    return whole


def _placed(whole: Picture, pool: str, picture: Picture, lanes: _Lanes, wide: float) -> None:
    top, inner = whole.high, _LEFT + _HEAD * bool(pool)
    high = sum(picture.bands)
    if pool:
        whole.boxes[pool] = Box(_LEFT, top, wide, high)
    for lane, (depth, first, last) in lanes.spans.items():
        x = inner + _HEAD * depth
        begins = top + sum(picture.bands[:first])
        whole.boxes[lane] = Box(x, begins, _LEFT + wide - x, sum(picture.bands[first:last]))
    whole.add(picture, inner + _HEAD * lanes.deep, top)
    whole.high = top + high


def _lanes(process: etree._Element, heights: dict[str, float]) -> _Lanes:
    found = _Lanes()
    for lane_set in children(process, "laneSet"):
        _flattened(list(children(lane_set, "lane")), 0, found, heights)
    loose = (e for e in process if local(e) in NODES - {"boundaryEvent"} and not synthetic(e))
    if found.count and any(attribute(e, "id") not in found.where for e in loose):
        found.count += 1  # what lies in no lane lies below them all
    return found


def _flattened(lanes: list[etree._Element], depth: int, found: _Lanes, heights: dict[str, float]) -> None:
    """Lanes without inner lanes become bands, from the top of the drawing down if one exists."""
    for lane in sorted(lanes, key=lambda lane: heights.get(attribute(lane, "id"), 0.0)):
        first, inner = found.count, child(lane, "childLaneSet")
        within = [] if inner is None else list(children(inner, "lane"))
        found.deep = max(found.deep, depth + 1)
        _flattened(within, depth + 1, found, heights)
        own = [name for name in _listed(lane) if not within or name not in found.where]
        if own or not within:
            found.where.update(dict.fromkeys(own, found.count))
            found.count += 1
        if name := attribute(lane, "id"):
            found.spans[name] = depth, first, found.count


def _listed(lane: etree._Element) -> Iterator[str]:
    return (text_of(entry).rsplit(":", 1)[-1] for entry in children(lane, "flowNodeRef"))
