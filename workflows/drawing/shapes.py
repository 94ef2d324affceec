"""The figures of BPMN: one small function a family, and the table of which kind is of which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from workflows.drawing import symbols
from workflows.plane.diagram import Shape
from workflows.plane.lettering import LABEL_SIZE, TASK_SIZE, label, number, text, wrap

INK = "#22242a"
PAPER = "#ffffff"
BAND = "#f3f5f7"
FAINT = "#9aa4ad"
Tone = Literal["", "done", "now", "new", "gone", "changed"]
_FILL: dict[Tone, str] = {
    "": PAPER,
    "done": "#e3f3e8",
    "now": "#fff0d6",
    "new": "#dff1fa",
    "gone": "#fbe3e1",
    "changed": "#fff0d6",
}
EDGE: dict[Tone, str] = {
    "": INK,
    "done": "#2f7d46",
    "now": "#b35900",
    "new": "#0b5f8a",
    "gone": "#a3261b",
    "changed": "#b35900",
}
Layer = Literal["pool", "container", "node", "boundary"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a kind of element looks like, and on which layer it lies. `named` figures hold their own
    name; the others get it as a label outside."""

    layer: Layer
    svg: Callable[[Shape, Tone], str]
    named: bool = True


def body(tone: Tone, stroke: float) -> str:
    """The attributes of a figure's outline."""
    heavier = stroke if tone in ("", "done") else stroke + 1
    return f'fill="{_FILL[tone]}" stroke="{EDGE[tone]}" stroke-width="{heavier:g}"'


def sign(path: str, x: float, y: float, stroke: float = 1.3, fill: str = "none") -> str:
    """A symbol moved to (x, y)."""
    return (
        f'<path transform="translate({number(x)} {number(y)})" d="{path}" fill="{fill}" '
        f'stroke="{INK}" stroke-width="{stroke:g}" stroke-linejoin="round"/>'
    )


def _rectangle(shape: Shape, attributes: str, corner: float = 0) -> str:
    b = shape.box
    size = f'width="{number(b.width)}" height="{number(b.height)}"'
    round_off = f' rx="{corner:g}"' if corner else ""
    return f'<rect x="{number(b.x)}" y="{number(b.y)}" {size}{round_off} {attributes}/>'


def _pool(shape: Shape, tone: Tone) -> str:
    """A pool or lane: a frame with a band for its name along the left edge, or above."""
    b = shape.box
    frame = _rectangle(shape, f'fill="{PAPER}" stroke="{FAINT}" stroke-width="1.2"')
    if not shape.horizontal:
        return frame + text(wrap(shape.name, b.width - 8, 12, 1), b.x + b.width / 2, b.y + 15, 12)
    band = (
        f'<rect x="{number(b.x)}" y="{number(b.y)}" width="30" height="{number(b.height)}" '
        f'fill="{BAND}" stroke="{FAINT}" stroke-width="1.2"/>'
    )
    name = text(wrap(shape.name, b.height - 8, 12, 2), 0, 0, 12, more=' font-weight="600"')
    place = f"translate({number(b.x + 15)} {number(b.y + b.height / 2)}) rotate(-90)"
    return f'{frame}{band}<g transform="{place}">{name}</g>'


def _task(shape: Shape, tone: Tone) -> str:
    b, (x, y) = shape.box, shape.box.middle
    path = symbols.TASKS.get(shape.kind)
    parts = [_rectangle(shape, body(tone, 4 if shape.kind == "callActivity" else 1.8), 8)]
    if path:
        parts.append(sign(path, b.x + 6, b.y + 6, 1.2))
    if shape.kind in ("callActivity", "subProcess", "transaction"):
        parts.append(sign(symbols.COLLAPSED, x, b.y + b.height - 11))
    if shape.repeated:
        parts.append(sign(symbols.REPEATED, x, b.y + b.height - 9, 1.8))
    lines = wrap(shape.name, b.width - 14, TASK_SIZE, max(1, int((b.height - 24) / 14)))
    lower = 0 if not path else 5 if len(lines) < 3 else 10  # clear of the sign in the corner
    parts.append(text(lines, x, y + lower, TASK_SIZE))
    return "".join(parts)


