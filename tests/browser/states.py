"""Cases brought into each state that a registration can be in, with the diarium's help."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.browser.world import ANSWER, INCIDENT, World, until

NEW = {"register_in": "new", "case_subject": "Synpunkt på belysning"}
_UNKNOWN = NEW | {"register_in": "existing", "existing_number": "KS 1999/99999"}
_MAYBE = {"fault": "internal", "operations": ["RegisterCase"], "next": 1}
_NO_LOOK_UP = {"fault": "html", "operations": ["FindRegistration"]}
BUSY = {"fault": "busy"}


@dataclass
class Cases:
    """Cases in each state of registration, each made when it is first asked for."""

    world: World

    @cached_property
    def assessing(self) -> str:
        return self.world.post("Gungan är trasig.", url="https://social.example/" + "a" * 90)

    @cached_property
    def registered(self) -> str:
        case_id = self.world.sent("Kvitterad", NEW)
        self.world.complete(case_id, "Besvara", ANSWER)
        until(lambda: self.world.case(case_id)["status"] == "closed", "the case to be closed")
        return case_id

    @cached_property
    def refused(self) -> str:
        case_id = self.world.sent("Avvisad", _UNKNOWN)
        self.world.until_registration(case_id, "refused")
        return case_id

    @cached_property
    def uncertain(self) -> str:
        with self.world.trouble(_MAYBE, _NO_LOOK_UP):
            case_id = self.world.sent("Osäker", NEW)
            self.world.until_registration(case_id, "retry")
            self.world.double(self.world.case(case_id)["registrations"][0]["id"])
        self.world.until_registration(case_id, "uncertain")
        return case_id

    @cached_property
    def incident(self) -> str:
        """The sample case whose flow met something that no model foresaw. Gives the task's id."""
        found = self.world.visitor().get("/api/v1/tasks")["tasks"]
        return next(str(task["id"]) for task in found if task["name"] == INCIDENT)

    def trouble(self, case_id: str) -> str:
        return next(str(t["id"]) for t in self.world.case(case_id)["tasks"] if t["kind"] != "form")
