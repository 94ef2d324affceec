"""Two versions of a process compared in plain Swedish, what changes most first, layout folded away."""

from workflows.diff.comparing import diff
from workflows.diff.values import Change, Difference, Sentence

__all__ = ["Change", "Difference", "Sentence", "diff"]
