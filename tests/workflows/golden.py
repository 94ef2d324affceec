"""A model whose saved state of codec version 1 is kept, so that a change of format is seen."""

from tests.workflows import models as m

MODEL = m.process(
    m.lanes(Handläggare="a u"),
    m.start(),
    m.user("a"),
    m.parallel("f"),
    m.service("s", result="svar"),
    m.user("u", m.instances("<loopCardinality>2</loopCardinality>")),
    m.boundary("t", "u", m.timer("R5/P1D", "timeCycle"), interrupting=False),
    m.user("påminn"),
    m.subprocess(
        "d",
        m.start("ds"),
        m.event_gateway("e"),
        m.catch("c1", m.message("Svar")),
        m.catch("c2", m.timer("P30D")),
        m.end("de"),
        "ds -> e; e -> c1 -> de; e -> c2 -> de",
    ),
    m.parallel("j"),
    m.end(),
    "start -> a -> f; f -> s -> j; f -> u -> j; f -> d -> j; t -> påminn -> end; j -> end",
    beside=m.messages("Svar"),
)

DEFINITION = "bbd322c3a8935f7c215e970ff10cf660fae1bf731488c256f6819d2264799ddd"
STATE = (
    "T1JETgEA6t2IFrgkXL3syDLLedBZ9YWhKYZTJXoGQDJTXtaJ7GRbMCxbWyJwIixudWxsLDAsW1siNTU4MDNkY2NiMj"
    "g2NGZkN2I1Zjg5ZWFhNGVjZjRmYjIiLCJicG1uOmQiLDIsLTEsMF0sWyI2ODE5YzM2MWI2YTE0NDRkOWM3Mjk1ZWQ4"
    "MWZiZTE0ZSIsImd1YXJkOnUiLDMsLTEsMF0sWyJhYzU4MWRlMGU2YjQ0ZDM0YWY3OWZiZWRiZTdiYjUzNCIsImJwbW"
    "46aiIsMCwtMSwwLHsidmlhIjoiYnBtbjpzIn1dLFsiMWViMGFkYTc3YmVmNDk0ZmE5NWIzMjYzNzAwOGRmNWEiLCJi"
    "cG1uOnUiLDIsMSwwLHsiaXRlbXMiOlswLDFdLCJiZWd1biI6MiwiZmluaXNoZWQiOjAsImRvbmUiOnt9fV0sWyIyOT"
    "g4Mjc1ZWZlMjU0NzNlOWU5OTRlOGIxN2M4NWY0OSIsImJwbW46dCIsMCwxLDAseyJkdWUiOiIyMDI2LTExLTIyVDEy"
    "OjAwOjAwKzAwOjAwIiwiY3ljbGUiOiJSNS9QMUQiLCJhbmNob3IiOiIyMDI2LTExLTIxVDEyOjAwOjAwKzAwOjAwIi"
    "wibnVtYmVyIjowfV0sWyJiMDE4YTMyYzEzMGU0NWM2YjEzZWVkMGIyZmM2NDAzOCIsImJvZHk6dSIsMSwzLDEseyJu"
    "dW1iZXIiOjB9XSxbIjFmOGY5Y2Y5ODIxMTQ0MGJiMjVkY2JjMjdkNDIwYmZiIiwiYm9keTp1IiwxLDMsMix7Im51bW"
    "JlciI6MX1dXV0sWyJkIixbMCwwXSwwLFtbImM1ODZlYTg4MzY1ZjQzYzFhMWI4ZmYzOGM5YzUwNGUyIiwiYnBtbjpl"
    "IiwzLC0xLDBdLFsiMmM5NmU4MWExOWY1NDQ3MTk0NjcxMzFlMTUwMmQ5OTQiLCJicG1uOmMxIiwwLDAsMCx7ImNvcn"
    "JlbGF0aW9uIjoiw6RyZW5kZS0xIn1dLFsiNWIyMDc0M2FjYzJlNDg0NThkMzM2OTZmYzNmOWIyNDEiLCJicG1uOmMy"
    "IiwwLDAsMCx7ImR1ZSI6IjIwMjYtMTItMjFUMTI6MDA6MDArMDA6MDAifV1dXV0sW1stMSx7Im4iOjEsInR5cGVuYW"
    "1lIjp7InR5cGVuYW1lIjoiVVVJRCJ9LCJzdmFyIjp7Im51bW1lciI6IktTIDIwMjYvMSJ9fSxbXV0sWzAseyJzdmFy"
    "IjoiamEifSxbXV0sWzAseyJzdmFyIjoiamEifSxbXV1dXQ=="
)
