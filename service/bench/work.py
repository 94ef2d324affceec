"""The work that is measured: two small models that come with the program, and the answers given in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from workflows import Value

APPROVAL = "bench_approval"
LOOP = "bench_loop"
_MODELS = Path(str(resources.files("service.bench"))) / "models"
FOLDERS = {APPROVAL: _MODELS / "approval", LOOP: _MODELS / "loop"}
"""Process id → the folder that holds it."""

TURN: Mapping[str, Value] = {"once_more": True}
"""The answer that sends the loop round once more."""

NOTE = (
    "Sökanden har lämnat in verksamhetsberättelse och budget. Underlaget stämmer med det som "
    "föreningen redovisade förra året, och beloppet ligger inom ramen för bidraget. "
) * 2
"""Free text, as people write beside their choices. It is kept with the task and never in the state."""


@dataclass(frozen=True, slots=True)
class Work:
    """One user task of the approval: its element, and the answers that go into the flow."""

    element: str
    answers: Mapping[str, Value]


STEPS: tuple[Work, ...] = (
    Work("receive", {"kind_of_application": "association", "amount": 25_000, "complete": True}),
    Work("check", {"papers": "good", "earlier_grants": 4_000, "conflict_of_interest": False}),
    Work("opinion", {"recommendation": "grant"}),
    Work("notify", {"notified_how": "email"}),
    Work("enter", {"account": "culture", "entered": 25_000}),
    Work("decide", {"decision": "granted"}),
)
"""Every user task of one approval, in an order that the model allows; after the last the case is closed."""
