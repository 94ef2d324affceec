"""Verbs for process owners: `lint`, `outline`, `diff`, `draw`. They need no database and change nothing."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import workflows
from service.actors import ROLES
from service.cli.files import read
from service.definitions import MAX_BYTES, OPERATIONS, folder, unset
from service.processes import WORDS
from workflows import checks, drawing
from workflows.diff import diff
from workflows.layout import laid
from workflows.outline import as_text, outline


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lint = verbs.add_parser("lint", help="pröva en modell: 0 godtas, 1 godtas inte")
    lint.add_argument("file", type=Path, help="en .bpmn-fil eller en processmapp")
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(run=_lint)
    told = verbs.add_parser("outline", help="skriv en modell som text i ordning")
    told.add_argument("file", type=Path, help="en .bpmn-fil eller en processmapp")
    told.add_argument("--here", action="append", default=[], metavar="ID", help="märk det här steget")
    told.set_defaults(run=_outline)
    compared = verbs.add_parser("diff", help="säg i ord vad som ändras från en version till en annan")
    compared.add_argument("old", type=Path, help="en .bpmn-fil eller en processmapp")
    compared.add_argument("new", type=Path, help="en .bpmn-fil eller en processmapp")
    compared.add_argument("--json", action="store_true")
    compared.set_defaults(run=_diff)
    draw = verbs.add_parser("draw", help="rita en modell som SVG")
    draw.add_argument("file", type=Path)
    draw.set_defaults(run=_draw)


def read_files(path: Path) -> dict[str, bytes]:
    """A process folder's files, or a lone model as a folder of one."""
    if path.is_dir():
        return folder(path)
    return {"model.bpmn": read(path, MAX_BYTES)}


def _lint(options: argparse.Namespace) -> int:
    try:
        files = read_files(options.file)
    except OSError as error:
        return _unreadable(options.file, error)
    findings, accepted = _findings(files, whole=options.file.is_dir())
    if options.json:
        print(
            json.dumps(
                {
                    "accepted": accepted,
                    "findings": [
                        {
                            "rule": f.rule,
                            "element": f.element,
                            "text": f.text,
                            "hint": f.hint,
                            "level": f.level,
                        }
                        for f in findings
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        for finding in findings:
            print(
                f"{finding.level}: {finding.rule} ({finding.element or 'modellen'}): "
                f"{finding.text} {finding.hint}".rstrip()
            )
        print("Modellen godtas." if accepted else "Modellen godtas inte.")
    return 0 if accepted else 1


def _findings(files: dict[str, bytes], *, whole: bool) -> tuple[list[workflows.Finding], bool]:
    try:
        definition = workflows.read(files)
    except workflows.ModelRefused as refused:
        return list(refused.findings), False
    found = checks.check(
        definition, operations=OPERATIONS if whole else None, roles=tuple(ROLES.values()) if whole else None
    )
    if any(f.level == "error" for f in found):
        return list(found), False
    # a lone model may be half of something: who knows what its forms and operations would have set
    told = [f if whole else replace(f, level="note") for f in unset(definition)]
    return [*found, *told], not (whole and told)


def _unreadable(path: Path, error: OSError) -> int:
    print(f"Filen går inte att läsa: {path} ({error.strerror}).", file=sys.stderr)
    return 2


def _outline(options: argparse.Namespace) -> int:
    try:
        definition = workflows.read(read_files(options.file))
    except OSError as error:
        return _unreadable(options.file, error)
    print(as_text(outline(definition, words=WORDS), here=options.here), end="")
    return 0


def _diff(options: argparse.Namespace) -> int:
    files = []
    for path in (options.old, options.new):
        try:
            files.append(read_files(path))
        except OSError as error:
            return _unreadable(path, error)
    old, new = files
    if options.old.is_dir() is not options.new.is_dir():  # a lone model stands in the other's folder
        old, new = ({**new, **old}, new) if options.new.is_dir() else (old, {**old, **new})
    difference = diff(workflows.read(old), workflows.read(new), words=WORDS)
    if options.json:
        print(
            json.dumps(
                {
                    "layout_only": difference.layout_only,
                    "sentences": [
                        {"kind": s.kind, "element": s.element, "text": s.text, "weight": s.weight}
                        for s in difference.sentences
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        for said in difference.sentences:
            print(said.text)
        if difference.layout_only:
            print("Bara ritningens utseende har ändrats.")
        elif not difference.sentences:
            print("Versionerna är lika.")
    return 0


def _draw(options: argparse.Namespace) -> int:
    try:
        definition = workflows.read(read_files(options.file))
    except OSError as error:
        return _unreadable(options.file, error)
    whole = laid(definition)
    if whole.note is not None:
        print(whole.note.text, file=sys.stderr)
    print(drawing.draw(whole.model, title=definition.name))
    return 0
