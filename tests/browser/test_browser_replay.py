"""Trying a draft against earlier cases in the browser: start, watch it, stop it, try again, read what was
found, and open one case. With and without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service import drafts, keys
from service.actors import Actor
from service.bench import walking
from service.bench.replay import changed
from service.node import clock
from service.store import Database, PersonRow, ReplayRow, open_database
from tests.browser.conftest import Browse
from tests.browser.looks import faults, small_targets, too_wide, violations
from tests.browser.world import World
from tests.workflows.test_replay import model, moved

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OWNER = "sten"
SHOTS = os.environ.get("ORDNA_TEST_SHOTS")


@dataclass(slots=True)
class Elsewhere:
    """Another process that works on the same database: what it does with runs is written by hand here, so
    that the pages can be looked at while a run is under way."""

    database: Database
    actor: Actor

    def a_draft(self) -> str:
        """The address of a draft that registers less, and where another role assesses what came in."""
        files = model(moved("assess", "lane_registrar"))(changed(walking.shipped()))
        del files["scenarios.yaml"]
        with self.database.write() as session:
            row = drafts.begin(session, walking.PROCESS, files, actor=self.actor, now=clock())
            return f"/processer/{walking.PROCESS}/utkast/{row.id}"

    def busy(self, place: str) -> str:
        """A long run of another draft: what is asked for next has to wait."""
        with self.database.write() as session:
            draft = drafts.read_draft(session, walking.PROCESS, place.rpartition("/")[2])
            run = ReplayRow(
                id=str(uuid4()),
                draft=draft.id,
                content=draft.content,
                state="running",
                started_by=self.actor.id,
                started_at=clock(),
                owner="elsewhere",
                lease_until=clock() + timedelta(minutes=10),
            )
            session.add(run)
            return run.id

    def change(self, run: str, **values: object) -> None:
        with self.database.write() as session:
            row = session.get_one(ReplayRow, run)
            for name, value in values.items():
                setattr(row, name, value)

    def latest(self, place: str) -> str:
        with self.database.read() as session:
            return (
                session.scalars(
                    select(ReplayRow.id)
                    .where(ReplayRow.draft == place.rpartition("/")[2])
                    .order_by(ReplayRow.started_at.desc())
                ).first()
                or ""
            )


@contextmanager
def elsewhere(world: World) -> Iterator[Elsewhere]:
    settings = world.place.settings
    database = open_database(settings.database_url, keys.load(settings.key_file, make=False))
    try:
        with database.read() as session:
            person = session.scalars(select(PersonRow).where(PersonRow.login == OWNER)).one()
        yield Elsewhere(database, Actor(person.id, person.name, frozenset(person.roles)))
    finally:
        database.close()


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe at a desk and on a telephone, and nothing that is too wide or too small to hit."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name} {width}.png"), full_page=True)
        assert violations(page) == [], (name, width)
        assert small_targets(page) == [], (name, width)
    assert faults(page) == []
    assert too_wide(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def test_start_watch_stop_start_again_and_read_what_was_found(world: World, browse: Browse) -> None:
    with elsewhere(world) as node:
        place = node.a_draft()
        long = node.busy(node.a_draft())
        page = browse(place, OWNER)
        gate = page.get_by_role("region", name="Innan den tas i drift")
        expect(gate).to_contain_text("Inte gjort för utkastet som det är nu.")
        looked_at(page, "utkast")
        gate.get_by_role("link", name="Prov mot tidigare ärenden").click()
        looked_at(page, "prova")
        page.get_by_role("button", name="Prova mot tidigare ärenden").click()
        expect(page.get_by_text("Väntar på sin tur.")).to_be_visible()

        run = node.latest(place)
        later = clock() + timedelta(minutes=10)
        node.change(run, state="running", owner="elsewhere", lease_until=later, total=1000, done=350)
        expect(page.get_by_text("350 av 1000 ärenden är provade")).to_be_visible()
        assert page.get_by_role("progressbar").get_attribute("value") == "350"
        node.change(run, done=700)
        expect(page.get_by_text("700 av 1000 ärenden är provade")).to_be_visible()
        looked_at(page, "prova pågår")

        page.get_by_role("button", name="Stoppa").click()
        expect(page.get_by_text("Provet stoppas.")).to_be_visible()
        node.change(run, lease_until=clock() - timedelta(seconds=1))  # whoever had it is gone
        expect(page.get_by_text("Provet är stoppat.")).to_be_visible()
        page.get_by_role("link", name="Visa resultatet").click()
        expect(page.get_by_text("Provet stoppades")).to_be_visible()
        looked_at(page, "prova stoppat")

        page.get_by_role("button", name="Prova igen").click()
        expect(page.get_by_text("Väntar på sin tur.")).to_be_visible()
        node.change(long, state="stopped", owner=None, lease_until=None)
        expect(page.get_by_text("Provet är klart.")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("button", name="Stoppa")).to_be_hidden()
        page.get_by_role("link", name="Visa resultatet").click()
        report = page.get_by_role("region", name="Resultat")
        expect(report).to_contain_text("Samma väg:")
        looked_at(page, "prova klart")

        other = page.get_by_role("region", name="Annan väg")
        other.get_by_role("link").first.click()
        expect(page.get_by_role("heading", name="Så gick ärendet", exact=True)).to_be_visible()
        expect(page.get_by_text("Det här steget är annorlunda.").first).to_be_visible()
        looked_at(page, "prova ärende")

        page.goto(world.public + place)
        gate = page.get_by_role("region", name="Innan den tas i drift")
        expect(gate).to_contain_text("Klart. Inget ärende skulle misslyckas.")


def test_without_javascript_every_step_is_a_page(world: World, browse: Browse) -> None:
    with elsewhere(world) as node:
        place = node.a_draft()
        long = node.busy(node.a_draft())
        page = browse(f"{place}/prova", OWNER, java_script_enabled=False)
        page.get_by_role("button", name="Prova mot tidigare ärenden").click()
        expect(page.get_by_text("Väntar på sin tur.")).to_be_visible()
        run = node.latest(place)
        later = clock() + timedelta(minutes=10)
        node.change(run, state="running", owner="elsewhere", lease_until=later, total=1000, done=350)
        page.get_by_role("link", name="Läs om sidan").click()
        expect(page.get_by_text("350 av 1000 ärenden är provade")).to_be_visible()
        page.get_by_role("button", name="Stoppa").click()
        expect(page.get_by_text("Provet stoppas.")).to_be_visible()
        node.change(run, state="stopped", owner=None, lease_until=None, finished_at=clock())
        page.get_by_role("link", name="Läs om sidan").click()
        expect(page.get_by_role("button", name="Prova igen")).to_be_visible()
        node.change(long, state="stopped", owner=None, lease_until=None)
