"""Runs a process one step at a time; the only room that knows SpiffWorkflow."""

from workflows.engine.running import MAX_STEPS, advance, start

__all__ = ["MAX_STEPS", "advance", "start"]
