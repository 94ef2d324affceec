"""The replay of a draft: start, progress, stop, what was found, and one case beside what was done.

Cases that whoever asks may not know of are not there, in a list or in a number. How far a run has come is
told in numbers only to the one who started it: they are of the cases that he or she may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import definitions, drafts, processes, replay, secrecy
from service.errors import Invalid, NotFound
from service.http import bounded, markup
from service.http.house import actor, now, reading, writing
from service.http.inbox_pages import etag, unless_known
from service.http.language import t
from service.replay import KINDS, CaseVerdict, Kind, trials
from service.store import DraftRow, ReplayRow
from workflows import Definition, ModelRefused
from workflows.outline import outline
from workflows.outline.values import written

pages = Blueprint("replays", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/prova")


@dataclass(frozen=True, slots=True)
class Part:
    """The cases of one kind: how many, by what is said of them, and how many that are said something else
    of than there is room for."""

    kind: Kind
    total: int
    causes: tuple[trials.Cause, ...]

    @property
    def left(self) -> int:
        return self.total - sum(cause.total for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one path, as the text twin says it. `waits`: it is where the case stands. `mark` is the key
    of what to say of it: that the paths part here, that it is another than it was; or empty."""

    text: str
    waits: bool
    mark: str


@pages.get("")
def page(process: str, draft_id: object) -> ResponseReturnValue:
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        runs = trials.runs(session, row)
        name = definitions.active(session, process).name
        names = processes.named(session, [run.started_by for run in runs])
        stands = trials.tried(session, row, actor=actor(), now=now())
        report = _report(session, stands.run) if stands.run and stands.state == "done" else {}
    latest = runs[0] if runs else None
    going = latest if latest and latest.state in trials.UNDER_WAY else None
    return render_template(
        "replay.html",
        here="processes",
        process=process,
        draft=row,
        name=name,
        names=names,
        runs=[run for run in runs if run is not going],
        going=going,
        stands=stands,
        etag=etag(_state(row, latest)) if latest else "",
        mine=latest is not None and latest.started_by == actor().id,
        may_start=row.state in drafts.LIVING,
        **report,
    )


def _report(session: Session, run: ReplayRow) -> dict[str, object]:
    found = trials.found(session, run, actor=actor(), now=now())
    parts = [
        Part(kind, found.counts[kind], trials.causes(session, run, kind, actor=actor(), now=now()))
        for kind in KINDS
        if found.counts[kind]
    ]
    return {"found": found, "parts": parts}


@pages.get("/lage")
def state(process: str, draft_id: object) -> ResponseReturnValue:
    """How far the latest run has come, by itself: 304 while nothing has changed."""
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        runs = trials.runs(session, row)
    if not runs:
        raise NotFound
    return unless_known(_state(row, runs[0]))


def _state(row: DraftRow, run: ReplayRow) -> str:
    mine = run.started_by == actor().id
    return render_template("replay_state.html", process=row.process, draft=row, run=run, mine=mine)


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    fields = bounded.form(("action",))
    with writing() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        match fields.get("action"):
            case "starta":
                trials.start(session, row, actor=actor(), now=now())
            case "stoppa":
                trials.stop(session, row, actor=actor())
            case _:
                raise Invalid(t("error.bad_action"))
    return redirect(url_for("replays.page", process=process, draft_id=draft_id), 303)


@pages.get("/<uuid:case_id>")
def case(process: str, draft_id: object, case_id: object) -> ResponseReturnValue:
    """One case: both paths beside each other, and where they part. Reading a locked one is an event."""
    ident = str(case_id)
    with writing() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        secrecy.note(session, ident, actor=actor(), now=now())
    with reading() as session:
        try:
            new = drafts.content_of(session, row)
            verdict = replay.one(session, new, ident, actor=actor(), now=now())
        except ModelRefused:  # the draft's own page says why
            raise NotFound from None
        old = definitions.by_hash(session, verdict.definition)
    was, becomes = _beside(verdict, old, new)
    return render_template(
        "replay_case.html",
        here="processes",
        process=process,
        draft=row,
        name=new.name,
        verdict=verdict,
        was=was,
        becomes=becomes,
        before=markup.diagram(old, verdict.was_at, verdict.was_waits),
        after=markup.diagram(new, verdict.becomes_at, verdict.becomes_waits),
    )


def _beside(verdict: CaseVerdict, old: Definition, new: Definition) -> tuple[list[Step], list[Step]]:
    """Both paths in the text twin's words, marked where they part; where they do not, what is another."""
    was = (*verdict.was, *_names(old, verdict.was_waits))
    becomes = (*verdict.becomes, *_names(new, verdict.becomes_waits))
    ids = (*verdict.becomes_at, *verdict.becomes_waits)
    turn, mark = -1, ""
    if verdict.kind != "same" and was != becomes:
        pairs = enumerate(zip(was, becomes, strict=False))
        turn, mark = next((n for n, (a, b) in pairs if a != b), min(len(was), len(becomes))), "replay.here"
    elif verdict.element in ids:
        turn, mark = ids.index(verdict.element), "replay.another"
    return (
        _steps(old, verdict.was_at, verdict.was_waits, turn, mark),
        _steps(new, verdict.becomes_at, verdict.becomes_waits, turn, mark),
    )


def _names(definition: Definition, ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(definition.elements[ident].name or ident for ident in ids)


def _steps(
    definition: Definition, passed: Sequence[str], waits: Sequence[str], turn: int, mark: str
) -> list[Step]:
    lines = outline(definition, words=processes.WORDS).lines()
    said = {line.element: written(line.sentence) for line in lines}
    return [
        Step(said.get(ident, ident), number >= len(passed), mark if number == turn else "")
        for number, ident in enumerate((*passed, *waits))
    ]
