"""YAML from strangers, narrowed: no aliases, no tags, no repeated keys, and `yes` is a text.

YAML 1.1 reads `yes`, `no` and `10:30` as something else than what the writer meant; here only
true, false, null and decimal numbers are other than text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import yaml

MAX_BYTES = 500_000
MAX_DEPTH = 12


class NotPlain(ValueError):
    """The text is not the YAML we read. `str()` is a Swedish sentence with the line."""


class _Loader(yaml.SafeLoader):
    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise NotPlain(f"Rad {line}: hänvisningar (*namn) stöds inte.")
        if getattr(event, "tag", None):
            raise NotPlain(f"Rad {line}: taggar (!) stöds inte.")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotPlain(f"Rad {line}: för djupt nästlat.")
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        line = node.start_mark.line + 1
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if names.total() < len(node.value):
            raise NotPlain(f"Rad {line}: en nyckel måste vara ett ord.")
        for name in (name for name, count in names.items() if count > 1):
            raise NotPlain(f"Rad {line}: ”{name[:60]}” står två gånger.")
        return super().construct_mapping(node, deep)


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
    if len(data) > MAX_BYTES:
        raise NotPlain("Filen är för stor: högst 500 kB.")
    try:
        return yaml.load(data.decode("utf-8"), _Loader)  # noqa: S506  (a narrower SafeLoader)
    except NotPlain:
        raise
    except yaml.MarkedYAMLError as error:
        line = f"Rad {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotPlain(f"{line}texten är inte giltig YAML.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotPlain("Filen är inte giltig YAML i UTF-8.") from None
