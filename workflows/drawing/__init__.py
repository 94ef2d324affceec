"""Diagram interchange to SVG: the drawing as its owner placed it, with where the case is now."""

from workflows.drawing.picture import draw
from workflows.drawing.shapes import Tone

__all__ = ["Tone", "draw"]
