"""Entry points of the group `ordna.diarium` → a diarium by name; none or two is an error."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from adapters.contract import Diarium, Target

GROUP = "ordna.diarium"


class UnknownAdapter(LookupError):
    """The name is not that of exactly one installed adapter. `str()` is a Swedish sentence."""


def names(group: str = GROUP) -> tuple[str, ...]:
    """The installed adapters' names, sorted; a name that occurs twice is listed twice."""
    return tuple(sorted(e.name for e in entry_points(group=group)))


def find_adapter(name: str, group: str = GROUP) -> EntryPoint:
    """The one entry point of that name. Raises `UnknownAdapter` for none or several."""
    found = [e for e in entry_points(group=group) if e.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        values = ", ".join(sorted(e.value for e in found))
        raise UnknownAdapter(
            f"{len(found)} installerade adaptrar heter {name!r} ({values}); ta bort alla utom en."
        )
    known = ", ".join(names(group)) or "inga (är paketet installerat?)"
    raise UnknownAdapter(f"Det finns ingen adapter som heter {name!r}. Installerade: {known}.")


def open_diarium(name: str, target: Target) -> Diarium:
    """The adapter called `name`, opened on `target`. Raises `UnknownAdapter`, or `Misconfigured`
    when the target does not fit the adapter. Nothing is sent: call `check()` for that."""
    diarium: Diarium = find_adapter(name).load()(target)
    return diarium
