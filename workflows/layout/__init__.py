"""Draws what nobody has drawn: places for every figure and line of a model without a drawing."""

from workflows.layout.laying import Laid, laid, layout

__all__ = ["Laid", "laid", "layout"]
