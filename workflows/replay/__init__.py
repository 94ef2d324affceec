"""Replay: what a draft would have done with cases that have been, from what is recorded of them.

`Replay(old, draft).judge(recorded)` plays one case with its own answers under its own clock and says in a
sentence where the paths part. What nobody knows is not guessed: a step that no one has taken stops the case.
"""

from workflows.replay.judging import KINDS, Kind, Replay, Verdict
from workflows.replay.record import Happened, Recorded

__all__ = ["KINDS", "Happened", "Kind", "Recorded", "Replay", "Verdict"]
