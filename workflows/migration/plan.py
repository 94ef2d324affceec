"""What each element of the old version is in the new one. A person may change it before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Plan:
    """`mapping` is old element id → new element id. `unmapped` are old elements without a place in the
    new version, in the old order: a case that waits at one of them cannot move. `guessed` are old
    elements matched only by where they stand, which a person should look at."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()

    def target(self, element: str) -> str | None:
        """The element's id in the new version, or None."""
        return self.mapping.get(element)

    def with_target(self, element: str, target: str | None) -> Plan:
        """The plan with one element placed by a person; None takes its place away."""
        mapping = {old: new for old, new in self.mapping.items() if old != element}
        unmapped = tuple(old for old in self.unmapped if old != element)
        if target is None:
            unmapped = (*unmapped, element)
        else:
            mapping[element] = target
        return replace(self, mapping=mapping, unmapped=unmapped, guessed=self.guessed - {element})
