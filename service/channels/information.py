"""The information that visitors are owed, as a versioned text of the municipality with the channel's facts
filled in. Source: lag 1998:112 3 §."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from service.channels.public import PublicChannel

DEFAULT = "lagens-minimum"
_ESCAPED = "\\`*_[]<>#|"


@dataclass(frozen=True, slots=True)
class Information:
    """`version` as it stands first in the file, `text` in Markdown, `plain` without mark-up, to be copied
    into the channel itself."""

    version: str
    text: str
    plain: str


def of_channel(
    profile: str, channel: PublicChannel, *, municipality: str, report: str, officer: str
) -> Information:
    """The text of `profile`, or the law's minimum where it has none of its own. `report` is the address of
    the report form, `officer` how the data protection officer is reached."""
    version, template = _template(profile)
    values = {
        "kommun": municipality,
        "kanal": channel.name,
        "enhet": channel.unit or municipality,
        "namnd": channel.board or municipality,
        "syfte": channel.purpose,
        "besvaras": channel.answers,
        "kontakt": channel.contact or report,
        "anmal": report,
        "dataskyddsombud": officer,
    }
    return Information(
        version,
        _filled(template, {name: _escaped(value) for name, value in values.items()}),
        _filled(template, values).replace("# ", "").replace("\n- ", "\n• "),
    )


@lru_cache(32)
def _template(profile: str) -> tuple[str, str]:
    """Version and text. A profile in a file of its own has no text here: the law's minimum."""
    folder = Path(str(resources.files("bpmn"))) / "information"
    known = {path.stem for path in folder.glob("*.md")}
    text = (folder / f"{profile if profile in known else DEFAULT}.md").read_text("utf-8")
    version, _, rest = text.partition("\n\n")
    return version, rest.strip()


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _escaped(value: str) -> str:
    """A text as itself in Markdown."""
    return "".join(f"\\{c}" if c in _ESCAPED else c for c in " ".join(value.split()))
