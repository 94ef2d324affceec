"""What a draft would have done with a case, beside what was done: one verdict and one Swedish sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workflows.definition import Definition, Element, model
from workflows.migration import propose
from workflows.model import Node
from workflows.replay.playing import Player, Walk
from workflows.replay.record import Happened, Recorded
from workflows.replay.tree import Tree, Wait

Kind = Literal["same", "other", "stops", "fails", "unclear"]
KINDS: tuple[Kind, ...] = ("fails", "stops", "other", "unclear", "same")
"""Worst first. `unclear`: the recording does not hold enough, the case cannot be played on its own version
either."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text` is one sentence, empty when the path is the same; `element` is the draft's element where the
    paths part, or None. `was` and `becomes` are the names of the activities and events passed, `was_at` and
    `becomes_at` their ids, in the version that the case ran on and in the draft; `was_waits` and
    `becomes_waits` are the ids of what it then waits for (timers only where there is nothing else)."""

    kind: Kind
    text: str = ""
    element: str | None = None
    was: tuple[str, ...] = ()
    becomes: tuple[str, ...] = ()
    was_at: tuple[str, ...] = ()
    becomes_at: tuple[str, ...] = ()
    was_waits: tuple[str, ...] = ()
    becomes_waits: tuple[str, ...] = ()


class Replay:
    """Cases that ran on `old`, played on `draft`. Made once for each old version, used for one case at a
    time."""

    def __init__(self, old: Definition, draft: Definition, *, paths: bool = False) -> None:
        """`paths`: tell the path also of a case that goes the same way."""
        self.old, self.draft, self._paths = old, draft, paths
        mapping = propose(old, draft).mapping
        self._mapping = mapping
        self._back = {new: name for name, new in mapping.items()}
        self._on_draft = Player(Tree(draft), old, mapping.get)
        self._on_old: Player | None = None
        before, after = _nodes(old), _nodes(draft)
        self._changed = {
            new: told
            for name, new in mapping.items()
            if (told := _changed(before[name], after[new])) is not None
        }
        self._hidden = frozenset(name for name, node in before.items() if node.kind.value.endswith("Gateway"))

    def judge(self, case: Recorded) -> Verdict:
        """What would have become of the case. Never raises for what the draft or the case does."""
        draft = self._on_draft.play(case)
        was = self._recorded(case)
        waited = self._waited(case)
        found = self._compared(case, was, case.outcome, waited, draft, ())
        if found.kind == "same":
            return found
        if self._on_old is None:
            self._on_old = Player(Tree(self.old), self.old, lambda element: element)
        old = self._on_old.play(case)
        if old.wrong is not None:
            if old.wrong == draft.wrong:
                return self._told("same", "", None, was, waited, draft)
            return Verdict("unclear", f"Ärendet går inte att spela upp på sin egen version: {old.wrong}")
        waited = _kinds(old.waits(), self._mapping)
        reached = replace(case, closed=old.over)  # what the recording leads to, where it holds too little
        found = self._compared(reached, self._walked(old), _outcome(old), waited, draft, old.unused)
        if found.kind != "same" and case.closed != old.over:
            return Verdict("unclear", "Det som är inspelat räcker inte för att spela upp ärendet.")
        return found

    def _recorded(self, case: Recorded) -> list[tuple[str, ...]]:
        """The recorded path in the draft's ids; what the draft lacks keeps its own with a mark."""
        groups = (tuple(name for name in group if name not in self._hidden) for group in case.passed)
        return [tuple(map(self._name, group)) for group in groups if group]

    def _walked(self, old: Walk) -> list[tuple[str, ...]]:
        return [tuple(map(self._name, group)) for group in old.passed]

    def _name(self, element: str) -> str:
        return self._mapping.get(element) or _GONE + element

    def _waited(self, case: Recorded) -> list[tuple[str, str]]:
        return sorted((kind, self._name(element)) for kind, element in case.waiting)

    def _compared(
        self,
        case: Recorded,
        was: Sequence[tuple[str, ...]],
        outcome: str | None,
        waited: Sequence[tuple[str, str]],
        draft: Walk,
        idle: Sequence[Happened],
    ) -> Verdict:
        if draft.wrong is not None:
            return self._told("fails", draft.wrong, None, was, waited, draft)
        if case.closed and not draft.over:
            return self._told("stops", *self._stop(draft), was, waited, draft)
        if not case.closed and draft.waits() and self._skipped(draft, idle):
            return self._told("stops", *self._stop(draft), was, waited, draft)
        for text, element in self._differences(case, was, outcome, waited, draft):
            return self._told("other", text, element, was, waited, draft)
        return self._told("same", "", None, was, waited, draft)

    def _told(
        self,
        kind: Kind,
        text: str,
        element: str | None,
        was: Sequence[tuple[str, ...]],
        waited: Sequence[tuple[str, str]],
        draft: Walk,
    ) -> Verdict:
        if kind == "same" and not self._paths:
            return Verdict("same")
        before = [name for group in was for name in group]
        after = [name for group in draft.passed for name in group]
        return Verdict(
            kind,
            text,
            element,
            self._named(before),
            self._named(after),
            tuple(map(self._before, before)),
            tuple(after),
            tuple(map(self._before, _first_of(waited))),
            tuple(_first_of([(wait.kind, wait.element) for wait in draft.waits()])),
        )

    def _before(self, name: str) -> str:
        """The id in the version that the case ran on."""
        return self._back.get(name, name.removeprefix(_GONE))

    def _skipped(self, draft: Walk, idle: Sequence[Happened]) -> bool:
        """Whether something that was done has still to be done, with nobody waiting for it. `idle` was never
        waited for."""
        return any(
            step.kind in ("task", "operation") and step.element in self._mapping
            for step in draft.unused
            if step not in idle
        )

    def _differences(
        self,
        case: Recorded,
        was: Sequence[tuple[str, ...]],
        outcome: str | None,
        waited: Sequence[tuple[str, str]],
        draft: Walk,
    ) -> Iterator[tuple[str, str | None]]:
        becomes = draft.passed
        for number in range(max(len(was), len(becomes))):
            before = was[number] if number < len(was) else ()
            after = becomes[number] if number < len(becomes) else ()
            if sorted(before) != sorted(after):
                yield self._parted(was, number, before, after)
        if not case.closed:
            if draft.over:
                yield "Ärendet pågår, men skulle vara avslutat i utkastet.", None
            now = _kinds(draft.waits(), None)
            if now != list(waited):
                yield self._waits_otherwise(waited, now)
        for name in (*(one for group in becomes for one in group), *(w.element for w in draft.waits())):
            if name in self._changed:
                yield self._changed[name], name
        ended = _outcome(draft)
        if case.closed and draft.left is None and ended != outcome:
            yield f"Utfallet var {outcome or 'inget'}, men blir {ended or 'inget'}.", None

    def _parted(
        self,
        was: Sequence[tuple[str, ...]],
        number: int,
        before: tuple[str, ...],
        after: tuple[str, ...],
    ) -> tuple[str, str | None]:
        lost = next((name for name in before if name not in after), None)
        fresh = next((name for name in after if name not in before), None)
        way, turn = (after, fresh) if fresh is not None else (before, lost)
        shared = [name for name in way[: way.index(turn)] if name in before and name in after] if turn else []
        last = shared[-1:] or (was[number - 1][-1:] if number else [])
        where = f"Efter {_listed(self._named(last))} gick ärendet" if last else "Ärendet gick"
        there = f"till {_listed(self._named([lost]))}" if lost else "inte vidare"
        if fresh is not None:
            return f"{where} {there}, men går i utkastet till {_listed(self._named([fresh]))}.", fresh
        if lost is None:  # the same, but another number of times
            there = f"till {_listed(self._named(before[:1]))}"
        return f"{where} {there}, men gör det inte i utkastet.", None

    def _waits_otherwise(
        self, waited: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]
    ) -> tuple[str, str | None]:
        lost = [name for kind, name in waited if (kind, name) not in now]
        fresh = [name for kind, name in now if (kind, name) not in waited]
        was, becomes = _listed(self._named(lost)), _listed(self._named(fresh))
        if fresh and lost:
            text = f"Ärendet väntar på {was}, men skulle vänta på {becomes}."
        elif fresh:
            text = f"Ärendet skulle också vänta på {becomes}."
        else:
            text = f"Ärendet väntar på {was}, men gör det inte i utkastet."
        return text, fresh[0] if fresh else None

    def _stop(self, draft: Walk) -> tuple[str, str | None]:
        """Where the draft waits for something that never was."""
        waits = sorted(draft.waits(), key=lambda wait: _FIRST.index(wait.kind))
        if not waits:
            return "Ärendet kommer inte till ett slut i utkastet.", None
        first = waits[0]
        name = self._named([first.element])[0]
        match first.kind:
            case "task":
                role = self.draft.elements[first.element].role
                who = f" ({role})" if role else ""
                text = f"Stannar vid ”{name}”{who}, som behöver ett svar som aldrig gavs."
            case "operation":
                text = f"Stannar vid ”{name}”, en åtgärd som aldrig har utförts i ärendet."
            case "message":
                text = f"Stannar vid ”{name}” och väntar på ett meddelande som aldrig kom."
            case "timer":
                text = f"Stannar vid ”{name}” och väntar på att tiden går ut."
        return text, first.element

    def _named(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(self._label, names))

    def _label(self, name: str) -> str:
        there: Mapping[str, Element] = self.old.elements if name.startswith(_GONE) else self.draft.elements
        found = there.get(name.removeprefix(_GONE))
        return (found.name if found else "") or name.removeprefix(_GONE)


