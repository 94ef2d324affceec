"""Scenarios back to YAML: one as text, and a file with one more, one fewer or one by another name.

A file is somebody's text: what is not touched stays letter by letter, with its comments and its order. What
comes out is read again before it is given away; a file that would say something else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from workflows.errors import Finding, ModelRefused
from workflows.scenarios import plain_yaml
from workflows.scenarios.plan import (
    MAX_SCENARIOS,
    Clock,
    DueBy,
    Expectation,
    Page,
    Planned,
    Recorded,
    Scenario,
    Timed,
)
from workflows.scenarios.reading import BEGINS, read
from workflows.steps import Value

_VALUES = {"task": "answers", "operation": "outputs", "message": "payload"}
_WIDTH = 106


def appended(data: bytes | None, scenario: Scenario) -> bytes:
    """The file with the scenario last. Raises ModelRefused when there is one by that name or there are too
    many."""
    there = read(data) if data is not None else ()
    if scenario.name in {one.name for one in there}:
        raise _refused(f"Det finns redan ett scenario som heter ”{scenario.name}”. Ge det ett annat namn.")
    if len(there) >= MAX_SCENARIOS:
        raise _refused(f"Det finns redan {MAX_SCENARIOS} scenarier. Ta bort något först.")
    if data is None or not there:
        return sure(as_yaml(scenario), (scenario,))
    text = text_of(data)
    if spans(data) is None:  # written on one line, or nested in some other way of its own
        text = "\n".join(as_yaml(one) for one in there)
    return sure(f"{text.rstrip()}\n\n{as_yaml(scenario)}", (*there, scenario))


def removed(data: bytes, name: str) -> bytes | None:
    """The file without the scenario; None when it was the last. Raises ModelRefused when there is none."""
    there = read(data)
    at = _place(there, name)
    left = (*there[:at], *there[at + 1 :])
    if not left:
        return None
    rows = spans(data)
    if rows is None:
        return sure("\n".join(as_yaml(one) for one in left), left)
    lines = text_of(data).splitlines(keepends=True)
    begin, end = rows[at]
    return sure("".join([*lines[:begin], *lines[end:]]).rstrip() + "\n", left)


def renamed(data: bytes, name: str, new: str) -> bytes:
    """The file with the scenario by another name. Raises ModelRefused when there is none by the old, or one
    by the new."""
    there = read(data)
    at = _place(there, name)
    if new in {one.name for one in there}:
        raise _refused(f"Det finns redan ett scenario som heter ”{new}”. Ge det ett annat namn.")
    after = (*there[:at], replace(there[at], name=new), *there[at + 1 :])
    node = plain_yaml.composed(data)
    assert isinstance(node, yaml.SequenceNode)
    value = next(v for key, v in node.value[at].value if key.value == "name")
    text = text_of(data)
    begin, end = value.start_mark.index, value.end_mark.index
    return sure(text[:begin] + _scalar(new) + text[end:], after)


def as_yaml(scenario: Scenario) -> str:
    """The scenario as an entry of the file's list, ending with a line break."""
    text: str = yaml.dump(
        [as_mapping(scenario)],
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
        default_flow_style=None,
    )
    return text


def as_entry(one: Any, margin: str) -> str:
    """Something as an item of a list that has this margin, ending with a line break."""
    text: str = yaml.dump(
        [one], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=None
    )
    if text.startswith("["):  # a lone word is written so: [word]
        text = yaml.dump([one], Dumper=_Dumper, allow_unicode=True, width=_WIDTH, default_flow_style=False)
    return "".join(f"{margin}{line}" for line in text.splitlines(keepends=True))


