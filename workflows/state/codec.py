"""Codec v1: a snapshot as compact JSON rows. Values are plain JSON and nothing in them is a type
tag, so no word that a stranger writes can mean anything here."""

from __future__ import annotations

from typing import Any, cast

import orjson

from workflows.errors import StateRefused
from workflows.state.seal import seal, unseal
from workflows.state.snapshot import Frame, Snapshot, TokenKind, TokenState, Variables

_KINDS: tuple[TokenKind, ...] = ("waiting", "ready", "started", "done")


def dump(snapshot: Snapshot, *, case: str, definition: str, key: bytes) -> bytes:
    """The sealed state. Raises BudgetExceeded when it is over 2 MB before packing."""
    frames = [
        [frame.scope, frame.host, frame.variables, [_row(token) for token in frame.tokens]]
        for frame in snapshot.frames
    ]
    variables = [[entry.base, entry.changed, entry.missing] for entry in snapshot.variables]
    payload = orjson.dumps([int(snapshot.ended), frames, variables])
    return seal(payload, case=case, definition=definition, key=key)


def load(state: bytes, *, case: str, definition: str, key: bytes) -> Snapshot:
    """Raises StateRefused when the state is not one that `dump` made for this case and
    definition."""
    payload = unseal(state, case=case, definition=definition, key=key)
    try:
        ended, frames, variables = orjson.loads(payload)
        return Snapshot(
            frames=tuple(
                Frame(
                    scope,
                    None if host is None else (int(host[0]), int(host[1])),
                    index,
                    tuple(_token(row) for row in rows),
                )
                for scope, host, index, rows in frames
            ),
            variables=tuple(Variables(base, changed, tuple(missing)) for base, changed, missing in variables),
            ended=bool(ended),
        )
    except (ValueError, TypeError, IndexError, KeyError):
        raise StateRefused("Det sparade tillståndet är skadat och kan inte läsas.") from None


def _row(token: TokenState) -> list[Any]:
    row = [token.id, token.spec, _KINDS.index(token.kind), token.parent, token.variables]
    return [*row, token.internal] if token.internal else row


def _token(row: list[Any]) -> TokenState:
    ident, spec, kind, parent, variables = row[:5]
    internal = cast(dict[str, Any], row[5]) if len(row) > 5 else {}
    return TokenState(ident, spec, _KINDS[kind], parent, variables, internal)
