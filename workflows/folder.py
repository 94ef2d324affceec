"""The files of a process folder, told apart by name, bounded and decoded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.errors import Finding, ModelRefused

MAX_FILES = 200
MAX_FILE = 2_000_000
MAX_ALL = 8_000_000
_MODEL = "model.bpmn"
_SCENARIOS = "scenarios.yaml"
_PART = re.compile(r"(forms|decisions|texts)/([\w.-]{1,100})\.(json|dmn|md)")
_SUFFIX = {"forms": "json", "decisions": "dmn", "texts": "md"}


@dataclass(frozen=True, slots=True)
class Folder:
    """`files` are those that belong to the definition, by path."""

    model: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    scenarios: bytes | None = None
    findings: tuple[Finding, ...] = ()


def sorted_out(files: Mapping[str, bytes]) -> Folder:
    """Raises ModelRefused: no model, too many or too large files, a form that is not JSON, a text
    that is not UTF-8. A file that is not known is left out, with a note."""
    lone = files.keys() == {_MODEL}  # its size is the XML door's to speak of
    if not lone and (len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_ALL):
        raise _refused("folder-size", "Processmappen är för stor: högst 200 filer och 8 MB.")
    if _MODEL not in files:
        raise _refused("no-model", "Processmappen saknar filen model.bpmn.")
    known: dict[str, bytes] = {}
    forms: dict[str, Mapping[str, Any]] = {}
    decisions: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    notes: list[Finding] = []
    for path, content in files.items():
        part = _PART.fullmatch(path)
        if part is not None and part[3] == _SUFFIX[part[1]]:
            if len(content) > MAX_FILE:
                raise _refused("file-size", f"Filen {path} är för stor: högst 2 MB.")
            match part[1]:
                case "forms":
                    forms[part[2]] = _form(path, content)
                case "decisions":
                    decisions[part[2]] = content
                case _:
                    texts[part[2]] = _text(path, content)
        elif path not in (_MODEL, _SCENARIOS):
            shown = path[:80]
            notes.append(
                Finding("unknown-file", None, f"Filen ”{shown}” hör inte till en process.", "", "note")
            )
            continue
        known[path] = content
    return Folder(files[_MODEL], known, forms, decisions, texts, files.get(_SCENARIOS), tuple(notes))


def _form(path: str, content: bytes) -> Mapping[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("duplicate key")
        return dict(pairs)

    try:
        form = json.loads(content.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise _refused("form-json", f"Formuläret {path} är inte giltig JSON.") from None
    if not isinstance(form, dict):
        raise _refused("form-json", f"Formuläret {path} måste vara ett JSON-objekt.")
    return form


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("text-encoding", f"Texten {path} är inte sparad som UTF-8.") from None


def _refused(rule: str, text: str) -> ModelRefused:
    return ModelRefused([Finding(rule, None, text)])
