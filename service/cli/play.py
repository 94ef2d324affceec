"""The verb `run`: a model from start to end, in memory, with answers from a file."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import workflows
from service.actors import ROLES
from service.cli.answers import Answers, AnswersRefused, read_answers
from service.cli.files import read
from service.cli.headless import Run, kind_of, names_of
from service.cli.models import read_files
from service.definitions import OPERATIONS
from workflows import Definition, Finding, checks
from workflows.scenarios.plain_yaml import MAX_BYTES


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = verbs.add_parser("run", help="kör en modell i minnet: 0 den når slutet, 1 den stannar")
    run.add_argument("file", type=Path, help="en .bpmn-fil eller en processmapp")
    run.add_argument("--answers", type=Path, metavar="FIL", help="svar i JSON eller YAML")
    run.add_argument("--json", action="store_true")
    run.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        files = read_files(options.file)
        answers = read_answers(read(options.answers, MAX_BYTES)) if options.answers else Answers()
    except OSError as error:
        print(f"Filen går inte att läsa: {error.filename} ({error.strerror}).", file=sys.stderr)
        return 2
    except AnswersRefused as wrong:
        print(wrong, file=sys.stderr)
        return 2
    definition, findings = _checked(files, whole=options.file.is_dir())
    run = None
    stopped: str | None = "Modellen godtas inte."
    if definition is not None:
        run = Run(definition, answers, answers.at or datetime.now(UTC))
        run.play()
        stopped = run.stopped
    _tell(run, findings, stopped, as_json=options.json)
    if stopped:
        print(stopped, file=sys.stderr)
    return 1 if stopped else 0


def _checked(files: dict[str, bytes], *, whole: bool) -> tuple[Definition | None, list[Finding]]:
    """The model when it may run, and what there is to say of it."""
    try:
        definition = workflows.read(files)
    except workflows.ModelRefused as refused:
        return None, list(refused.findings)
    found = checks.check(
        definition, operations=OPERATIONS if whole else None, roles=tuple(ROLES.values()) if whole else None
    )
    return (None if any(f.level == "error" for f in found) else definition), list(found)


def _tell(run: Run | None, findings: list[Finding], stopped: str | None, *, as_json: bool) -> None:
    end = run.ended if run is not None else None
    if as_json:
        told = {
            "path": run.path if run else [],
            "names": run.names if run else [],
            "ended": end is not None,
            "end": end.name or end.element if end else None,
            "variables": run.variables() if run else {},
            "waiting": [
                {"kind": kind_of(wait), "element": wait.element, "name": names_of(wait)[0]}
                for wait in (run.waiting.values() if run else ())
            ],
            "stopped": stopped,
            "findings": [
                {"rule": f.rule, "element": f.element, "text": f.text, "hint": f.hint, "level": f.level}
                for f in findings
            ],
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    for finding in findings:
        print(f"{finding.level}: {finding.rule} ({finding.element or 'modellen'}): {finding.text}")
    for number, name in enumerate(run.names if run else (), 1):
        print(f"{number}. {name}")
    if end is not None:
        print(f"Slut: {end.name or end.element}")
