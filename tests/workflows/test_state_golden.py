"""A state saved by the first version of the codec is still read, and its case goes on to its end."""

import base64
from uuid import UUID

from tests.workflows.driving import KEY, NOW
from tests.workflows.golden import DEFINITION, MODEL, STATE
from workflows import (
    CompleteTask,
    Ended,
    MessageArrived,
    TaskOpened,
    TimerDue,
    advance,
    read,
)
from workflows import state as codec


def test_a_state_of_version_one_goes_on_to_its_end() -> None:
    saved = base64.b64decode(STATE)
    snapshot = codec.load(saved, case="ärende-1", definition=DEFINITION, key=KEY)
    assert [frame.scope for frame in snapshot.frames] == ["p", "d"]
    definition = read({"model.bpmn": MODEL})
    state = codec.dump(snapshot, case="ärende-1", definition=definition.hash, key=KEY)
    names = {t.spec: str(UUID(t.id)) for f in snapshot.frames for t in f.tokens}
    instances = [t.id for t in snapshot.frames[0].tokens if t.spec == "body:u"]
    steps = [
        TimerDue(names["bpmn:t"]),
        MessageArrived(names["bpmn:c1"], {"ja": True}),
        *(CompleteTask(str(UUID(name))) for name in instances),
    ]
    reminded = ""
    for step in steps:
        result = advance(definition, state, step, case="ärende-1", key=KEY, now=NOW)
        state = result.state
        for event in result.events:
            if isinstance(event, TaskOpened):
                reminded = event.task
    assert not result.ended
    step = CompleteTask(reminded)
    result = advance(definition, state, step, case="ärende-1", key=KEY, now=NOW)
    assert result.events[-1] == Ended(
        "end",
        "",
        {
            "n": 1,
            "typename": {"typename": "UUID"},
            "svar": {"nummer": "KS 2026/1"},
            "ja": True,
        },
    )
