"""What is made from the code and the folders: settings and verbs in the operations page, and the list of
process folders whose examples have been run.

python -m tests.repository.blocks      writes them anew
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator

import workflows
from service import definitions
from service.cli import parser
from service.settings import PREFIX, SETTINGS
from tests.repository.tree import ROOT

PAGE = ROOT / "docs" / "operations.md"


def settings() -> str:
    rows = [(f"`{PREFIX}{s.name}`", f"`{s.default}`" if s.default else "tomt", s.help) for s in SETTINGS]
    return _table(("inställning", "förval", "betyder"), rows)


def verbs() -> str:
    return _table(("kommando", "gör"), _verbs(parser()))


def _verbs(of: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Each verb with its help; a verb with verbs of its own gives those."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, verb in action.choices.items():
                inner = list(_verbs(verb))
                yield from inner or [(f"`{_usage(verb)}`", helps.get(name) or "")]


def _usage(verb: argparse.ArgumentParser) -> str:
    """`ordna draw FILE`: the verb with everything it takes."""
    usage = " ".join(verb.format_usage().removeprefix("usage: ").split())
    return usage.replace(" [-h]", "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


BLOCKS = {"settings": settings, "verbs": verbs}


def found(name: str) -> str:
    """What the page has now."""
    match = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert match is not None, name
    return match[1]


def write() -> None:
    page = PAGE.read_text("utf-8")
    for name, made in BLOCKS.items():
        page = page.replace(f"<!-- {name} -->\n{found(name)}", f"<!-- {name} -->\n{made()}")
    PAGE.write_text(page, "utf-8")


PROVED = ROOT / "bpmn" / "proved.yaml"
_HEAD = """# Processmappar vars exempel har körts och hållit, med mappens kontrollsumma. Skrivs av
# python -m tests.repository.blocks. En mapp med annat innehåll får sina exempel körda när den tas i drift.
"""


def proved() -> str:
    """The shipped folders by process, each with its hash. Raises ModelRefused where an example does not
    hold: nothing is listed that has not been run."""
    found = {}
    for folder in sorted((ROOT / "bpmn").glob("*/model.bpmn")):
        definition = workflows.read(definitions.folder(folder.parent))
        definitions.require(definition)
        found[definition.process] = definition.hash
    return _HEAD + "".join(f"{process}: {name}\n" for process, name in sorted(found.items()))


if __name__ == "__main__":
    write()
    PROVED.write_text(proved(), "utf-8")
