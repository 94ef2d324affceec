"""Saved states: versioned, compact, authenticated, and constant in the length of the history."""

from workflows.state.codec import dump, load
from workflows.state.snapshot import Frame, Snapshot, TokenKind, TokenState, Variables

__all__ = ["Frame", "Snapshot", "TokenKind", "TokenState", "Variables", "dump", "load"]
