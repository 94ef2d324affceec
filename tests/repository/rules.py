"""The pages made from the profiles and the guidelines: the keys, and the rules with what Ordna does.

python -m tests.repository.rules       writes them anew
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from service.cli.rules import Traced, traced
from service.profiles import KEYS, Kind, Part
from tests.repository.tree import ROOT

PAGE = ROOT / "docs" / "rules.md"
_HEAD = """# The rules and what Ordna does about them

Made by `python -m tests.repository.rules` from `bpmn/guidelines/`, `bpmn/profiles/` and the scenarios beside
the diagrams. `ordna rules --json` says the same. Each rule stands with the guideline's own words; a rule that
software cannot serve says why. Letters: S ska (must), B bör (should), K kan (may), – a statement.
"""


PROFILES = ROOT / "docs" / "profiles.md"
_KEYS_HEAD = """# Municipality profiles

The five guidelines agree on the steps and differ in the values. A profile holds the values; the models read
them as variables and are the same for all. Made by `python -m tests.repository.rules` from
`service/profiles/keys.py`.

- `bpmn/profiles/<name>.yaml` is chosen with `ORDNA_PROFILE=<name>`; a path that ends in `.yaml` names a file
  of the municipality's own. Without it `lagens-minimum` holds: what the law says, and otherwise a proposal.
- Every key is there, as `{value, quote, document, section, date, status}` and, where useful, a `note`.
  `status` is `rule` (the municipality's own sentence, word for word), `law` (a statute, in our words) or
  `chosen` ("kommunen väljer": the guideline is silent or says two things, and the note says which).
- `a.b` is the variable `a_b` in every case; a key of several parts has `a_b` for the first and `a_b_part` for
  the others. A case keeps the values that it was opened under.
- A profile that is misspelt, lacks a key or names a role that does not exist stops the start with a sentence.
  So does one that a model in force cannot follow: a step whose role has no lane, a form that the folder
  lacks, a fork or a table without a way for the value. `ordna check` and `ordna deploy` say the same.
- A user task's property `why` (keys and rules with blanks or commas between: `sla.answer SAT-31`) shows the
  sentence beside the task; `/varfor` lists all values and `/api/v1/why/<key>` answers programs.

| key | variables | values | decides |
| --- | --- | --- | --- |
"""


def profiles_page() -> str:
    """The page of the keys."""
    rows = []
    for key in KEYS.values():
        variables = "<br>".join(f"`{name}`" for name in key.variables)
        values = "<br>".join(_allowed(part) for part in key.parts)
        rows.append(f"| `{key.name}` | {variables} | {values} | {key.explanation} |\n")
    return _KEYS_HEAD + "".join(rows)


def _allowed(part: Part) -> str:
    match part.kind:
        case Kind.CODE:
            return ", ".join(f"`{code}`" for code in part.codes)
        case Kind.ROLE:
            return "a role" + (" or `none`" if "none" in part.codes else "")
        case Kind.ROLES:
            return "roles in order"
        case Kind.WHOLE:
            return f"{part.least}–{part.most}"
        case Kind.FLAG:
            return "`true`, `false`"
        case Kind.TEXT:
            return "a text, may be empty"
        case Kind.TEMPLATE:
            return "a text with {förnamn}, {funktion}, {enhet}, {kommun}"


def page() -> str:
    """The page of the rules."""
    return "\n".join([_HEAD, *_parts()])


def _parts() -> Iterator[str]:
    for municipality, group in groupby(traced(), key=lambda row: row.rule.municipality):
        rows = list(group)
        first = rows[0].rule
        yield f"## {municipality}\n\n*{first.document}*, {first.date or 'undated'}\n"
        for row in rows:
            yield _entry(row)


def _entry(row: Traced) -> str:
    rule = row.rule
    lines = [f"**{rule.id}** ({rule.modality}) {rule.section}  ", f"> {rule.quote}", ""]
    if rule.why_not is None:
        lines.append(f"- {rule.does}")
    else:
        lines.append(f"- *Not served:* {rule.why_not}")
    if rule.key is not None:
        lines.append(f"- `{rule.key}`: `{json.dumps(row.value, ensure_ascii=False)}`")
    lines += [f"- scenario: {name}" for name in row.scenarios]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    PROFILES.write_text(profiles_page(), "utf-8")
