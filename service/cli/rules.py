"""The verb `rules`: every rule of the municipalities' guidelines, and the scenarios that prove it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from service import profiles
from service.profiles import Rule
from workflows import Value, scenarios


@dataclass(frozen=True, slots=True)
class Traced:
    """A rule, the value of its key in the municipality's profile (None without a key), and the names of the
    scenarios that say they prove it, in order of process."""

    rule: Rule
    value: Value
    scenarios: tuple[str, ...]


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rules = verbs.add_parser("rules", help="visa riktlinjernas regler och scenarierna som visar dem")
    rules.add_argument("--json", action="store_true")
    rules.set_defaults(run=_rules)


def traced() -> tuple[Traced, ...]:
    """All rules, municipality by municipality. Raises ModelRefused when a scenarios file cannot be read."""
    naming: dict[str, list[str]] = {}
    for file in sorted(Path(str(resources.files("bpmn"))).glob("*/scenarios.yaml")):
        for scenario in scenarios.read(file.read_bytes()):
            for rule in scenario.rules:
                naming.setdefault(rule, []).append(scenario.name)
    return tuple(
        Traced(
            rule,
            None if rule.key is None else profiles.load(rule.profile).value(rule.key),
            tuple(naming.get(rule.id, ())),
        )
        for rule in profiles.rules().values()
    )


def _rules(options: argparse.Namespace) -> int:
    found = traced()
    if options.json:
        rows = [
            {
                "id": row.rule.id,
                "municipality": row.rule.municipality,
                "quote": row.rule.quote,
                "value": row.value,
                "scenarios": row.scenarios,
                "why_not": row.rule.why_not,
            }
            for row in found
        ]
        print(json.dumps({"rules": rows}, ensure_ascii=False))
    else:
        for line in _lines(found):
            print(line)
    shown = sum(bool(row.scenarios) for row in found)
    cannot = sum(row.rule.why_not is not None for row in found)
    print(
        f"{len(found)} regler: {shown} visas av scenarier, {cannot} kan ett program inte göra, "
        f"{sum(not row.scenarios and row.rule.why_not is None for row in found)} återstår.",
        file=sys.stderr,
    )
    return 0


def _lines(found: tuple[Traced, ...]) -> Iterator[str]:
    municipality = ""
    for row in found:
        if row.rule.municipality != municipality:
            municipality = row.rule.municipality
            yield f"{municipality}: {row.rule.document}"
        yield f"  {row.rule.id}  {row.rule.does}"
        yield f"          ”{row.rule.quote}” ({row.rule.section})"
        if row.rule.key is not None:
            yield f"          {row.rule.key}: {json.dumps(row.value, ensure_ascii=False)}"
        for name in row.scenarios:
            yield f"          visas av: {name}"
        if row.rule.why_not is not None:
            yield f"          görs inte: {row.rule.why_not}"
