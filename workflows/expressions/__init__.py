"""The only evaluator of model text: an allow-list, a fuel budget and caps; FEEL and Python-like.

A model is data from strangers. Its conditions and cells are read into our own small tree and
walked; nothing of them ever reaches the interpreter. `FUNCTIONS` is their help as well.
"""

from workflows.expressions.compiled import Compiled, compile, compile_unary, evaluate, to_value
from workflows.expressions.functions import FUNCTIONS, Function
from workflows.expressions.values import Range, YearMonthDuration

__all__ = [
    "FUNCTIONS",
    "Compiled",
    "Function",
    "Range",
    "YearMonthDuration",
    "compile",
    "compile_unary",
    "evaluate",
    "to_value",
]