_GONE = "\0"
_FIRST = ("task", "operation", "message", "timer")


def _nodes(definition: Definition) -> dict[str, Node]:
    return {node.id: node for node in model(definition).nodes()}


def _changed(old: Node, new: Node) -> str | None:
    """What is another about an element that a path of names would not show."""
    name = new.name or new.id
    if old.kind.value.endswith("Gateway") or new.kind.value.endswith("Gateway"):
        return None
    if old.form is not None or old.kind.value == "userTask":
        if old.role != new.role:
            return f"”{name}” går till {new.role or 'ingen'} i stället för {old.role or 'ingen'}."
        if old.properties.get("guard") != new.properties.get("guard"):
            return f"”{name}” har inte samma spärr: kravet på förseglade bevis är ett annat."
        if old.properties.get("four_eyes") != new.properties.get("four_eyes"):
            return f"”{name}” har inte samma krav på två olika personer."
    if old.operation != new.operation:
        before = old.operation.name if old.operation else "ingen åtgärd"
        after = new.operation.name if new.operation else "ingen åtgärd"
        if before == after:
            return f"”{name}” utför {after} med andra värden."
        return f"”{name}” utför {after} i stället för {before}."
    return None


def _kinds(waits: Sequence[Wait], mapping: Mapping[str, str] | None) -> list[tuple[str, str]]:
    def name(element: str) -> str:
        return element if mapping is None else mapping.get(element) or _GONE + element

    return sorted((wait.kind, name(wait.element)) for wait in waits)


def _first_of(waits: Sequence[tuple[str, str]]) -> list[str]:
    """What is waited for but for timers; the timers, where there is nothing else."""
    return [name for kind, name in waits if kind != "timer"] or [name for _, name in waits]


def _outcome(walk: Walk) -> str | None:
    ended = walk.place.ended if walk.place else None
    outcome = ended.variables.get("outcome") if ended else None
    return outcome[:100] if isinstance(outcome, str) else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"”{name}”" for name in names[:3])