def _container(shape: Shape, tone: Tone) -> str:
    b = shape.box
    if not shape.expanded or b.height <= 90:
        return _task(shape, tone)
    name = text(wrap(shape.name, b.width - 16, 12, 1), b.x + b.width / 2, b.y + 15, 12)
    return _rectangle(shape, body(tone, 1.8), 8) + name


def _event(shape: Shape, tone: Tone) -> str:
    (x, y), radius = shape.box.middle, shape.box.width / 2
    dashed = ' stroke-dasharray="4 3"' if shape.kind == "boundaryEvent" and not shape.interrupting else ""
    heavy = 3.2 if shape.kind == "endEvent" else 1.5
    ring = f'<circle cx="{number(x)}" cy="{number(y)}"'
    parts = [f'{ring} r="{number(radius)}" {body(tone, heavy)}{dashed}/>']
    if shape.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        inner = f'fill="none" stroke="{EDGE[tone]}" stroke-width="1.2"{dashed}'
        parts.append(f'{ring} r="{number(max(radius - 3, 0))}" {inner}/>')
    if path := symbols.EVENTS.get(shape.event):
        filled = shape.event in symbols.FILLED or shape.kind == "intermediateThrowEvent"
        parts.append(sign(path, x, y, 1.3, INK if filled else "none"))
    return "".join(parts)


def _gateway(shape: Shape, tone: Tone) -> str:
    b, (x, y) = shape.box, shape.box.middle
    corners = (x, b.y), (b.x + b.width, y), (x, b.y + b.height), (b.x, y)
    outline = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in corners) + "z"
    path, stroke = symbols.GATEWAYS[shape.kind]
    return f'<path d="{outline}" {body(tone, 1.8)} stroke-linejoin="round"/>{sign(path, x, y, stroke)}'


def _note(shape: Shape, tone: Tone) -> str:
    b = shape.box
    bracket = f"M{number(b.x + 10)} {number(b.y)}h-10v{number(b.height)}h10"
    lines = wrap(shape.name, b.width - 14, LABEL_SIZE, max(1, int(b.height / 13)))
    words = text(lines, b.x + 8, b.y + b.height / 2, LABEL_SIZE, anchor="start")
    return f'<path d="{bracket}" fill="none" stroke="{FAINT}" stroke-width="1.2"/>{words}'


def _sheet(shape: Shape, tone: Tone) -> str:
    return _rectangle(shape, body(tone, 1.5))


def _group(shape: Shape, tone: Tone) -> str:
    dashes = f'fill="none" stroke="{FAINT}" stroke-width="1.2" stroke-dasharray="8 4 2 4"'
    return _rectangle(shape, dashes, 8)


_TASK = Figure("node", _task)
_EVENT = Figure("node", _event, named=False)
_GATEWAY = Figure("node", _gateway, named=False)
_CONTAINER = Figure("container", _container)
_SHEET = Figure("node", _sheet, named=False)

FIGURES: dict[str, Figure] = {
    "participant": Figure("pool", _pool),
    "lane": Figure("pool", _pool),
    **dict.fromkeys(("task", "callActivity", *symbols.TASKS), _TASK),
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), _CONTAINER),
    **dict.fromkeys(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"), _EVENT),
    "boundaryEvent": Figure("boundary", _event, named=False),
    **dict.fromkeys(symbols.GATEWAYS, _GATEWAY),
    "dataObjectReference": _SHEET,
    "dataStoreReference": _SHEET,
    "textAnnotation": Figure("node", _note),
    "group": Figure("container", _group, named=False),
}


def outside_label(shape: Shape) -> str:
    """The name of a figure that does not hold it: where the owner put it, else just below."""
    if shape.label is not None:
        return label(shape.name, shape.label.middle[0], shape.label.y + 7, max(shape.label.width, 60))
    return label(shape.name, shape.box.middle[0], shape.box.y + shape.box.height + 11, 96)
