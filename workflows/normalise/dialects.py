"""What other engines' editors write in their own namespaces and we mean the same by: who does a task,
which operation a service task asks for, what is repeated, which process is called, and by what key a
message finds its case. The rest of their settings is left, and the checks say that it is not used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import etree

from workflows.normalise.scope import Drawing, mark
from workflows.normalise.vocabulary import (
    ACTIVITIES,
    ROLE,
    SPIFF,
    attribute,
    child,
    identifier,
    local,
    q,
    reference,
    text_of,
)

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
PLATFORMS = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
)
_TOKENS = re.compile(r"\"[^\"]*\"|'[^']*'|&&|\|\||!(?!=)|\b(?:eq|ne|gt|lt|ge|le)\b|[^&|!\"'\w]+|\w+|.")
_JUEL = {
    "&&": " and ",
    "||": " or ",
    "!": " not ",
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "lt": "<",
    "ge": ">=",
    "le": "<=",
}


def translated(drawing: Drawing) -> None:
    """Write the settings as our own, before anything looks at the model."""
    keys = {
        name: key
        for message in drawing.root.iter(q("message"))
        if (name := identifier(message)) and (key := _setting(message, "subscription", "correlationKey"))
    }
    for element in list(drawing.root.iter()):
        kind = local(element)
        if kind in ACTIVITIES:
            _performer(element)
            _repeated(element)
        if kind in {"serviceTask", "sendTask"}:
            _operation(drawing, element)
        if kind == "callActivity" and not attribute(element, "calledElement"):
            called = _setting(element, "calledElement", "processId")
            if called and not called.startswith("="):
                element.set("calledElement", called)
        if kind == "conditionExpression":
            element.text = juel(text_of(element))
        if kind in {"receiveTask", "messageEventDefinition"}:
            event = element if kind == "receiveTask" else element.getparent()
            awaited = reference(element, "messageRef")
            if awaited in keys and event is not None:
                mark(event, "correlation", keys[awaited])


def juel(text: str) -> str:
    """`${a && !b}` with its operators as words; any other text unchanged."""
    if not text.startswith(("${", "#{")) or len(text) > 4000:
        return text
    return "".join(_JUEL.get(part, part) for part in _TOKENS.findall(text))


def _performer(element: etree._Element) -> None:
    """The first group that may do the task, when it is a name and not an expression."""
    groups = _setting(element, "assignmentDefinition", "candidateGroups")
    groups = groups or _of_platform(element, "candidateGroups")
    first = groups.split(",")[0].strip()
    if first and first.isprintable() and not first.startswith(("=", "${", "#{")):
        mark(element, ROLE, first[:200])


def _repeated(element: etree._Element) -> None:
    loop = child(element, "multiInstanceLoopCharacteristics")
    if loop is None or child(loop, "loopDataInputRef") is not None:
        return
    if items := _setting(loop, "loopCharacteristics", "inputCollection"):
        item = _setting(loop, "loopCharacteristics", "inputElement")
        output = _setting(loop, "loopCharacteristics", "outputCollection")
        collected = _setting(loop, "loopCharacteristics", "outputElement").lstrip("= ")
    else:
        items = _of_platform(loop, "collection")
        item, output, collected = _of_platform(loop, "elementVariable"), "", ""
    if not items:
        return
    for tag, value in (("loopDataInputRef", items), ("loopDataOutputRef", output)):
        if value:
            etree.SubElement(loop, q(tag)).text = value
    for tag, value in (("inputDataItem", item), ("outputDataItem", collected)):
        if value:
            etree.SubElement(loop, q(tag), name=value)


def _operation(drawing: Drawing, element: etree._Element) -> None:
    """An external task's topic, or a job's type, is the name of an operation."""
    if element.find(f"{q('extensionElements')}/{q('serviceTaskOperator', SPIFF)}") is not None:
        return
    name = _setting(element, "taskDefinition", "type") or _of_platform(element, "topic")
    if not name or name.startswith(("=", "${", "#{")):
        return
    extensions = child(element, "extensionElements")
    if extensions is None:
        extensions = etree.Element(q("extensionElements"))
        element.insert(0, extensions)
    operator = etree.SubElement(extensions, q("serviceTaskOperator", SPIFF), id=name[:100])
    parameters = etree.SubElement(operator, q("parameters", SPIFF))
    for target, value in _inputs(element):
        etree.SubElement(parameters, q("parameter", SPIFF), id=target[:100], type="any", value=value)
    drawing.note(
        "foreign-operation",
        identifier(element),
        f"”{attribute(element, 'name') or attribute(element, 'id')}” ber om åtgärden ”{name[:80]}”, "
        "som den heter i det verktyg där modellen gjordes.",
        "Se efter att åtgärden finns och gör samma sak här.",
        "warning",
    )


def _inputs(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Parameters as name and expression; those with inner structure are left out."""
    for given in element.iter(q("input", ZEEBE)):
        source = attribute(given, "source")
        yield attribute(given, "target"), source if source.startswith("=") else json.dumps(source)
    for space in PLATFORMS:
        for given in element.iter(q("inputParameter", space)):
            if len(given) == 0:
                source = text_of(given)
                evaluated = source.startswith(("${", "#{"))
                yield attribute(given, "name"), juel(source) if evaluated else json.dumps(source)


def _setting(element: etree._Element, tag: str, name: str) -> str:
    """A Zeebe setting: an attribute of an extension element."""
    found = element.find(f"{q('extensionElements')}/{q(tag, ZEEBE)}")
    return "" if found is None else attribute(found, name)


def _of_platform(element: etree._Element, name: str) -> str:
    return next(filter(None, (attribute(element, f"{{{space}}}{name}") for space in PLATFORMS)), "")
