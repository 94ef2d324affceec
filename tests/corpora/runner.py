"""What becomes of each model in a folder: `python -m tests.corpora.runner FOLDER [--json]`.

Every file is played in a process of its own with 2 s of CPU and 300 MB. The report counts refused (by
rule), ended, stopped, unfinished, and the three that must be none: crashed, slow, unlike.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.corpora.play import play
from tests.corpora.pool import Done, each
from workflows import ModelRefused
from workflows.normalise import parse_xml
from workflows.normalise.vocabulary import BPMN, NODES, local

MAX_READ = 3_000_000
"""A little more than the library takes, so that it is the library that refuses."""


def played(folder: Path) -> list[Done]:
    """Every `.bpmn` file under the folder, in order of name."""
    names = sorted(str(p) for p in folder.rglob("*") if p.suffix.lower() == ".bpmn")
    return sorted(each(names, _file), key=lambda done: done.name)


def played_models(models: Mapping[str, bytes], seed: int = 0) -> list[Done]:
    """The same for models in memory, by name."""

    def one(name: str) -> dict[str, Any]:
        return asdict(play({"model.bpmn": models[name]}, seed))

    return sorted(each(models, one), key=lambda done: done.name)


def report(done: Sequence[Done]) -> dict[str, Any]:
    """Counts, and the files with faults."""
    results: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    whys: Counter[str] = Counter()
    faults: dict[str, str] = {}
    worst = size = 0.0
    for one in done:
        worst, size = max(worst, one.seconds), max(size, one.bytes)
        if one.fault or one.answer is None:
            results["slow" if one.fault == "slow" else "crashed"] += 1
            faults[one.name] = one.fault
            continue
        results[one.answer["result"]] += 1
        rules.update(one.answer["rules"])
        notes.update(one.answer["notes"])
        if one.answer["why"]:
            whys[one.answer["why"][:120]] += 1
        if one.answer["result"] == "unlike":
            faults[one.name] = one.answer["why"]
    return {
        "files": sum(results.values()),
        "results": dict(results.most_common()),
        "by_construct": by_construct(done),
        "refused_by": dict(rules.most_common()),
        "notes": dict(notes.most_common()),
        "stopped_by": dict(whys.most_common(20)),
        "faults": faults,
        "worst_cpu_seconds": round(worst, 3),
        "worst_rss_mb": round(size / 1024 / 1024, 1),
    }


def by_construct(done: Iterable[Done]) -> dict[str, dict[str, int]]:
    """For each element of BPMN: what became of the files that hold it. The most common first."""
    found: dict[str, Counter[str]] = {}
    for one in done:
        for name in (one.answer or {}).get("constructs", ()):
            found.setdefault(name, Counter())[one.answer["result"]] += 1  # type: ignore[index]
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return {name: {"files": counts.total(), **dict(counts.most_common())} for name, counts in ordered}


def _file(name: str) -> dict[str, Any]:
    with Path(name).open("rb") as file:
        data = file.read(MAX_READ)
    return asdict(play({"model.bpmn": data})) | {"constructs": _constructs(data)}


def _constructs(data: bytes) -> list[str]:
    try:
        root = parse_xml(data)
    except ModelRefused:
        return []
    return sorted({local(element) for element in root.iter(f"{{{BPMN}}}*") if _told(local(element))})


def _told(name: str) -> bool:
    return name in NODES or name.endswith(("EventDefinition", "LoopCharacteristics"))


def main(arguments: list[str] | None = None) -> int:
    reader = argparse.ArgumentParser(description="Spela varje modell i en mapp.")
    reader.add_argument("folder", type=Path)
    reader.add_argument("--json", action="store_true", help="även ett svar per fil")
    options = reader.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"Mappen finns inte: {options.folder}", file=sys.stderr)
        return 2
    done = played(options.folder)
    found = report(done)
    if options.json:
        found["each"] = [asdict(one) for one in done]
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
