"""The verb `export`: a version of a process written as a folder, for a git working tree or another house."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from service import definitions, drafts, processes
from service.node import open_node
from service.settings import from_environment

_PARTS = {"forms": "*.json", "decisions": "*.dmn", "texts": "*.md"}


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = verbs.add_parser("export", help="skriv en process i drift som en mapp")
    export.add_argument("process", help="processens id, till exempel complaint")
    export.add_argument("folder", type=Path, help="mappen: tom, ny, eller en processmapp som skrivs om")
    export.add_argument("--version", type=int, help="versionens nummer (förval: den i drift)")
    export.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.read() as session:
            if options.version is None:
                definition = definitions.active(session, options.process)
            else:
                definition = processes.numbered(session, options.process, options.version)
            files = drafts.belonging(definitions.files_of(session, definition.hash))
    finally:
        node.close()
    try:
        refusal = write(options.folder, files)
    except OSError as error:
        refusal = f"Mappen går inte att skriva: {options.folder} ({error.strerror})."
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"{options.folder}: {len(files)} filer {definition.hash[:12]}")
    return 0


def write(folder: Path, files: Mapping[str, bytes]) -> str | None:
    """Make `folder` hold exactly these files of a process; whatever else lies there is left alone. Gives a
    sentence when the folder is something else than a process folder. Raises OSError."""
    if folder.is_symlink() or any((folder / part).is_symlink() for part in _PARTS):
        return f"{folder} är en länk eller har länkar i sig."
    if folder.exists() and any(folder.iterdir()) and not (folder / "model.bpmn").is_file():
        return f"{folder} är varken tom eller en processmapp."
    there = [found for part, ending in _PARTS.items() for found in (folder / part).glob(ending)]
    there += [folder / "scenarios.yaml"]
    for old in there:
        if old.relative_to(folder).as_posix() not in files:
            old.unlink(missing_ok=True)
    for name, content in sorted(files.items()):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_symlink():  # what it points at is not ours to write
            place.unlink()
        place.write_bytes(content)
    return None
