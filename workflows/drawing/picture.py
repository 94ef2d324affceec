"""Puts the figures together into one SVG: no style, no script, no link leaves this file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256

from workflows.drawing import symbols
from workflows.drawing.edges import MARKERS, edge_label, line
from workflows.drawing.shapes import FIGURES, Layer, Tone, outside_label
from workflows.kept import Kept
from workflows.layout import laying
from workflows.normalise.xml import parse_xml
from workflows.plane.diagram import Box, Diagram, Edge, Point, Shape, read_tree
from workflows.plane.lettering import number, plain, text, width

_MARGIN = 14.0
_STATES: dict[Tone, str] = {
    "": "",
    "done": " (klart)",
    "now": " (här är ärendet nu)",
    "new": "",
    "gone": "",
    "changed": "",
}
_LAYERS: tuple[Layer, ...] = ("pool", "container")
_ABOVE_LINES: tuple[Layer, ...] = ("node", "boundary")
_diagrams: Kept[bytes, Diagram] = Kept(64)
_NO_MARKS: Mapping[str, str] = {}
_NO_TONES: Mapping[str, Tone] = {}


def draw(
    model: bytes,
    *,
    done: Collection[str] = (),
    now: Collection[str] = (),
    title: str,
    here: str = "Här är vi",
    marks: Mapping[str, str] = _NO_MARKS,
    toned: Mapping[str, Tone] = _NO_TONES,
) -> str:
    """The drawing in `model` as SVG.

    `done` and `now` are ids of elements that the case has passed and stands at. A flow is drawn as
    the way it went when it leaves a passed element that does not choose, or when its own id is in
    `done`. `title` is what a screen reader says. `marks` are flags by element id, for whoever shows
    something else than one case: how many stand there, what has changed. `toned` says by id in which colour
    what is marked is drawn, connections too; the flag says the same in words. Ids that are not drawn are
    passed over. A model that is not drawn, or not all of it, is laid out first.
    Raises ModelRefused: unreadable, nothing to draw, or too large.
    """
    diagram = _diagrams.get(sha256(model).digest(), lambda: _read(model))
    past, present = frozenset(done), frozenset(now)
    tones: dict[str, Tone] = dict.fromkeys(past, "done")
    tones.update(dict.fromkeys((*present, *marks), "now"))
    tones.update(toned)
    flags = {**marks, **dict.fromkeys(present, here)}
    parts = [
        *(_group(shape, tones, marks) for layer in _LAYERS for shape in _on(diagram, layer)),
        *(line(edge, _went(edge, past), tones.get(edge.id, "")) for edge in diagram.edges),
        *(_group(shape, tones, marks) for layer in _ABOVE_LINES for shape in _on(diagram, layer)),
        *(outside_label(shape) for shape in diagram.shapes if _labelled(shape)),
        *(edge_label(edge) for edge in diagram.edges if edge.name),
        *(_line_flag(edge, flags[edge.id]) for edge in diagram.edges if edge.id in toned),
        *(_badge(shape, flags[shape.id]) for shape in diagram.shapes if shape.id in flags),
    ]
    return _sheet(_frame(diagram), title, _story(diagram, tones, marks), "".join(parts))


def _read(model: bytes) -> Diagram:
    root = parse_xml(model)
    laying.lay(root)
    return read_tree(root)


def _on(diagram: Diagram, layer: Layer) -> Iterator[Shape]:
    return (s for s in diagram.shapes if s.kind in FIGURES and FIGURES[s.kind].layer == layer)


def _labelled(shape: Shape) -> bool:
    return bool(shape.name) and shape.kind in FIGURES and not FIGURES[shape.kind].named


def _group(shape: Shape, tones: dict[str, Tone], marks: Mapping[str, str]) -> str:
    tone = tones.get(shape.id, "")
    state = f' class="{tone}"' if tone else ""
    tick = _tick(shape.box) if tone == "done" and FIGURES[shape.kind].layer != "pool" else ""
    said = f" ({marks[shape.id]})" if shape.id in marks else _STATES[tone]
    tip = f"<title>{plain(shape.name + said)}</title>" if shape.name else ""
    figure = FIGURES[shape.kind].svg(shape, tone)
    return f'<g data-id="{plain(shape.id)}"{state}>{tip}{figure}{tick}</g>'


def _tick(box: Box) -> str:
    """What says "done" to those who do not see green; small figures have a heavier line."""
    if box.width <= 60:
        return ""
    place = f'transform="translate({number(box.x + box.width - 3)} {number(box.y + 3)})"'
    return (
        f'<g {place}><circle r="7" fill="#2f7d46"/><path d="{symbols.TICK}" fill="none" '
        'stroke="#ffffff" stroke-width="2"/></g>'
    )


def _went(edge: Edge, past: Collection[str]) -> bool:
    """Whether the case went that way."""
    return edge.id in past or edge.follows in past


def _badge(shape: Shape, here: str) -> str:
    """The flag on the figure where the case stands."""
    return _flag(here, shape.box.middle[0], shape.box.y)


def _line_flag(edge: Edge, words: str) -> str:
    """The flag on a connection: in the middle of the stroke in its middle."""
    at = (len(edge.points) - 1) // 2
    (x0, y0), (x1, y1) = edge.points[at], edge.points[at + 1]
    return _flag(words, (x0 + x1) / 2, (y0 + y1) / 2 + 2)


def _flag(here: str, x: float, y: float) -> str:
    words = here[:40]
    wide = width(words, 12) + 20
    rect = f'x="{number(x - wide / 2)}" y="{number(y - 13)}" width="{number(wide)}" height="22"'
    letters = text([words], x, y - 2, 12, more=' fill="#ffffff" font-weight="600"')
    return f'<g class="here"><rect {rect} rx="11" fill="#0b4f6c"/>{letters}</g>'


def _frame(diagram: Diagram) -> Box:
    """What must be seen: figures, labels, lines and flags, with a margin."""
    boxes = [shape.box for shape in diagram.shapes]
    boxes += [shape.label for shape in diagram.shapes if shape.label]
    boxes += [edge.label for edge in diagram.edges if edge.label]
    corners: list[Point] = [(box.x, box.y) for box in boxes]
    corners += [(box.x + box.width, box.y + box.height) for box in boxes]
    corners += [point for edge in diagram.edges for point in edge.points]
    left, top = min(x for x, _ in corners) - _MARGIN, min(y for _, y in corners) - _MARGIN
    right, bottom = max(x for x, _ in corners) + _MARGIN, max(y for _, y in corners) + _MARGIN
    return Box(left, top, right - left, bottom - top)


def _story(diagram: Diagram, tones: dict[str, Tone], marks: Mapping[str, str]) -> str:
    """The state in words, for those who hear the picture. The whole flow is the text twin's."""
    names: dict[Tone, list[str]] = {tone: [] for tone in _STATES}
    marked: list[str] = []
    for shape in diagram.shapes:
        if shape.name and shape.kind in FIGURES and FIGURES[shape.kind].layer != "pool":
            if shape.id in marks:
                marked.append(f"{shape.name} ({marks[shape.id]})")
            else:
                names[tones.get(shape.id, "")].append(shape.name)
    present, past = (", ".join(listed[:50]) for listed in (names["now"], names["done"]))
    told = [f"{', '.join(marked[:50])}."] if marked else []
    told += [f"Nu: {present}."] if present else []
    return " ".join([*told, f"Klart: {past}."] if past else told)


def _sheet(frame: Box, title: str, story: str, inner: str) -> str:
    size = [number(value) for value in (frame.x, frame.y, frame.width, frame.height)]
    name = plain(title[:300])
    told = f"<desc>{plain(story)}</desc>" if story else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="{" ".join(size)}" '
        f'width="{size[2]}" height="{size[3]}" role="img" aria-label="{name}" '
        'font-family="Arial, Liberation Sans, sans-serif" fill="#22242a">'
        f"<title>{name}</title>{told}{MARKERS}{inner}</svg>"
    )
