"""YAML from strangers, narrowed: no aliases, no tags, no repeated keys, and `yes` is a text.

YAML 1.1 reads `yes`, `no` and `10:30` as something else than what the writer meant; here only
true, false, null and decimal numbers are other than text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import yaml

MAX_BYTES = 500_000
MAX_DEPTH = 12


class NotPlain(ValueError):
    """The text is not the YAML we read. `str()` is a Swedish sentence with the line."""


class _Loader(yaml.CSafeLoader):
    """libyaml reads, and this says what the texts are. Read in Python it takes several times as long."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        line = node.start_mark.line + 1
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if names.total() < len(node.value):
            raise NotPlain(f"Rad {line}: en nyckel måste vara ett ord.")
        for name in (name for name, count in names.items() if count > 1):
            raise NotPlain(f"Rad {line}: ”{name[:60]}” står två gånger.")
        return super().construct_mapping(node, deep)


def _require_plain(text: str) -> None:
    """Raises NotPlain before anything is built of the text."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise NotPlain(f"Rad {line}: hänvisningar (*namn) stöds inte.")
        if getattr(event, "tag", None):
            raise NotPlain(f"Rad {line}: taggar (!) stöds inte.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        # a value in the innermost collection counts as one step further
        if depth + isinstance(event, yaml.ScalarEvent) > MAX_DEPTH:
            raise NotPlain(f"Rad {line}: för djupt nästlat.")


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|", ("n", "")),
    ("int", r"[-+]?(0|[1-9][0-9]{0,14})", "-+0123456789"),
    ("float", r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), [*_first])


def read(data: bytes) -> object:
    """Lists, mappings, texts, numbers, booleans and None. Raises NotPlain."""
    return _taken(data, lambda text: yaml.load(text, _Loader))  # noqa: S506  (a narrower SafeLoader)


def composed(data: bytes) -> Any:
    """The text as YAML's nodes, which know where they stand in it. Raises NotPlain."""
    return _taken(data, lambda text: yaml.compose(text, _Loader))


def _taken(data: bytes, take: Callable[[str], Any]) -> Any:
    if len(data) > MAX_BYTES:
        raise NotPlain("Filen är för stor: högst 500 kB.")
    try:
        text = data.decode("utf-8")
        _require_plain(text)
        return take(text)
    except NotPlain:
        raise
    except yaml.MarkedYAMLError as error:
        line = f"Rad {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotPlain(f"{line}texten är inte giltig YAML.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotPlain("Filen är inte giltig YAML i UTF-8.") from None
