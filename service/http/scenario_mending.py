"""Scenarios that a changed drawing has left behind, mended all at once: a new step answered, a step by its
new name, the answer to a step that is gone taken away."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import definitions, drafts
from service.errors import Conflict, Invalid
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.scenario_desk import FILE, Desk, desk, open_thing, sent
from service.http.scenario_pages import _damaged, _raced, _ran, _unread
from service.http.scenario_press import Press, answered, given
from service.http.tasks import version_seen
from workflows import Definition, ModelRefused, scenarios
from workflows.scenarios.case import Waiting
from workflows.steps import TaskOpened, Value

pages = Blueprint(
    "mending", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/scenarier/komplettera"
)


@pages.get("")
def page(process: str, draft_id: object) -> ResponseReturnValue:
    """The step to answer, once for all who come to it."""
    try:
        seen, before = _opened(process, str(draft_id))
        group = _group(seen, before, request.args.get("steg", ""))
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    if group is None:  # mended already, or changed meanwhile
        return redirect(_listing(seen), 303)
    return _asked(seen, group, {}, {}, {})


def _opened(process: str, ident: str) -> tuple[Desk, Definition]:
    with reading() as session:
        seen = desk(session, process, ident)
        return seen, definitions.by_hash(session, seen.draft.base)


def _listing(seen: Desk) -> str:
    return url_for("stories.listing", process=seen.process, draft_id=seen.draft.id, kor="alla")


def _group(seen: Desk, before: Definition, element: str) -> scenarios.Unanswered | None:
    found = _damaged(seen, before, _ran(seen)).unanswered
    return next((group for group in found if group.element == element), None)


def _waiting(seen: Desk, group: scenarios.Unanswered) -> tuple[scenarios.Walk, Waiting] | None:
    """The step as one of the scenarios meets it; None for one that asks nobody."""
    if group.kind == "passed":
        return None
    scenario = next(one for one in seen.there() if one.name == group.stories[0])
    walked = scenarios.walk(seen.definition, scenario, variables_of=definitions.variables_of)
    return walked, next(wait for wait in walked.waiting if wait.element == group.element)


def _asked(
    seen: Desk,
    group: scenarios.Unanswered,
    own: Mapping[str, str],
    answers: Mapping[str, str | list[str]],
    errors: Mapping[str, str],
) -> ResponseReturnValue:
    found = _waiting(seen, group)
    shown = render_template(
        "scenario_mend.html",
        here="processes",
        process=seen.process,
        draft=seen.draft,
        name=seen.definition.name,
        group=group,
        thing=None if found is None else open_thing(seen, found[1]),
        values=answers,
        own={f"s.{name}": text for name, text in own.items()},
        errors=errors,
    )
    return shown, 422 if errors else 200


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    own, answers = sent()
    version = version_seen({"version": own.get("version", "")})
    try:
        seen, before = _opened(process, str(draft_id))
        data, mended, of = _mended(seen, before, own, answers)
        with writing() as session:
            files = {**seen.files, FILE: data}
            drafts.save(session, process, seen.draft.id, files, version=version, actor=actor(), now=now())
    except ModelRefused as refused:
        return _unread(process, draft_id, refused)
    except drafts.Raced as raced:
        return _raced(process, str(draft_id), raced)
    except Invalid as wrong:
        group = _group(seen, before, own.get("element", "")) if wrong.fields else None
        if group is None:
            raise
        return _asked(seen, group, own, answers, wrong.fields)
    return render_template(
        "scenario_mended.html",
        here="processes",
        process=process,
        draft=seen.draft,
        name=seen.definition.name,
        mended=mended,
        held=sum(one.held for one in mended),
        left=of - len(mended),
        back=_listing(seen),
    )


def _mended(
    seen: Desk, before: Definition, own: Mapping[str, str], answers: Mapping[str, str | list[str]]
) -> tuple[bytes, tuple[scenarios.Mended, ...], int]:
    """The file as it becomes, what became of the scenarios, and how many it was about. Raises Invalid field
    by field; Conflict when there is nothing of the kind to mend."""
    found = _damaged(seen, before, _ran(seen))
    data, told = seen.data or b"[]", {"variables_of": definitions.variables_of}
    definition, name = seen.definition, own.get("name", "")
    match own.get("action"):
        case "svara":
            for group in found.unanswered:
                if group.element == own.get("element"):
                    values = _values(seen, group, own, answers)
                    after = scenarios.mend(definition, data, group.element, values, group.stories, **told)
                    return *after, len(group.stories)
        case "byt":
            for renamed in found.renamed:
                if renamed.was == name:
                    after = scenarios.rename(definition, data, name, renamed.name, renamed.stories, **told)
                    return *after, len(renamed.stories)
        case "glom":
            for gone in found.gone:
                if (gone.kind, gone.name) == (own.get("kind"), name):
                    after = scenarios.forget(definition, data, gone.kind, name, gone.stories, **told)
                    return *after, len(gone.stories)
        case _:
            raise Invalid(t("error.bad_action"))
    raise Conflict(t("mend.nothing"))


def _values(
    seen: Desk,
    group: scenarios.Unanswered,
    own: Mapping[str, str],
    answers: Mapping[str, str | list[str]],
) -> Mapping[str, Value]:
    found = _waiting(seen, group)
    if found is None:
        return {}
    walked, wait = found
    press = Press(seen, own, answers, walked)
    return answered(press, wait) if isinstance(wait, TaskOpened) else given(press)
