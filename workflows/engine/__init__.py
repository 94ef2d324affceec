"""Runs a process one step at a time; the only room that knows SpiffWorkflow."""

from workflows.engine.playing import Played, begin, due, go_on
from workflows.engine.running import MAX_STEPS, advance, start

__all__ = ["MAX_STEPS", "Played", "advance", "begin", "due", "go_on", "start"]
