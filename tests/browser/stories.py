"""Walks a process folder's own example in the browser: whoever has the step's role finds its task."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import workflows
from service import definitions
from service.actors import role_of_lane
from service.demo import samples
from tests.browser.conftest import Browse
from tests.browser.world import World, until
from workflows import Definition, Value, scenarios
from workflows.definition import model
from workflows.model import Kind, Node
from workflows.scenarios import Scenario, Timed
from workflows.scenarios.case import way_out

_FOLDERS = Path(str(resources.files("bpmn")))
_OWN = Path(__file__).parent / "stories.yaml"
"""Where no folder's example goes the whole way that is to be walked."""
_REGISTERING = ("register_case", "register_document")
_SHOTS = os.environ.get("ORDNA_TEST_SHOTS")

# In the order of the form, so that a question that depends on another is there when it is answered.
_NAMES = "fields => [...new Set(fields.map(f => f.name))]"


def told(process: str, name: str) -> Scenario:
    """The example with that name: in the process folder, else in our own."""
    for path in (_FOLDERS / process / "scenarios.yaml", _OWN):
        for scenario in scenarios.read(path.read_bytes()):
            if scenario.name == name:
                return scenario
    raise LookupError(name)


def holder(role: str) -> str:
    """The login of the first of the demonstration's people who has the role."""
    return next(account.login for account in samples.ACCOUNTS if role in account.roles)


@dataclass(slots=True)
class Walk:
    """A case on its way through a process: who has looked at it, and how far it has come."""

    world: World
    browse: Browse
    process: str
    number: str = ""
    hands: Mapping[str, str] = field(default_factory=dict)
    """Who does a role's tasks, where it is not the first who has it."""
    scripts: bool = True
    registered: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    definition: Definition = field(init=False)
    shots: int = 0

    def __post_init__(self) -> None:
        self.go_on_in(self.process)
        self.browse.watch.expected.add(422)  # steps that must be refused

    def go_on_in(self, process: str) -> None:
        self.definition = workflows.read(definitions.folder(_FOLDERS / process))

    def page(self, login: str) -> Page:
        """The browser of one of the staff, kept for the whole walk."""
        if login not in self.pages:
            given = {} if self.scripts else {"java_script_enabled": False}
            self.pages[login] = self.browse("", login, world=self.world, **given)
        return self.pages[login]

    def start(self) -> None:
        """From the page of what one may start."""
        graph = model(self.definition)
        node = next(n for n in graph.scopes[graph.process].nodes.values() if n.kind is Kind.START)
        page = self.page(self.hand(node))
        page.goto(self.world.public + "/starta")
        page.get_by_role("listitem").filter(has_text=self.definition.name).get_by_role("button").click()
        self.number = number_on(page)
        self.picture(page, "started")

    def take(self, steps: Sequence[object]) -> None:
        """The steps of an example that somebody does; what the house does by itself is waited for."""
        for step in steps:
            if isinstance(step, Timed) and step.kind == "task":
                self.task(step)
            elif isinstance(step, Timed) and step.name in _REGISTERING:
                self.registered += 1
                self.until_registered()

    def task(self, step: Timed) -> None:
        node = self._node(step.name)
        page = self.open(node)
        answers, chosen = way_out(self.definition, node.id, step.values)
        fill(page, {**answers, **chosen})
        self.picture(page, f"{node.id} {'refused' if step.refused else 'filled in'}")
        page.get_by_role("button", name="Slutför uppgiften").click()
        if step.refused is None:
            done(page)
            return
        expect(page.locator(f"#fel a[href='#f-{step.refused}']")).to_be_visible()

    def open(self, node: Node) -> Page:
        """The task as whoever shall do it finds it: by the case's number in the list."""
        page = self.page(self.hand(node))
        page.goto(f"{self.world.public}/inkorg?visa=alla&sok={self.number}")
        page.locator(".list li").filter(has_text=node.name).get_by_role("link").first.click()
        expect(page.locator("#form")).to_be_visible()
        return page

    def hand(self, node: Node) -> str:
        role = role_of_lane(node.role)
        assert role is not None, f"no role does {node.name}"
        return self.hands.get(role) or holder(role)

    def until_registered(self) -> None:
        """Until the diarium has acknowledged as much as was asked of it."""
        case_id = self.case_id
        registrar = self.world.visitor(holder("secrecy_registrar"))

        def acknowledged() -> bool:
            found = registrar.get(f"/api/v1/cases/{case_id}")["registrations"]
            return sum(one["state"] == "registered" for one in found) >= self.registered

        until(acknowledged, "the diarium's receipt")

    @property
    def case_id(self) -> str:
        registrar = self.world.visitor(holder("secrecy_registrar"))
        found = registrar.get("/api/v1/cases")["cases"]
        return next(str(case["id"]) for case in found if case["number"] == self.number)

    def picture(self, page: Page, name: str) -> None:
        """Pictures to look at, wide and narrow, where somebody asked for them."""
        if not _SHOTS:
            return
        self.shots += 1
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            told_by = f"{self.world.place.settings.profile}-{self.process}-{self.shots:02d}-{name}-{width}"
            page.screenshot(path=Path(_SHOTS) / f"{told_by.replace(' ', '-')}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})

    def _node(self, name: str) -> Node:
        """The user task of that name; of several with one name, the one that is open."""
        found = [n for n in model(self.definition).nodes() if n.kind is Kind.USER and name in (n.name, n.id)]
        assert found, f"no task is called {name}"
        return found[0]


def number_on(page: Page) -> str:
    """The case's own number, from a task of it."""
    return page.locator("main .row .muted").first.inner_text()


def fill(page: Page, answers: Mapping[str, Value]) -> None:
    """Answer a form's questions, whatever they are made of."""
    names: list[str] = page.locator("#form [name]").evaluate_all(_NAMES)
    missing = set(answers) - set(names)
    assert not missing, f"the form does not ask for {missing}"
    for name in names:
        if name in answers:
            _answer(page.locator(f"#form [name='{name}']"), answers[name])


def _answer(fields: Locator, value: Value) -> None:
    first = fields.first
    kind = first.evaluate("field => field.tagName === 'INPUT' ? field.type : field.tagName")
    match kind, value:
        case "radio", bool():
            fields.and_(fields.page.locator(f"[value='{'ja' if value else 'nej'}']")).check()
        case "radio", _:
            fields.and_(fields.page.locator(f"[value='{value}']")).check()
        case "checkbox", bool():
            first.set_checked(value)
        case "checkbox", list() | tuple():
            for one in value:
                fields.and_(fields.page.locator(f"[value='{one}']")).check()
        case "SELECT", _:
            first.select_option(value=str(value))
        case _, (date() | str() | int() | float()):
            first.fill(str(value))
        case _:
            pytest.fail(f"no way to answer {kind} with {value!r}")


def done(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Uppgiften är klar.")).to_be_visible()
