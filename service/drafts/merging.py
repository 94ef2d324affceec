"""Three versions of a folder become one: what both began from, what is in the draft, and one's own.

By file, and in the drawing by element. What both changed is a clash, which somebody must settle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.drafts.elements import Apart, Quarrel, Side, merged
from workflows import ModelRefused

MODEL = "model.bpmn"
_KINDS = {"forms": "Formuläret", "decisions": "Beslutstabellen", "texts": "Texten"}


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both changed. `key` names it in a choice, `element` is its id in the drawing (None for a
    whole file), `text` is a Swedish sentence, `gone` who has taken it away, and `choice` what has been
    chosen."""

    key: str
    element: str | None
    text: str
    gone: Side | None = None
    choice: Side | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The files that the merge comes to, with what is in the draft wherever nothing has been chosen."""

    files: Mapping[str, bytes] = field(repr=False)
    clashes: tuple[Clash, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether all that both changed has been chosen between."""
        return all(clash.choice for clash in self.clashes)


def merge(
    base: Mapping[str, bytes],
    theirs: Mapping[str, bytes],
    mine: Mapping[str, bytes],
    chosen: Mapping[str, Side] | None = None,
) -> Merged:
    """Both changes since `base`. `chosen` says whose stands, by the key of a clash."""
    choices = chosen or {}
    files: dict[str, bytes] = {}
    clashes: list[Clash] = []
    for path in sorted({*base, *theirs, *mine}):
        b, t, m = base.get(path), theirs.get(path), mine.get(path)
        taken, found = _file(path, b, t, m, choices)
        clashes += found
        if taken is not None:
            files[path] = taken
    return Merged(files, tuple(clashes))


def _file(
    path: str, b: bytes | None, t: bytes | None, m: bytes | None, choices: Mapping[str, Side]
) -> tuple[bytes | None, list[Clash]]:
    if t in (m,) or m == b:
        return t, []
    if t == b:
        return m, []
    if path == MODEL and t is not None and m is not None:
        return _model(b, t, m, choices)
    choice = choices.get(path)
    gone: Side | None = "theirs" if t is None else "mine" if m is None else None
    return (m if choice == "mine" else t), [Clash(path, None, _said(_what(path), gone), gone, choice)]


def _model(b: bytes | None, t: bytes, m: bytes, choices: Mapping[str, Side]) -> tuple[bytes, list[Clash]]:
    whole = choices.get(MODEL)
    try:
        if b is None:
            raise Apart("Det är inte känt vad ritningarna har gemensamt.")
        made, quarrels = merged(b, t, m, choices)
    except (Apart, ModelRefused) as apart:
        text = f"Ritningarna går inte att slå ihop steg för steg. {apart} Välj en av dem hel."
        return (m if whole == "mine" else t), [Clash(MODEL, None, text, None, whole)]
    return made, [_clash(quarrel, choices.get(quarrel.key)) for quarrel in quarrels]


def _clash(quarrel: Quarrel, choice: Side | None) -> Clash:
    text = _said(f"”{quarrel.name or quarrel.element}”", quarrel.gone)
    return Clash(quarrel.key, quarrel.element, text, quarrel.gone, choice)


def _said(what: str, gone: Side | None) -> str:
    if gone is None:
        return f"{what} har ändrats på båda håll."
    return f"{what} har tagits bort på ena hållet och ändrats på det andra."


def _what(path: str) -> str:
    room, _, name = path.partition("/")
    if path == MODEL:
        return "Ritningen"
    if path == "scenarios.yaml":
        return "Scenariofilen"
    return f"{_KINDS.get(room, 'Filen')} {(name or room)[:80]}"
