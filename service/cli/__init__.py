"""The command `ordna`: one verb, one function. Sentences go to standard error, results to standard output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from adapters.contract import DiariumError
from adapters.registry import UnknownAdapter
from service.cli import bench, export, intake, models, moving, people, play, rules, running, upkeep
from service.errors import Refusal
from service.keys import KeyRefused
from service.profiles import GuidelineRefused, ProfileRefused
from service.settings import SettingsRefused
from service.store import DatabaseRefused
from workflows import ModelRefused

Verb = Callable[[argparse.Namespace], int]
_GROUPS = (running, intake, models, rules, play, people, upkeep, export, moving, bench)


def parser() -> argparse.ArgumentParser:
    """The whole command line; the documentation's list of verbs is checked against it."""
    top = argparse.ArgumentParser(prog="ordna", description="Ordning i kommunens sociala medier.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for group in _GROUPS:
        group.add_verbs(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Returns the exit code: 0 done, 1 refused or not in order, 2 wrong use."""
    options = parser().parse_args(arguments)
    verb: Verb = options.run
    try:
        return verb(options)
    except ModelRefused as refused:
        for finding in refused.findings:
            place = f" ({finding.element})" if finding.element else ""
            print(f"{finding.rule}{place}: {finding.text} {finding.hint}".rstrip(), file=sys.stderr)
        return 1
    except (
        SettingsRefused,
        KeyRefused,
        DatabaseRefused,
        ProfileRefused,
        GuidelineRefused,
        UnknownAdapter,
        DiariumError,
        Refusal,
    ) as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
