"""The outbox: carries registrations to the diarium so that none is lost and none is doubled.

pending ──claim──► sending ──receipt──► registered
   ▲                  │ ├─ refused ───► refused ─────┐
   │                  │ ├─ doubt left ► uncertain ───┤ a person: look up, send again,
   └── retry ◄────────┘ │                            │ register by hand, cancel
         └──────────────┘ ◄──────────────────────────┘
"""

from __future__ import annotations

from service.outbox import resolve
from service.outbox.policy import Checkpoint, Clock, Policy
from service.outbox.push import push
from service.outbox.running import start, stop
from service.outbox.sweep import Swept, sweep

__all__ = ["Checkpoint", "Clock", "Policy", "Swept", "push", "resolve", "start", "stop", "sweep"]
