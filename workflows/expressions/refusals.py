"""How a text that cannot be read is refused: where, what stands there, and what to change."""

from __future__ import annotations

from workflows.errors import ExpressionError


def shown(text: str) -> str:
    """The text as it can be shown anywhere: no lone surrogates, no line breaks, not too long."""
    visible = text.encode("utf-8", "replace").decode("utf-8")
    visible = "".join(char if char.isprintable() else "·" for char in visible)
    return visible if len(visible) <= 40 else visible[:39] + "…"


def unreadable(source: str, at: int, what: str) -> ExpressionError:
    """`at` counts from 0 and is shown from 1; `what` is a Swedish clause."""
    near = shown(source[at : at + 20]) or "slutet"
    what = what if what.endswith((".", "?")) else what + "."
    return ExpressionError(
        f"Uttrycket «{shown(source)}» går inte att läsa vid tecken {at + 1} ({near}): {what}"
    )
