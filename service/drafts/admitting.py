"""What may lie in a draft: anything bounded that is this process's folder, also when it is not finished.

An editor saves while somebody is still drawing, so a draft holds what the checks would refuse, and what
cannot be read as a process yet. What is dangerous, boundless or another process never comes in."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import Definition, Finding, ModelRefused, forms
from workflows.checks.formulas import formulas
from workflows.checks.vocabulary import vocabulary
from workflows.definition import model, tables
from workflows.folder import sorted_out
from workflows.normalise import parse_xml
from workflows.normalise.limits import counted
from workflows.normalise.vocabulary import identifier, q
from workflows.scenarios.plain_yaml import MAX_BYTES as MAX_SCENARIOS


def belonging(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the files that are a process: what else lay in the folder goes no further. Raises ModelRefused
    for files that could not lie in a draft."""
    return dict(sorted_out(files).files)


def admit(process: str, files: Mapping[str, bytes]) -> None:
    """Whether the files may be kept in a draft of `process`. Raises ModelRefused: too large or too many, XML
    that the one door refuses, a form that is no JSON, a text that is not UTF-8, a model that is none or
    another process's. Whether the model can be read or holds is not asked."""
    folder = sorted_out(files)
    root = parse_xml(folder.model)
    if str(root.tag) != q("definitions"):
        raise _refused("not-bpmn", None, "Filen model.bpmn är inte en BPMN-modell.")
    counted(root)
    found = [name for element in root.iter(q("process")) if (name := identifier(element))]
    if process not in found:
        other = found[0][:80] if found else None
        raise another(process, other)
    for content in folder.decisions.values():
        parse_xml(content)
    if len(folder.scenarios or b"") > MAX_SCENARIOS:
        text = f"Filen scenarios.yaml är för stor: högst {MAX_SCENARIOS // 1000} kB."
        raise _refused("scenarios-size", None, text)


def another(process: str, found: str | None) -> ModelRefused:
    """What to say of a model that is not `process`: None when there is no process in it at all."""
    text = (
        f"Filen innehåller inte processen ”{process}”."
        if found is None
        else f"Filen är processen ”{found}”, inte ”{process}”."
    )
    return _refused("other-process", found, text, f"Ge processen id {process} i ritverktyget.")


def understood(definition: Definition) -> None:
    """Raises ModelRefused with what in an imported model nobody can go on from: words that BPMN or this
    house does not have, scripts, formulas, tables and forms that cannot be read. What is only unfinished
    (roles, operations, paths that lead nowhere) is for the draft's page to tell."""
    found = [one for one in vocabulary(parse_xml(definition.model)) if one.level == "error"]
    if not found:
        found += formulas(model(definition))
    found += [one for one in tables(definition).findings if one.level == "error"]
    found += unread_forms(definition)
    if found:
        raise ModelRefused(found)


def unread_forms(definition: Definition) -> list[Finding]:
    """What is wrong with the forms in themselves."""
    found: list[Finding] = []
    for name, schema in sorted(definition.forms.items()):
        try:
            forms.load(name, schema)
        except ModelRefused as refused:
            found += refused.findings
    return found


def _refused(rule: str, element: str | None, text: str, hint: str = "") -> ModelRefused:
    return ModelRefused([Finding(rule, element, text, hint)])
