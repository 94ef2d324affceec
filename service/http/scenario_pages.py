"""A draft's scenarios: what they are, whether they hold and what they try; recorded by walking, or made from
a case that is finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import definitions, drafts, processes, profiles
from service.errors import Invalid
from service.http import bounded, markup
from service.http.draft_pages import refused_page
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.scenario_desk import (
    FILE,
    LENGTHS,
    STOCKHOLM,
    Desk,
    begun,
    desk,
    open_things,
    opened,
    sealed,
    sent,
    told,
)
from service.http.scenario_press import Press, finished, take
from service.http.tasks import version_seen
from service.replay import retold
from workflows import Definition, Finding, ModelRefused, scenarios
from workflows.kept import Kept
from workflows.scenarios import Damage, Difference, Result
from workflows.steps import TimerSet

pages = Blueprint("stories", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/scenarier")
_LISTING = ("action", "version", "name", "new", "sure")
_results: Kept[str, tuple[Result, ...]] = Kept(16)
"""What the latest runs came to, by the hash of the definition: the same folder gives the same."""
_damages: Kept[tuple[str, str], Damage] = Kept(16)
"""What the latest of them had in common, by the hashes of the definition and of what it was changed from."""


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────


@pages.get("")
def listing(process: str, draft_id: object) -> ResponseReturnValue:
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
            before = definitions.by_hash(session, seen.draft.base)
        return _listing(seen, {}, before=before)
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)


def _unread(process: str, draft_id: object, refused: ModelRefused) -> ResponseReturnValue:
    return refused_page(process, refused.findings, url_for("drafts.page", process=process, draft_id=draft_id))


def _listing(
    seen: Desk,
    errors: Mapping[str, str],
    values: Mapping[str, str] | None = None,
    before: Definition | None = None,
) -> ResponseReturnValue:
    findings: tuple[Finding, ...] = ()
    try:
        there = seen.there()
    except ModelRefused as refused:
        there, findings = (), refused.findings
    results = _ran(seen) if there and request.args.get("kor") == "alla" else ()
    tried = scenarios.coverage(seen.definition, results) if results else None
    shown = render_template(
        "scenario_list.html",
        here="processes",
        process=seen.process,
        draft=seen.draft,
        name=seen.definition.name,
        there=there,
        results={result.scenario.name: result for result in results},
        damage=None if before is None or not results else _damaged(seen, before, results),
        failed=sum(not result.held for result in results),
        tried=tried,
        svg=None if tried is None else _covered(seen, tried),
        findings=findings,
        errors=errors,
        values=values or {},
    )
    return shown, 422 if errors else 200


def _ran(seen: Desk) -> tuple[Result, ...]:
    definition = seen.definition
    return _results.get(
        definition.hash, lambda: scenarios.run_all(definition, variables_of=definitions.variables_of)
    )


def _damaged(seen: Desk, before: Definition, results: tuple[Result, ...]) -> Damage:
    """What those that did not hold have in common; `before` is the version that the draft began from."""
    return _damages.get(
        (seen.definition.hash, before.hash),
        lambda: scenarios.damage(
            seen.definition, results, before=before, variables_of=definitions.variables_of
        ),
    )


def _covered(seen: Desk, tried: scenarios.Coverage) -> object:
    marks = {node.id: t("story.untried") for node in tried.untried_steps}
    marks |= {source.id: t("story.untried_way") for _, source, _ in tried.untried_ways}
    return markup.covered(seen.definition, tried.walked, marks)


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    """A scenario taken away or given another name."""
    fields = bounded.form(_LISTING)
    version, name = version_seen(fields), fields.get("name", "")
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
        data = seen.data or b"[]"
        match fields.get("action"):
            case "ta-bort" if fields.get("sure") != "ja":
                return _sure(seen, version, name)
            case "ta-bort":
                after = scenarios.removed(data, name)
            case "byt-namn":
                after = _renamed(data, name, fields.get("new", ""))
            case _:
                _no_such_button()
        return _saved(seen, after, version)
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _listing(seen, wrong.fields, fields)
    except drafts.Raced as raced:
        return _raced(process, str(draft_id), raced)


def _no_such_button() -> NoReturn:
    raise Invalid(t("error.bad_action"))


def _renamed(data: bytes, name: str, new: str) -> bytes:
    wanted = " ".join(new.split())
    if not wanted or len(wanted) > scenarios.MAX_NAME:
        raise Invalid(fields={"new": t("story.want_name")})
    try:
        return scenarios.renamed(data, name, wanted)
    except ModelRefused as refused:
        raise Invalid(fields={"new": refused.findings[0].text}) from None


def _sure(seen: Desk, version: int, name: str) -> ResponseReturnValue:
    return render_template(
        "scenario_remove.html",
        here="processes",
        process=seen.process,
        draft=seen.draft,
        story=name,
        version=version,
    )


def _saved(seen: Desk, data: bytes | None, version: int) -> ResponseReturnValue:
    files = {name: content for name, content in seen.files.items() if name != FILE}
    if data is not None:
        files[FILE] = data
    with writing() as session:
        drafts.save(session, seen.process, seen.draft.id, files, version=version, actor=actor(), now=now())
    place = url_for(
        "stories.listing", process=seen.process, draft_id=seen.draft.id, meddelande="utkast_sparat"
    )
    return redirect(place, 303)


def _raced(process: str, ident: str, raced: drafts.Raced) -> ResponseReturnValue:
    with reading() as session:
        by = processes.named(session, [raced.by]).get(raced.by, "")
    shown = render_template(
        "draft_raced.html", here="processes", process=process, draft_id=ident, by=by, at=raced.at, kept=None
    )
    return shown, 412


# ── recorded by walking ──────────────────────────────────────────────────────────────────────────────


@pages.get("/spela-in")
def begin(process: str, draft_id: object) -> ResponseReturnValue:
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
            profile = profiles.of(session).name
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    return _begin(seen, {**_usual(seen), "s.profile": profile}, {})


def _usual(seen: Desk) -> dict[str, str]:
    """How the draft's first scenario begins: most begin alike."""
    try:
        there = seen.there()
    except ModelRefused:
        there = ()
    first = there[0] if there else None
    at = (first.at if first else scenarios.BEGINS).astimezone(STOCKHOLM)
    given = scenarios.as_values(first.given) if first else ""
    return {"s.at": at.strftime("%Y-%m-%dT%H:%M"), "s.given": given}


