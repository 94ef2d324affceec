"""Saved states: what comes back is what was saved, and nothing else is believed."""

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import models as m
from tests.workflows.driving import KEY, NOW, Case
from workflows import CompleteTask, StateRefused, advance, read
from workflows import state as codec
from workflows.state import Frame, Snapshot, TokenState, Variables
from workflows.state.seal import MAX_PAYLOAD, seal, unseal

NAMES: dict[str, Any] = {"case": "ärende-1", "definition": "d" * 64, "key": KEY}
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10) | st.just("typename"), inner, max_size=4)
    ),
    max_leaves=20,
)
snapshots = st.builds(
    Snapshot,
    st.lists(
        st.builds(
            Frame,
            st.text(max_size=10),
            st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
            st.integers(0, 9),
            st.lists(
                st.builds(
                    TokenState,
                    st.text("0123456789abcdef", min_size=32, max_size=32),
                    st.text(max_size=20),
                    st.sampled_from(["waiting", "ready", "started", "done"]),
                    st.integers(-1, 9),
                    st.integers(0, 9),
                    st.dictionaries(st.text(max_size=8), values, max_size=3),
                ),
                max_size=4,
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            Variables,
            st.integers(-1, 9),
            st.dictionaries(st.text(max_size=8), values, max_size=3),
            st.lists(st.text(max_size=5), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.booleans(),
)


@given(snapshots)
def test_a_snapshot_comes_back_as_it_was(snapshot: Snapshot) -> None:
    assert codec.load(codec.dump(snapshot, **NAMES), **NAMES) == snapshot


@given(st.binary(max_size=4000), st.data())
def test_a_state_with_one_flipped_bit_is_refused(payload: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(payload, **NAMES))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(StateRefused):
        unseal(bytes(sealed), **NAMES)


@given(st.binary(max_size=200))
def test_bytes_from_elsewhere_are_refused(noise: bytes) -> None:
    for foreign in (noise, b"ORDN" + noise, b"ORDN\x01\x00" + noise, b"ORDN\x01\x01" + noise):
        with pytest.raises(StateRefused):
            codec.load(foreign, **NAMES)


def running() -> Case:
    return Case(m.process(m.start(), m.user("a"), m.user("b"), m.end(), "start -> a -> b -> end"))


def test_a_cut_state_is_refused() -> None:
    case = running()
    for length in range(len(case.state)):
        with pytest.raises(StateRefused):
            codec.load(case.state[:length], case=case.name, definition=case.definition.hash, key=KEY)


def test_a_state_belongs_to_its_case_its_definition_and_its_key() -> None:
    case = running()
    other = read({"model.bpmn": m.process(m.start(), m.user("a"), m.end(), "start -> a -> end")})
    step = CompleteTask(case.task("a"))
    with pytest.raises(StateRefused):
        advance(case.definition, case.state, step, case="ärende-2", key=KEY, now=NOW)
    with pytest.raises(StateRefused):
        advance(case.definition, case.state, step, case=case.name, key=b"x" * 32, now=NOW)
    with pytest.raises(StateRefused):
        advance(other, case.state, step, case=case.name, key=KEY, now=NOW)


def test_another_version_is_refused_even_when_sealed_by_us() -> None:
    sealed = bytearray(seal(b"{}", **NAMES))
    sealed[4] = 2
    with pytest.raises(StateRefused, match="version"):
        unseal(bytes(sealed), **NAMES)


def test_a_state_of_another_definition_sealed_by_us_is_refused_by_its_content() -> None:
    case = running()
    foreign = Snapshot(
        (Frame("p", None, 0, (TokenState("0" * 32, "bpmn:finns-inte", "ready"),)),),
        (Variables(-1, {}),),
    )
    sealed = codec.dump(foreign, case=case.name, definition=case.definition.hash, key=KEY)
    with pytest.raises(StateRefused):
        advance(case.definition, sealed, CompleteTask("x"), case=case.name, key=KEY, now=NOW)


def test_a_packed_state_is_unpacked_only_to_its_bound() -> None:
    bomb = zlib.compress(b"\0" * (MAX_PAYLOAD + 1), 9)
    head = b"ORDN\x01\x01"
    from workflows.state.seal import _code

    code = _code(head, bomb, "ärende-1", "d" * 64, KEY)
    with pytest.raises(StateRefused):
        unseal(head + code + bomb, **NAMES)


def test_large_states_are_packed_and_small_ones_not() -> None:
    assert len(seal(b"a" * 100_000, **NAMES)) < 1000
    assert len(seal(b"a" * 100, **NAMES)) == 138


def test_hostile_names_survive_every_save() -> None:
    case = running()
    hostile = {"typename": "UUID", "v": {"typename": "UUID", "value": "x"}, "__class__": [1]}
    case.done("a", **hostile)
    case.done("b")
    assert case.events[-1].variables == hostile  # type: ignore[union-attr]
