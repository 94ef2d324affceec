"""The three flows as staff would take them through, over HTTP: every person signs in and does their part."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from service.deadlines import STOCKHOLM
from service.demo.accounts import ACCOUNTS
from service.demo.browserless import Visitor
from service.demo.examples import Examples
from service.demo.place import DemoFailed
from service.demo.scenes import CHANNEL, SECRET, screenshot
from workflows import Value

POST = "https://social.example/exempelkommun/posts/1050"


class Crew:
    """The demonstration's people at the address, each signed in when first needed. `now` is aware UTC,
    `patience` seconds to wait for a case to be done."""

    def __init__(self, address: str, profile: str, now: datetime, patience: float) -> None:
        self.profile, self.patience = profile, patience
        self.today = now.astimezone(STOCKHOLM).date()
        self._address = address
        self._signed_in: dict[str, Visitor] = {}

    def member(self, login: str) -> Visitor:
        if login not in self._signed_in:
            account = next(one for one in ACCOUNTS if one.login == login)
            visitor = Visitor(self._address)
            visitor.sign_in(account.login, account.password)
            self._signed_in[login] = visitor
        return self._signed_in[login]

    def visitor(self) -> Visitor:
        """Somebody from outside, who has not signed in."""
        return Visitor(self._address)

    def through(self, case_id: str, examples: Examples, logins: tuple[str, ...]) -> None:
        """Do every task of the case as the examples do, each by whoever of `logins` sees it, to the end.
        Raises DemoFailed when it is not done in time."""
        deadline = time.monotonic() + self.patience
        done: dict[str, Mapping[str, Value]] = {}
        order = list(logins)
        while time.monotonic() < deadline:
            found = next(filter(None, (self._task(login, case_id) for login in order)), None)
            if found is None:
                if self._closed(case_id):
                    return
                time.sleep(0.1)  # something is on its way to the diarium and back
                continue
            visitor, task = found
            # who did one task often does the next
            order.sort(key=lambda login: self._signed_in.get(login) is not visitor)
            answers = examples.answers(task["element"])
            if done.get(task["element"]) == answers:
                raise DemoFailed(f"Uppgiften ”{task['name']}” kom tillbaka.")
            done[task["element"]] = answers
            visitor.post(
                f"/api/v1/tasks/{task['id']}/complete", {"version": task["version"], "answers": answers}
            )
        raise DemoFailed(f"Ärendet blev inte klart inom {self.patience:.0f} s.")

    def _task(self, login: str, case_id: str) -> tuple[Visitor, Mapping[str, Any]] | None:
        visitor = self.member(login)
        listed = visitor.get("/api/v1/tasks?view=all")["tasks"]
        found = next((one for one in listed if one["case_id"] == case_id), None)
        return (visitor, visitor.get(f"/api/v1/tasks/{found['id']}")) if found else None

    def _closed(self, case_id: str) -> bool:
        return bool(self.member("anna").get(f"/api/v1/cases/{case_id}")["status"] == "closed")


def complaint(crew: Crew, raw: bytes) -> Mapping[str, Any]:
    """A mail that becomes a case, is answered and registered. Returns the case as the API shows it."""
    visitor = crew.member("ordna")
    case_id = str(visitor.post("/api/v1/intake", raw, "message/rfc822")["case_id"])
    answer = {"answer_text": "Tack, vi ser över platsen.", "answered_how": "email"}
    signed = {"signed_first_name": "Alva"}
    answers: dict[str, Mapping[str, object]] = {
        "assess": {
            "kind_of_item": "complaint",
            "remove": "no",
            "response": "answer",
            "belongs_to": "new_case",
        },
        "register": {"register_in": "new", "case_subject": "Synpunkt på trafiksäkerhet vid skola"},
        "answer": answer,
        "answer_function": answer | signed | {"signed_function": "handläggare"},
        "answer_unit": answer | signed | {"signed_unit": "Kansli", "signed_municipality": "yes"},
    }

    def step() -> Mapping[str, Any] | None:
        case: Mapping[str, Any] = visitor.get(f"/api/v1/cases/{case_id}")
        for waiting in case["tasks"]:
            task = visitor.get(f"/api/v1/tasks/{waiting['id']}")
            visitor.post(
                f"/api/v1/tasks/{task['id']}/complete",
                {"version": task["version"], "answers": answers[task["form"]]},
            )
        return case if case["status"] == "closed" else None

    return _until(step, crew.patience)


def application(crew: Crew) -> Mapping[str, Any]:
    """An application that becomes a channel in use, found by the public. Returns `name`, `address` and the
    case's `registration_number` (None where the municipality's way does not register it)."""
    examples = Examples("channel-application", crew.profile, outcome="approved", today=crew.today)
    applicant = crew.member("petra")
    page = applicant.submit("/starta", {"process": examples.definition.process})
    case_id = _case_of(applicant, page)
    logins = ("petra", "olof", "karin", "gunnar", "anna", "maria", "disa")
    crew.through(case_id, examples, logins)
    case = crew.member("anna").get(f"/api/v1/cases/{case_id}")
    wanted = next(
        examples.answers(element)["channel_url"]
        for element, drawn in examples.definition.elements.items()
        if drawn.name == "Beskriv kanalen"
    )
    listed = crew.visitor().get("/sociala-medier.json")["accounts"]
    found = next((one for one in listed if one["service_url"] == wanted), None)
    if found is None:
        raise DemoFailed("Kanalen står inte i den offentliga förteckningen.")
    return {
        "case": case["number"],
        "name": found["account"],
        "address": found["service_url"],
        "registration_number": case["registration_number"],
    }


def secret(crew: Crew) -> Mapping[str, Any]:
    """A post with secret content: locked, copied, sealed, taken down, registered with its marking, and to
    others not there. Returns the case's number, the diarium's, and the provision."""
    examples = Examples("secret-content", crew.profile, outcome=SECRET, today=crew.today)
    handler = crew.member("elin")
    fields = {
        "kanal": CHANNEL,
        "lank": POST,
        "avsandare": "Profil utan namn",
        "text": "[Det hemliga]",
        "las": "ja",
    }
    page = handler.submit("/registrera", fields, ("bild", screenshot()))
    case_id = _case_of(handler, page)
    crew.through(case_id, examples, ("elin", "anna"))
    if (status := crew.member("johan").refused(f"/arenden/{case_id}")) != 404:
        raise DemoFailed(f"Den som inte behöver veta fick svaret {status} och inte 404.")
    case = handler.get(f"/api/v1/cases/{case_id}")
    marked = next(
        examples.answers(element)
        for element, drawn in examples.definition.elements.items()
        if drawn.name == "Registrera med sekretessmarkering"
    )
    return {
        "case": case["number"],
        "registration_number": case["registration_number"],
        "provision": f"{marked['provision_chapter']} kap. {marked['provision_section']} §",
    }


def duty(crew: Crew) -> Mapping[str, Any]:
    """A recurring duty that has come due by itself, done. Returns the case's number and what was done."""
    examples = Examples("duty", crew.profile, outcome="duty_done", today=crew.today)
    visitor = crew.member("maria")
    mine = visitor.get("/api/v1/tasks?view=mine")["tasks"]
    task = next((one for one in mine if one["process"] == "duty"), None)
    if task is None:
        raise DemoFailed("Ingen återkommande uppgift har kommit.")
    answers = examples.answers(visitor.get(f"/api/v1/tasks/{task['id']}")["element"])
    done = visitor.post(
        f"/api/v1/tasks/{task['id']}/complete", {"version": task["version"], "answers": answers}
    )
    if done["status"] != "closed":
        raise DemoFailed("Den återkommande uppgiften blev inte klar.")
    return {"case": done["case_number"], "name": task["title"]}


def _case_of(visitor: Visitor, page: str) -> str:
    """The case of the task whose page it is."""
    return str(visitor.get(f"/api/v1/tasks/{page.rsplit('/', 1)[-1]}")["case_id"])


def _until(step: Callable[[], Mapping[str, Any] | None], patience: float) -> Mapping[str, Any]:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (found := step()) is not None:
            return found
        time.sleep(0.1)
    raise DemoFailed(f"Ärendet blev inte klart inom {patience:.0f} s.")