def _begin(seen: Desk, values: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    shown = render_template(
        "scenario_begin.html",
        here="processes",
        process=seen.process,
        draft=seen.draft,
        name=seen.definition.name,
        profiles=profiles.names(),
        values=values,
        errors=errors,
    )
    return shown, 422 if errors else 200


@pages.post("/spela-in")
def walk(process: str, draft_id: object) -> ResponseReturnValue:
    own, answers = sent()
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
            if own.get("action") == "borja":
                scenario = begun(own)
            else:
                scenario = opened(session, seen, own.get("state", ""))
        walked = scenarios.walk(seen.definition, scenario, variables_of=definitions.variables_of)
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _begin(seen, {f"s.{name}": text for name, text in own.items()}, wrong.fields)
    except Difference as wrong:
        return _begin(seen, {f"s.{name}": text for name, text in own.items()}, {"s.given": str(wrong)})
    press = Press(seen, own, answers, walked)
    if walked.problem is not None:  # somebody changed the draft meanwhile
        press.notes = (f"{t('story.shortened')} {walked.problem}",)
    try:
        if take(press):
            return _keep(press)
    except Invalid as wrong:
        if not wrong.fields:
            raise
        press.errors, press.status = dict(wrong.fields), 422
    return _walk_page(press)


def _keep(press: Press) -> ResponseReturnValue:
    """The recording as one more scenario of the draft. Whoever comes second keeps the recording, and saves it
    beside what the first one saved."""
    seen = press.seen
    try:
        made = finished(press)
        return _saved(
            seen, scenarios.appended(seen.data, made), version_seen({"version": press.own.get("version", "")})
        )
    except Invalid as wrong:
        if not wrong.fields:
            raise
        press.errors, press.status = dict(wrong.fields), 422
    except ModelRefused as refused:
        press.errors, press.status = {"s.name": refused.findings[0].text}, 422
    except drafts.Raced as raced:
        with reading() as session:
            press.seen = desk(session, seen.process, seen.draft.id)
            by = processes.named(session, [raced.by]).get(raced.by, "–")
        press.notes, press.status = (t("story.raced", name=by),), 412
    return _walk_page(press)


def _walk_page(press: Press) -> ResponseReturnValue:
    seen, walked = press.seen, press.walked
    things = open_things(seen, walked)
    if press.chosen is None:
        doing = [at for at, thing in enumerate(things) if thing.kind in ("task", "operation")]
        press.chosen = doing[0] if len(doing) == 1 else None
    with reading() as session:
        state = sealed(session, seen, walked.scenario)
    case = walked.case
    here = {wait.element for wait in walked.waiting if not isinstance(wait, TimerSet)}
    shown = render_template(
        "scenario_walk.html",
        here="processes",
        process=seen.process,
        draft=seen.draft,
        name=seen.definition.name,
        state=state,
        things=things,
        chosen=press.chosen,
        steps=told(seen, walked.scenario),
        path=case.path,
        moment=case.now,
        ended=case.ended,
        lengths=LENGTHS,
        notes=press.notes,
        retold=press.retold,
        values=press.answers,
        own={f"s.{name}": text for name, text in press.own.items()},
        errors=press.errors,
        svg=markup.diagram(seen.definition, case.elements | case.flows, here),
    )
    return shown, press.status


# ── made from a case that is finished ────────────────────────────────────────────────────────────────


@pages.get("/arenden")
def cases(process: str, draft_id: object) -> ResponseReturnValue:
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
            found = retold.finished(session, process, actor=actor(), now=now())
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    return render_template(
        "scenario_cases.html",
        here="processes",
        process=process,
        draft=seen.draft,
        name=seen.definition.name,
        cases=found,
        errors={},
    )


@pages.post("/arenden")
def retell(process: str, draft_id: object) -> ResponseReturnValue:
    """The case with nobody's words in it, to look through, go on from and save."""
    ident = bounded.form(("case",)).get("case", "")[:36]
    try:
        with reading() as session:
            seen = desk(session, process, str(draft_id))
            made = retold.again(session, seen.definition, ident, actor=actor(), now=now())
        walked = scenarios.walk(seen.definition, made.scenario, variables_of=definitions.variables_of)
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    except Difference as wrong:
        raise Invalid(t("story.cannot_begin")) from wrong
    return _walk_page(Press(seen, {}, {}, walked, notes=made.notes, retold=True))
