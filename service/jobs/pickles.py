"""DBOS reads and writes pickles by default; a pickle is a program. Here that reader is taken out.

Whoever can write a row in the job tables could otherwise run code in this process, and DBOS chooses
the reader by a column of that same row, so choosing another serializer for ourselves is not enough.
"""

from __future__ import annotations

from typing import Any, NoReturn

from dbos import _serialization


class PickleRefused(ValueError):
    """A job row holds a pickle. It is not read."""


def _refused(*_: Any, **__: Any) -> NoReturn:
    raise PickleRefused(PickleRefused.__doc__)


class _NoPickle:
    """Stands where the module `pickle` stood."""

    loads = dumps = load = dump = Unpickler = staticmethod(_refused)


def refuse() -> None:
    """Replace DBOS's pickle serializer, and its `pickle` itself. Raises at start when a new version
    of DBOS keeps them elsewhere, so that the refusal is never silently without effect."""
    for name in ("DefaultSerializer", "pickle"):
        if not hasattr(_serialization, name):
            raise RuntimeError(f"dbos._serialization.{name} is gone: find its pickle reader again")
    serializer: Any = _serialization.DefaultSerializer
    serializer.deserialize = _refused
    serializer.serialize = _refused
    module: Any = _serialization
    module.pickle = _NoPickle
