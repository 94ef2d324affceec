"""Several pools, or several processes in one file: which of them runs, and which are only shown."""

from __future__ import annotations

from lxml import etree

from workflows.errors import Finding, ModelRefused
from workflows.normalise.scope import Drawing, mark
from workflows.normalise.vocabulary import (
    ASIDE,
    NODES,
    attribute,
    identifier,
    local,
    q,
    reference,
)


def chosen(drawing: Drawing) -> list[etree._Element]:
    """The processes that run: first the one that is started, then those it calls, also in several
    steps. The others are set aside.

    Of several the one that is marked executable is started, else the one with most symbols. Raises
    ModelRefused: no process, or several that are marked.
    """
    root = drawing.root
    found = {
        name: process
        for process in root.iter(q("process"))
        if (name := identifier(process)) is not None and any(local(c) in NODES for c in process)
    }
    if not found:
        raise ModelRefused([Finding("no-process", None, "Modellen innehåller ingen process.")])
    main = _main(found)
    running = _reached(found, main)
    for name, process in found.items():
        if name not in running:
            mark(process, ASIDE, "true")
    _told(drawing, found, running)
    return [found[name] for name in running]


def _main(found: dict[str, etree._Element]) -> str:
    called = {name for process in found.values() for name in _calls(process)}
    candidates = [name for name in found if name not in called] or list(found)
    marked = [name for name in candidates if attribute(found[name], "isExecutable") == "true"]
    if len(marked) > 1:
        raise ModelRefused(
            [
                Finding(
                    "several-processes",
                    None,
                    f"{len(marked)} processer i filen är markerade som körbara; vilken som ska "
                    "startas är oklart.",
                    "Markera bara en av dem som körbar (isExecutable), eller dela upp filen.",
                )
            ]
        )
    return marked[0] if marked else max(candidates, key=lambda name: _size(found[name]))


def _reached(found: dict[str, etree._Element], main: str) -> list[str]:
    reached = [main]
    for name in reached:
        reached += [c for c in dict.fromkeys(_calls(found[name])) if c in found and c not in reached]
    return reached


def _told(drawing: Drawing, found: dict[str, etree._Element], running: list[str]) -> None:
    names = {reference(p, "processRef"): attribute(p, "name") for p in drawing.root.iter(q("participant"))}

    def label(name: str) -> str:
        return f"”{attribute(found[name], 'name') or names.get(name) or name}”"

    others = [label(name) for name in found if name not in running]
    if others:
        drawing.note(
            "other-processes",
            running[0],
            f"Filen innehåller {len(found)} processer. {label(running[0])} körs; "
            f"{', '.join(others)[:300]} visas bara.",
            "Markera en annan process som körbar (isExecutable) om det är den som ska köras.",
            "warning",
        )
    empty = [p for p in drawing.root.iter(q("participant")) if reference(p, "processRef") not in found]
    if empty:
        listed = ", ".join(f"”{attribute(p, 'name') or attribute(p, 'id')}”" for p in empty)
        drawing.note("empty-pool", identifier(empty[0]), f"Tomma pooler visas bara: {listed[:300]}.")


def _calls(process: etree._Element) -> list[str]:
    return [reference(e, "calledElement") for e in process.iter(q("callActivity"))]


def _size(process: etree._Element) -> int:
    return sum(1 for element in process.iter() if local(element) in NODES)
