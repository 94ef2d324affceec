"""The small signs inside figures as path data: tasks in 18 × 18 pixels, the rest around (0, 0)."""

from __future__ import annotations

TASKS = {
    "userTask": "M9 2.4a3.6 3.6 0 1 0 .01 0zM2 17c0-5 3-7 7-7s7 2 7 7z",
    "serviceTask": (
        "M9 6a3 3 0 1 0 .01 0zM9 1.5v3M9 13.5v3M1.5 9h3M13.5 9h3"
        "M3.7 3.7l2.1 2.1M12.2 12.2l2.1 2.1M14.3 3.7l-2.1 2.1M5.8 12.2l-2.1 2.1"
    ),
    "businessRuleTask": "M1 3h16v12H1zM1 7h16M6 7v8",
    "scriptTask": "M4 2h10c-4 4 4 8 0 14H4c4-6-4-10 0-14zM6 6h5M7 9h5M8 12h5",
    "sendTask": "M1 3h16v11H1zM1 3l8 6 8-6",
    "receiveTask": "M1 3h16v11H1zM1 3l8 6 8-6",
    "manualTask": "M2 8l5-5h3l-2 3h8v2H9M9 8h7v2H9M9 10h6v2H8c-3 0-5-1-6-4z",
}
GATEWAYS = {
    "exclusiveGateway": ("M-7 -8L7 8M7 -8L-7 8", 3.5),
    "parallelGateway": ("M0 -11v22M-11 0h22", 3.5),
    "inclusiveGateway": ("M-10 0a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z", 2.5),
    "eventBasedGateway": ("M-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0zM0 -8l8 6-3 9h-10l-3-9z", 1.2),
    "complexGateway": ("M0 -11v22M-11 0h22M-8 -8L8 8M8 -8L-8 8", 2.5),
}
EVENTS = {
    "timerEventDefinition": "M0 -10a10 10 0 1 0 .01 0zM0 -6V0L4 3",
    "messageEventDefinition": "M-8 -6h16v12h-16zL0 1L8 -6",
    "errorEventDefinition": "M-8 7L-4 -6L2 2L7 -8",
    "signalEventDefinition": "M0 -8L9 6h-18z",
    "escalationEventDefinition": "M0 -9L7 8L0 1L-7 8z",
    "conditionalEventDefinition": "M-7 -9h14v18h-14zM-4 -5h8M-4 0h8M-4 5h8",
    "linkEventDefinition": "M-9 -4h9v-5l9 9l-9 9v-5h-9z",
    "compensateEventDefinition": "M0 -7v14l-9 -7zM9 -7v14l-9 -7z",
    "terminateEventDefinition": "M0 -9a9 9 0 1 0 .01 0z",
}
FILLED = frozenset({"terminateEventDefinition"})
COLLAPSED = "M-7 -7h14v14h-14zM0 -4v8M-4 0h8"
REPEATED = "M-4 -5v10M0 -5v10M4 -5v10"
TICK = "M-4 0l3 3l6 -6"
