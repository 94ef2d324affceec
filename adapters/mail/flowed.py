"""`format=flowed` (RFC 3676): lines that the sender's program broke are joined again."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool) -> str:
    """`text` without soft breaks. `delete_space` is the parameter DelSp=yes. Quote marks stay."""
    lines: list[list[str]] = []
    open_at: int | None = None
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")
        signature = body == "-- "
        soft = body.endswith(" ") and not signature
        piece = body[:-1] if soft and delete_space else body
        if open_at == depth and not signature:
            lines[-1].append(piece)
        else:
            lines.append([f"{'>' * depth} " if depth else "", piece])
        open_at = depth if soft else None
    return "\n".join("".join(pieces) for pieces in lines)
