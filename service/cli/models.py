"""Verbs for process owners: `lint`, `run`, `outline`, `draw`. They need no database and change nothing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import workflows
from service.actors import ROLES
from service.definitions import folder
from service.registrations import OPERATIONS
from workflows import checks, drawing


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lint = verbs.add_parser("lint", help="pröva en modell: 0 godtas, 1 godtas inte")
    lint.add_argument("file", type=Path, help="en .bpmn-fil eller en processmapp")
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(run=_lint)
    draw = verbs.add_parser("draw", help="rita en modell som SVG")
    draw.add_argument("file", type=Path)
    draw.set_defaults(run=_draw)


def read_files(path: Path) -> dict[str, bytes]:
    """A process folder's files, or a lone model as a folder of one."""
    if path.is_dir():
        return folder(path)
    return {"model.bpmn": path.read_bytes()}


def _lint(options: argparse.Namespace) -> int:
    try:
        files = read_files(options.file)
    except OSError as error:
        print(f"Filen går inte att läsa: {options.file} ({error.strerror}).", file=sys.stderr)
        return 2
    findings, accepted = _findings(files, whole=options.file.is_dir())
    if options.json:
        print(json.dumps({"accepted": accepted, "findings": [
            {"rule": f.rule, "element": f.element, "text": f.text, "hint": f.hint, "level": f.level}
            for f in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{finding.level}: {finding.rule} ({finding.element or 'modellen'}): "
                  f"{finding.text} {finding.hint}".rstrip())
        print("Modellen godtas." if accepted else "Modellen godtas inte.")
    return 0 if accepted else 1


def _findings(files: dict[str, bytes], *, whole: bool) -> tuple[list[workflows.Finding], bool]:
    try:
        definition = workflows.read(files)
    except workflows.ModelRefused as refused:
        return list(refused.findings), False
    found = checks.check(definition, operations=OPERATIONS if whole else None,
                         roles=tuple(ROLES.values()) if whole else None)
    return list(found), all(f.level != "error" for f in found)


def _draw(options: argparse.Namespace) -> int:
    definition = workflows.read(read_files(options.file))
    print(drawing.draw(definition.model, title=definition.name))
    return 0
