"""What models say to us in SpiffWorkflow's own namespace: properties, operators, decision ids."""

from __future__ import annotations

from lxml import etree

from workflows.model import Operation
from workflows.normalise.vocabulary import SPIFF, attribute, child, q, text_of


def properties_of(element: etree._Element) -> dict[str, str]:
    """`spiffworkflow:properties/spiffworkflow:property` as name → value."""
    block = _extension(element, "properties")
    if block is None:
        return {}
    return {
        attribute(entry, "name"): attribute(entry, "value")
        for entry in block.iterchildren(q("property", SPIFF))
    }


def operation_of(element: etree._Element) -> Operation | None:
    """`spiffworkflow:serviceTaskOperator` with its parameters, or None."""
    operator = _extension(element, "serviceTaskOperator")
    if operator is None:
        return None
    return Operation(
        name=attribute(operator, "id"),
        parameters={
            attribute(parameter, "id"): attribute(parameter, "value")
            for parameter in operator.iter(q("parameter", SPIFF))
        },
        result=attribute(operator, "resultVariable") or None,
    )


def spiff_text(element: etree._Element, name: str) -> str | None:
    """The text of one extension element, wherever editors put it: in extensionElements or
    beside."""
    found = _extension(element, name)
    if found is None:
        found = next(element.iterchildren(q(name, SPIFF)), None)
    return text_of(found) or None


def _extension(element: etree._Element, name: str) -> etree._Element | None:
    block = child(element, "extensionElements")
    return None if block is None else next(block.iterchildren(q(name, SPIFF)), None)
