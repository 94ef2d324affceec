"""One step through the house: what a completed task passes, compared with the architecture page."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import FrameType

import grimp
import pytest

from service.store import Database
from tests.service.http.web import COMPLAINT, REGISTER, Web, a_web

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "adapters", "service", "bpmn")
PAGE = ROOT / "docs" / "architecture.md"
MAIN = ("service/http", "service/cases", "workflows", "service/store")

HandOff = tuple[str, str]


def marked(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def documented() -> list[HandOff]:
    """The numbered list of the page, as (from, to)."""
    return re.findall(r"^\d\. `([\w/]+)` → `([\w/]+)`: ", marked("hand-offs"), re.MULTILINE)


def asked() -> list[str]:
    return re.findall(r"`([\w/]+)`", marked("asked"))


def room(file: str) -> str | None:
    """`service/cases` for what lies in it; a library is one room; None for what is not ours."""
    path = Path(file)
    if not path.is_relative_to(ROOT) or (parts := path.relative_to(ROOT).parts)[0] not in PACKAGES:
        return None
    return f"service/{parts[1].removesuffix('.py')}" if parts[0] == "service" else parts[0]


@dataclass(slots=True)
class Trace:
    """The calls from room to room while a write transaction is open, with the called function's name."""

    calls: list[tuple[HandOff, str]] = field(default_factory=list)
    _rooms: dict[str, str | None] = field(default_factory=dict)
    _seen: int = 0
    """Events of the generator `Database.write`: called, yields, resumed, ends."""

    def _room(self, frame: FrameType) -> str | None:
        file = frame.f_code.co_filename
        if file not in self._rooms:
            self._rooms[file] = room(file)
        return self._rooms[file]

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if event not in ("call", "return") or (to := self._room(frame)) is None:
            return
        opens = frame.f_code.co_qualname == "Database.write"
        self._seen += opens
        caller = frame.f_back
        while caller is not None and self._room(caller) is None:
            caller = caller.f_back
        source = self._room(caller) if caller is not None else None
        if event == "call" and (opens or self._seen % 4) and source is not None and source != to:
            self.calls.append(((source, to), frame.f_code.co_name))

    def between(self, *rooms: str) -> list[HandOff]:
        """The hand-offs among `rooms`, each once, in the order of its last call."""
        found = [pair for pair, _ in self.calls if set(pair) <= set(rooms)]
        return [pair for place, pair in enumerate(found) if pair not in found[place + 1 :]]


@contextmanager
def traced() -> Iterator[Trace]:
    trace = Trace()
    before: Callable[..., object] | None = sys.getprofile()
    sys.setprofile(trace)
    try:
        yield trace
    finally:
        sys.setprofile(before)


@pytest.fixture
def web(database: Database) -> Web:
    return a_web(database)


def completed(web: Web, case_id: str, name: str, answers: dict[str, object]) -> Trace:
    """Complete the case's task `name` as a browser does, and watch."""
    task = web.task(case_id, name)
    browser, page = web.browser("maria"), f"/uppgifter/{task.id}"
    form = {"csrf": browser.token(page), "action": "slutfor", "version": task.version, **answers}
    with traced() as trace:
        answer = browser.client.post(page, data=form)
    assert answer.status_code == 303, answer.text
    return trace


def test_a_completed_task_takes_the_documented_way(web: Web) -> None:
    case_id = web.post().case_id
    assess = completed(web, case_id, "Bedöm inlägget", COMPLAINT)
    assert assess.between(*MAIN) == documented()
    register = completed(web, case_id, "Registrera i diariet", REGISTER)
    assert register.between(*MAIN) == documented()

    calls = [*assess.calls, *register.calls]
    assert {to for (_, to), _ in calls} == {*MAIN[1:], *asked()}
    assert {source for (source, _), _ in calls} <= {*MAIN, *asked()}


def test_what_is_asked_on_the_way_changes_no_case_and_calls_no_view(web: Web) -> None:
    case_id = web.post().case_id
    calls = completed(web, case_id, "Bedöm inlägget", COMPLAINT).calls
    calls += completed(web, case_id, "Registrera i diariet", REGISTER).calls
    assert {name for (_, to), name in calls if to == "adapters"} == {"digest"}  # nothing is sent meanwhile
    assert not {(s, t) for (s, t), _ in calls if s in asked() and t in ("service/cases", "service/http")}
    assert [name for (s, _), name in calls if s == "workflows"] == []  # the engine calls nobody
    entered = [name for (s, t), name in calls if (s, t) == ("service/http", "service/cases")]
    assert entered == ["complete", "complete"]


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as cycle:
        pytest.fail(" → ".join(cycle.args[1]))
