"""Models as tangled as the bounds allow are checked and run within seconds."""

import random
from time import process_time

import pytest

from tests.workflows import models as m
from tests.workflows.driving import KEY, NOW
from workflows import WorkflowError, check, read, start


def tangle(seed: int, kinds: tuple[str, ...]) -> bytes:
    """A chain of 380 gateways with some 600 flows across it, forward; in the order of the seed."""
    chance = random.Random(seed)
    count = 380
    drawn = {(n, n + 1) for n in range(count - 1)}
    while len(drawn) < 980:
        low, high = sorted(chance.sample(range(count), 2))
        drawn.add((low, high))
    flows = "".join(
        f'<sequenceFlow id="f{a}_{b}" sourceRef="n{a}" targetRef="n{b}"/>' for a, b in sorted(drawn)
    )
    nodes = [m.node(chance.choice(kinds), f"n{n}") for n in range(count)]
    return m.process(m.start(), m.end(), *nodes, flows, f"start -> n0; n{count - 1} -> end")


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "kinds",
    [("inclusiveGateway",), ("parallelGateway",), ("inclusiveGateway", "parallelGateway", "userTask")],
    ids=["inclusive", "parallel", "mixed"],
)
def test_a_tangle_is_checked_and_run_in_seconds(seed: int, kinds: tuple[str, ...]) -> None:
    begun = process_time()
    definition = read({"model.bpmn": tangle(seed, kinds)})
    check(definition)
    assert process_time() - begun < 3
    begun = process_time()
    try:
        assert start(definition, {}, case="c", key=KEY, now=NOW)
    except WorkflowError as refusal:
        assert str(refusal)
    assert process_time() - begun < 5