def as_values(given: Mapping[str, Value]) -> str:
    """Names and values as lines of YAML, for somebody to change; "" for none."""
    if not given:
        return ""
    text: str = yaml.dump(dict(given), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text


def as_mapping(scenario: Scenario) -> dict[str, Any]:
    """The scenario as `reading` takes it; what is as usual is left out."""
    made: dict[str, Any] = {"name": scenario.name}
    if scenario.rules:
        made["rules"] = list(scenario.rules)
    if scenario.profile is not None:
        made["profile"] = scenario.profile
    if scenario.channels:
        made["channels"] = [dict(channel) for channel in scenario.channels]
    if scenario.at != BEGINS:
        made["at"] = scenario.at.isoformat()
    if scenario.given:
        made["given"] = dict(scenario.given)
    made["steps"] = [step_of(step) for step in scenario.steps]
    if expected := _expected(scenario.expect):
        made["expect"] = expected
    return made


def step_of(planned: Planned) -> dict[str, Any]:
    """The step as `reading` takes it."""
    match planned:
        case Timed():
            made: dict[str, Any] = {planned.kind: planned.name}
            if planned.values and planned.kind in _VALUES:
                made[_VALUES[planned.kind]] = dict(planned.values)
            if planned.fails is not None:
                made["fails"] = planned.fails
            if planned.refused is not None:
                made["refused"] = planned.refused
            return made
        case Clock():
            return {"clock": planned.until}
        case Recorded():
            return {"diarium": dict(planned.wanted)}
        case DueBy():
            return {"due": {"task": planned.task, "at": planned.at.isoformat()}}
        case Page():
            return _page(planned)


def _page(page: Page) -> dict[str, Any]:
    made: dict[str, Any] = {"as": page.who, "page": page.path, "status": page.status}
    if page.fields is not None:
        made["fields"] = dict(page.fields)
    for name, texts in (("holds", page.holds), ("lacks", page.lacks)):
        if texts:
            made[name] = list(texts)
    return {"see" if page.fields is None else "post": made}


def _expected(expect: Expectation) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if expect.path is not None:
        made["path"] = _Lines(expect.path)
    if expect.end is not None:
        made["end"] = expect.end
    if expect.open is not None:
        made["open"] = list(expect.open)
    if expect.variables:
        made["variables"] = dict(expect.variables)
    return made


class _Lines(list[str]):
    """A list with a line for each."""


class _Dumper(yaml.SafeDumper):
    """No anchors: our reader takes none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _lines(dumper: _Dumper, data: _Lines) -> yaml.Node:
    node: yaml.Node = dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=False)
    return node


_Dumper.add_representer(_Lines, _lines)


def _scalar(text: str) -> str:
    """The text as it may stand after `name: `."""
    made: str = yaml.dump(text, Dumper=_Dumper, allow_unicode=True, width=10_000)
    return made.removesuffix("\n").removesuffix("\n...")


def spans(data: bytes) -> list[tuple[int, int]] | None:
    """First line and the line after the last of each entry, by index; what stands before the next entry as
    comments or blank lines belongs to that. None where the entries are not lines of their own."""
    node = plain_yaml.composed(data)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        return None
    lines = text_of(data).splitlines()
    begins = [item.start_mark.line for item in node.value]
    if any(not lines[at].lstrip().startswith("-") for at in begins):
        return None
    found = []
    for at, begin in enumerate(begins):
        end = begins[at + 1] if at + 1 < len(begins) else len(lines)
        while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        found.append((begin, end))
    return found


def _place(there: tuple[Scenario, ...], name: str) -> int:
    found = next((at for at, one in enumerate(there) if one.name == name), None)
    if found is None:
        raise _refused(f"Det finns inget scenario som heter ”{name}”.")
    return found


def sure(text: str, wanted: tuple[Scenario, ...]) -> bytes:
    """The text as a file. Raises ModelRefused unless it is read as what was wanted."""
    data = text.encode()
    if read(data) != wanted:
        raise _refused("Scenarierna kan inte skrivas så att de läses som de var. Ändra i filen i stället.")
    return data


def text_of(data: bytes) -> str:
    """The file as text, with plain line breaks."""
    return data.decode().replace("\r\n", "\n").removeprefix("\ufeff")


def _refused(text: str) -> ModelRefused:
    return ModelRefused([Finding("scenarios", None, text)])
