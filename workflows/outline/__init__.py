"""The text twin: a diagram as an ordered, linked text in Swedish that says all that the drawing shows."""

from workflows.outline.text import as_text
from workflows.outline.values import Line, Link, Outline, Section
from workflows.outline.writing import outline

__all__ = ["Line", "Link", "Outline", "Section", "as_text", "outline"]
