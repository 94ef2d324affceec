"""A gateway without conditions right after a user task is a question to whoever does the task.

That is what such a drawing means: the person chooses, and the names of the flows are the answers.
The normaliser gives the choice a variable and each flow its condition; the form shows the question.
"""

from __future__ import annotations

import re

from lxml import etree

from workflows.normalise.flows import conditioned
from workflows.normalise.scope import Level, mark
from workflows.normalise.vocabulary import (
    attribute,
    child,
    children,
    local,
    q,
    reference,
)

PROPERTY = "choice"


def asked(level: Level) -> None:
    """Turn each such gateway into a choice, with a note."""
    for gateway, element in level.of("exclusiveGateway"):
        out = level.outgoing(gateway)
        bare = [flow for flow in out if not conditioned(flow)]
        if len(out) < 2 or len(bare) != len(out) or reference(element, "default"):
            continue
        task = _asker(level, gateway)
        if task is None:
            continue
        answered(level, gateway, task)
        level.drawing.note(
            "choice",
            gateway,
            f"Grinden ”{attribute(element, 'name') or gateway}” saknar villkor. Den som gör "
            f"”{attribute(task, 'name') or attribute(task, 'id')}” får välja väg.",
        )


def answered(level: Level, gateway: str, task: etree._Element) -> None:
    """Each way out of the gateway is taken when the user task's answer is the flow's id."""
    for flow in level.outgoing(gateway):
        condition = child(flow, "conditionExpression")
        if condition is None:
            condition = etree.SubElement(flow, q("conditionExpression"))
        condition.text = answer(gateway, attribute(flow, "id"))
    mark(task, PROPERTY, gateway)


def answer(gateway: str, flow: str) -> str:
    """The condition that holds when the flow has been chosen."""
    return f'{variable_of(gateway)} = "{flow}"'


def variable_of(gateway: str) -> str:
    """The variable that receives the id of the chosen flow."""
    return "val_" + re.sub(r"\W", "_", gateway)[:80]


def _asker(level: Level, gateway: str) -> etree._Element | None:
    """The user task whose only way on is the gateway, when that is the only way in to it."""
    into = [flow for flow in level.flows if attribute(flow, "targetRef") == gateway]
    if len(into) != 1:
        return None
    source = attribute(into[0], "sourceRef")
    task = level.nodes[source]
    alone = len(level.outgoing(source)) == 1 and not any(
        True for _ in children(task, "multiInstanceLoopCharacteristics")
    )
    return task if local(task) == "userTask" and alone else None
