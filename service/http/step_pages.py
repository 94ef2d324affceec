"""A draft as an ordered page of text: every step with who, form and time, changed without a canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

import workflows
from service import definitions, drafts, processes
from service.deadlines import VARIABLES
from service.errors import Conflict, Invalid, NotFound
from service.http import bounded, markup, meeting_pages, step_forms, step_listing
from service.http.editor_catalogue import catalogue
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.step_listing import Listing, findings, owner
from service.http.tasks import version_of, version_seen
from service.store import DraftRow
from workflows import Definition, Finding, ModelRefused, editing
from workflows.diff import Sentence
from workflows.editing import Direction, Edit
from workflows.model import Kind
from workflows.outline import outline

pages = Blueprint("step_list", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/steg")
MODEL = "model.bpmn"
MOST_TOLD = 8
"""Sentences that are told of one change."""
_ACT = ("action", "version", "element", "seen")
_NEW = (
    "version", "kind", "name", "role", "form", "due", "operation", "decision", "way_a", "way_b", "condition",
    "amount", "unit",
)  # fmt: skip


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────


@pages.get("")
def page(process: str, draft_id: object) -> ResponseReturnValue:
    return _page(process, str(draft_id), ())


def _page(process: str, ident: str, refused: Sequence[Finding]) -> ResponseReturnValue:
    with reading() as session:
        row = drafts.read_draft(session, process, ident)
        try:
            shown = _listed(session, row, drafts.content_of(session, row))
        except ModelRefused as unread:  # somebody is still drawing
            shown = {"unread": unread.findings, "name": definitions.active(session, process).name}
    answer = render_template(
        "steps.html",
        here="processes",
        process=process,
        draft=row,
        may_edit=row.state == "open",
        refused=refused,
        **shown,
    )
    return answer, 422 if refused else 200


def _listed(session: Session, row: DraftRow, definition: Definition) -> dict[str, Any]:
    found = findings(definition)
    groups = step_listing.groups(definition, found)
    anchors = {step.id: step.anchor for group in groups for step in group.steps}
    there = set(anchors)
    wanted = request.args.get("steg", "")
    told, undo = _told(session, row, definition)
    return {
        "name": definition.name,
        "groups": groups,
        "anchors": anchors,
        "wrong": found[:200],
        "loose": [f for f in found if owner(definition, f.element) not in there][:50],
        "told": told,
        "undo": undo,
        "at": wanted if wanted in there else "",
        "undone": request.args.get("angrat") == "1",
        "drawing": markup.marked(definition, _marks(definition, told)),
    }


def _told(session: Session, row: DraftRow, definition: Definition) -> tuple[list[Sentence], int | None]:
    """What was changed since the version in the address, in sentences, and that version when it can be
    gone back to."""
    seen = version_of(request.args.get("fore"))
    if seen is None or not 0 < seen < row.version:
        return [], None
    try:
        before = workflows.read(drafts.begun_from(session, row, seen))
    except ModelRefused:
        return [], seen
    return list(processes.compared(before, definition).sentences[:MOST_TOLD]), seen


def _marks(definition: Definition, told: Sequence[Sentence]) -> dict[str, str]:
    marks = {one.element: t("process.mark_changed") for one in told if one.element in definition.elements}
    return {element: text for element, text in marks.items() if element}


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    """Move a step, or take the last change back."""
    fields = bounded.form(_ACT)
    version, ident = version_seen(fields), str(draft_id)
    element = fields.get("element", "")[:200]
    match fields.get("action"):
        case "upp" | "ner" as way:
            edit = editing.MoveStep(element, Direction.UP if way == "upp" else Direction.DOWN)
            try:
                return _change(process, ident, version, lambda _: [edit])
            except ModelRefused as refused:
                return _page(process, ident, refused.findings)
        case "angra":
            return _undo(process, ident, version, version_of(fields.get("seen")) or 0)
    raise Conflict(t("error.bad_action"))


def _undo(process: str, ident: str, version: int, seen: int) -> ResponseReturnValue:
    """Put back what the draft held in the version `seen`."""
    if not 0 < seen < version:
        raise Conflict(t("error.bad_action"))
    with reading() as session:
        files = drafts.begun_from(session, drafts.read_draft(session, process, ident), seen)
    place = url_for("step_list.page", process=process, draft_id=ident, fore=version, angrat=1)
    return _saved(process, ident, version, files) or redirect(f"{place}#andrat", 303)


# ── one step ─────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/<element>")
def step(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    return _step(process, str(draft_id), element, None, {})


def _step(
    process: str, ident: str, element: str, sent: Mapping[str, str] | None, errors: Mapping[str, str]
) -> ResponseReturnValue:
    with reading() as session:
        row, definition, place = _place(session, process, ident, element)
        known = catalogue(session, row)
    node, listing, offer = place.node, Listing(definition, findings(definition)), step_forms.pairs(known)
    chosen = node.properties.get("why", "").replace(",", " ").split()
    titles = dict(offer["whys"])
    answer = render_template(
        "steps_one.html",
        here="processes",
        process=process,
        draft=row,
        node=node,
        title=listing.title(node),
        kind=t(f"steps.kind_{node.kind.value}"),
        back=_back(process, ident, listing.anchors.get(node.id, "")),
        offer=offer,
        inputs=step_forms.inputs_of(node, step_forms.named(known["operations"])),
        ways=place.scope.outgoing(node.id),
        defaults=listing.defaults(place),
        targets=listing.targets(place.scope),
        chooses=step_forms.chooses(node),
        moments=[(name, processes.WORDS.get(name, name)) for name in VARIABLES],
        units=step_forms.UNITS,
        whys=[(name, titles.get(name, name)) for name in chosen],
        found=listing.found.get(node.id, ()),
        values=step_forms.values_of(definition, place) | dict(sent or {}),
        errors=errors,
    )
    return answer, 422 if errors else 200


@pages.post("/<element>")
def change(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    fields = bounded.form(lists=("why",))
    version, ident = version_seen(fields), str(draft_id)
    whys = [*request.form.getlist("why"), *filter(None, [fields.pop("why_more", "").strip()])]
    try:
        return _change(process, ident, version, lambda read: _edits(read, element, fields, whys))
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _step(process, ident, element, fields, wrong.fields)
    except ModelRefused as refused:
        return _step(process, ident, element, fields, _as_errors(refused))


def _edits(
    definition: Definition, element: str, fields: Mapping[str, str], whys: Sequence[str]
) -> list[Edit]:
    place = step_forms.find(definition, element)
    if place is None:
        raise NotFound(t("steps.gone"))
    return step_forms.edits(definition, place, fields, whys)


def _as_errors(refused: ModelRefused) -> dict[str, str]:
    return {"name": " ".join(f"{one.text} {one.hint}".strip() for one in refused.findings[:3])}


# ── what comes, and what goes ────────────────────────────────────────────────────────────────────────


@pages.get("/<element>/efter")
def new(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    return _new(process, str(draft_id), element, {}, {})


def _new(
    process: str, ident: str, element: str, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    with reading() as session:
        row, definition, place = _place(session, process, ident, element)
        offer = step_forms.pairs(catalogue(session, row))
    listing = Listing(definition, ())
    answer = render_template(
        "steps_new.html",
        here="processes",
        process=process,
        draft=row,
        element=element,
        title=listing.title(place.node),
        flow=place.flow,
        limits=step_forms.limits(place.node),
        asks=place.node.kind is Kind.USER and place.flow is None,
        back=_back(process, ident, listing.anchors.get(place.node.id, "")),
        offer=offer,
        units=step_forms.UNITS,
        values={"kind": "userTask", "unit": "D", "way_a": "Ja", "way_b": "Nej"} | dict(values),
        errors=errors,
    )
    return answer, 422 if errors else 200


@pages.post("/<element>/efter")
def add(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    fields = bounded.form(_NEW)
    version, ident = version_seen(fields), str(draft_id)

    def wanted(definition: Definition) -> list[Edit]:
        place = step_forms.find(definition, element)
        if place is None:
            raise NotFound(t("steps.gone"))
        return [step_forms.addition(place, fields)]

    try:
        return _change(process, ident, version, wanted)
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _new(process, ident, element, fields, wrong.fields)
    except ModelRefused as refused:
        return _new(process, ident, element, fields, _as_errors(refused))


@pages.get("/<element>/bort")
def leaving(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    """What it would mean to take the step or way away, in words, before it is done."""
    return _leaving(process, str(draft_id), element)


def _leaving(process: str, ident: str, element: str) -> ResponseReturnValue:
    with reading() as session:
        row, definition, place = _place(session, process, ident, element)
        files = drafts.files_of(session, row.content)
    sentences: Sequence[Sentence] = ()
    refused: Sequence[Finding] = ()
    try:
        after = workflows.read({**files, MODEL: editing.apply(files[MODEL], _removal(place))})
        sentences = processes.compared(definition, after).sentences
    except ModelRefused as no:
        refused = no.findings
    listing = Listing(definition, ())
    answer = render_template(
        "steps_remove.html",
        here="processes",
        process=process,
        draft=row,
        element=element,
        flow=place.flow,
        title=listing.title(place.node),
        sentences=sentences[:50],
        refused=refused,
        back=_back(process, ident, listing.anchors.get(place.node.id, "")),
    )
    return answer, 422 if refused and request.method == "POST" else 200


def _removal(place: step_forms.Place) -> Edit:
    return editing.RemoveStep(place.node.id) if place.flow is None else editing.RemoveWay(place.flow.id)


@pages.post("/<element>/bort")
def remove(process: str, draft_id: object, element: str) -> ResponseReturnValue:
    fields = bounded.form(("version",))
    version, ident = version_seen(fields), str(draft_id)

    def wanted(definition: Definition) -> list[Edit]:
        place = step_forms.find(definition, element)
        if place is None:
            raise NotFound(t("steps.gone"))
        return [_removal(place)]

    try:
        return _change(process, ident, version, wanted)
    except ModelRefused:
        return _leaving(process, ident, element)


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────


def _place(
    session: Session, process: str, ident: str, element: str
) -> tuple[DraftRow, Definition, step_forms.Place]:
    """The step of a draft that may be changed. Raises NotFound and Conflict."""
    row = drafts.read_draft(session, process, ident)
    if row.state != "open":
        raise Conflict(t("steps.closed"))
    definition = drafts.content_of(session, row)
    place = step_forms.find(definition, element)
    if place is None:
        raise NotFound(t("steps.gone"))
    return row, definition, place


def _back(process: str, ident: str, anchor: str) -> str:
    return url_for("step_list.page", process=process, draft_id=ident, _anchor=anchor or None)


def _change(
    process: str, ident: str, version: int, wanted: Callable[[Definition], list[Edit]]
) -> ResponseReturnValue:
    """Do the edits on what the asker saw and save it: on to the changed step, with a way back. Raises
    ModelRefused and Invalid when they cannot be done; the draft is then as it was."""
    with reading() as session:
        row = drafts.read_draft(session, process, ident)
        files = _seen(session, row, version)
    edits = wanted(workflows.read(files))
    if not edits:
        return redirect(
            url_for("step_list.page", process=process, draft_id=ident, meddelande="steg_lika"), 303
        )
    made = editing.applied(files[MODEL], edits)
    files = {**files, MODEL: made.model}
    raced = _saved(process, ident, version, files)
    if raced is not None:
        return raced
    after = workflows.read(files)
    found = step_forms.find(after, made.element)
    line = outline(after).find(found.node.id) if found is not None else None
    place = url_for(
        "step_list.page",
        process=process,
        draft_id=ident,
        fore=version,
        steg=line.element if line is not None else None,
        _anchor=line.anchor if line is not None else "andrat",
    )
    return redirect(place, 303)


def _seen(session: Session, row: DraftRow, version: int) -> dict[str, bytes]:
    """The files that the asker saw."""
    if row.version == version:
        return drafts.files_of(session, row.content)
    return drafts.begun_from(session, row, version)


def _saved(process: str, ident: str, version: int, files: Mapping[str, bytes]) -> ResponseReturnValue | None:
    """None when it was saved; else the page that says who was first, with what was meant kept."""
    try:
        with writing() as session:
            drafts.save(session, process, ident, files, version=version, actor=actor(), now=now())
    except drafts.Raced:
        with writing() as session:
            kept = drafts.keep(session, process, files, now=now())
        answer = make_response(meeting_pages.show(process, ident, kept, version))
        answer.status_code = 412
        return answer
    return None
