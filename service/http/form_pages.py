"""The form builder: a form's questions one by one, and the form as whoever answers it sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from service.errors import Invalid
from service.http import bounded, form_bench, form_fields, form_list_pages, form_rows
from service.http.form_bench import Bench, Danger
from service.http.form_done import just_done
from service.http.form_places import FIELDS, Place, stored, undone
from service.http.house import reading
from service.http.language import t
from service.http.tasks import version_seen
from workflows import ModelRefused
from workflows.forms import Form, Validated, editing
from workflows.forms.edits import Edit, MoveField, RemoveField
from workflows.forms.kinds import CHOSEN, COUNTED, SUGGESTED, WRITTEN, FieldKind, kind_of
from workflows.forms.metaschema import SUGGESTIONS

pages = form_list_pages.pages


@pages.get("/<name>")
def page(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    return _page(process, str(draft_id), name, Shown(chosen=request.args.get("andra", "")[:60]))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows besides the form: the question that is being changed or removed, with what was
    filled in and what is wrong with it or why it stays; and what the form says to answers that were tried."""

    chosen: str = ""
    removing: bool = False
    refused: str = ""
    values: Mapping[str, str] | None = None
    must: Sequence[str] = ()
    errors: Mapping[str, str] | None = None
    dangers: Sequence[Danger] = ()
    given: Mapping[str, object] | None = None
    tried: Validated | None = None


def _page(process: str, ident: str, name: str, shown: Shown) -> ResponseReturnValue:
    with reading() as session:
        bench = form_bench.opened(session, process, ident)
        done = just_done(session, bench, process, name, whole=False)
    there: dict[str, Any] = {"form": None}
    try:
        made, form = editing.read(bench.content(name))
    except ModelRefused as refused:
        there |= {"findings": refused.findings[:20]}
    else:
        there |= {"form": form, "rows": form_rows.rows(bench, made, form), **_chosen(made, form, shown)}
    errors = shown.errors or {}
    answer = render_template(
        "form_builder.html",
        here="processes",
        process=process,
        draft=bench.row,
        form_id=name,
        steps=bench.steps().get(name, ()),
        readable=bench.definition is not None,
        done=done,
        chosen=shown.chosen,
        removing=shown.removing,
        refused=shown.refused,
        errors=errors,
        dangers=shown.dangers,
        seal=form_bench.seal(shown.dangers),
        given=shown.given or {},
        tried=shown.tried,
        wrong=shown.tried.errors if shown.tried else {},
        **there,
    )
    refused_here = errors or shown.refused or shown.dangers or (shown.tried and shown.tried.errors)
    return answer, 422 if refused_here else 200


def _chosen(made: Mapping[str, Any], form: Form, shown: Shown) -> dict[str, Any]:
    """The words for the settings: of the question that is being changed, or of one that is new."""
    field = next((field for field in form.fields if field.name == shown.chosen), None)
    kind = kind_of(made["properties"][shown.chosen]) if field else FieldKind.SHORT
    values = shown.values
    if values is None:
        values = form_fields.values_of(field, kind) if field else {f"{form_fields.PREFIX}kind": kind.value}
    return {
        "values": values,
        "must": shown.must if shown.values is not None else (field.must if field else ()),
        "kinds": tuple(kind.value for kind in FieldKind),
        "checks": form_fields.CHECKS if kind in WRITTEN else (),
        "fills": form_fields.fills_for(kind),
        "counted": kind in COUNTED,
        "written": kind in WRITTEN,
        "suggestions": SUGGESTIONS if kind in SUGGESTED else (),
        "listed": kind in CHOSEN,
        "conditions": form_fields.conditions(form, shown.chosen, t("form.yes"), t("form.no"))
        if field
        else (),
    }


@pages.post("/<name>")
def act(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    """One change to the form, saved at once. What it would take from others is told first."""
    fields = bounded.form(FIELDS, lists=(form_fields.MUST,))
    place = Place(process, str(draft_id), version_seen(fields), name)
    action, field = fields.get("action", ""), fields.get("field", "")[:60]
    if action == "angra":
        return undone(place, fields)
    with reading() as session:
        bench = form_bench.opened(session, process, place.ident, place.version)
    must = request.form.getlist(form_fields.MUST)[:200]
    try:
        made, form = editing.read(bench.content(name))
        edits = _edits(bench, made, form, action, field, fields, must)
        content = editing.apply_all(bench.content(name), edits)
    except ModelRefused as refused:
        if action in ("upp", "ned", "ta_bort"):
            return _page(process, place.ident, name, Shown(field, refused=refused.findings[0].text))
        errors = form_fields.errors_of(refused, whole=action == "rubrik")
        return _page(process, place.ident, name, Shown(field, values=fields, must=must, errors=errors))
    new = editing.read(content)[0]
    dangers = bench.dangers(made, new)
    if dangers and fields.get("confirmed") != form_bench.seal(dangers):
        removing = action == "ta_bort"
        told = Shown(
            field, removing=removing, values=None if removing else fields, must=must, dangers=dangers
        )
        return _page(process, place.ident, name, told)
    files = bench.with_form(name, content) if edits else bench.files
    touched = form_fields.touched(edits) or field
    return stored(place, files, _DONE[action], touched, _anchor(action, touched, list(new["properties"])))


_DONE = {
    "lagg_till": "lagt",
    "spara": "andrat",
    "upp": "upp",
    "ned": "ned",
    "ta_bort": "borta",
    "rubrik": "rubrik",
}


def _anchor(action: str, field: str, order: Sequence[str]) -> str:
    """Where to land: on the question, on the button that was pressed where it is still there, or above the
    list. `order` is that of the questions now."""
    match action:
        case "upp" | "ned":
            return f"falt-{field}" if order[0 if action == "upp" else -1] == field else f"{action}-{field}"
        case "ta_bort" | "rubrik":
            return "falt"
    return f"falt-{field}"


def _edits(
    bench: Bench,
    made: Mapping[str, Any],
    form: Form,
    action: str,
    field: str,
    fields: Mapping[str, str],
    must: Sequence[str],
) -> list[Edit]:
    """What was asked for. Raises ModelRefused, and Invalid for a button that is not on the page."""
    match action:
        case "lagg_till":
            return [form_fields.added(fields, bench.taken())]
        case "spara":
            kind = kind_of(made["properties"][field]) if field in made["properties"] else None
            return form_fields.changed(form, field, kind, fields, must) if kind else []
        case "upp" | "ned":
            return [MoveField(field, action == "upp")]
        case "ta_bort":
            return [RemoveField(field)]
        case "rubrik":
            return form_fields.of_form(form, fields)
    raise Invalid(t("error.bad_action"))


# ── trying it ────────────────────────────────────────────────────────────────────────────────────────


@pages.post("/<name>/prova")
def attempt(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    """What the form would say to these answers. Nothing is kept of them."""
    bounded.refuse_unknown(request.files, ())
    sent = {
        key: given[0] if len(given) == 1 else given for key, given in request.form.lists() if key != "csrf"
    }
    with reading() as session:
        bench = form_bench.opened(session, process, str(draft_id))
    try:
        form = editing.read(bench.content(name))[1]
    except ModelRefused:
        return _page(process, str(draft_id), name, Shown())
    tried = form.validate(form.parse(sent))
    return _page(process, str(draft_id), name, Shown(given=sent, tried=tried))


@pages.post("/<name>/forhandsvisa")
def preview(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    """The form as it would be with what is being filled in, for the page to put in place while somebody
    types. Nothing is saved."""
    fields = bounded.form(FIELDS, lists=(form_fields.MUST,))
    field, must = fields.get("field", "")[:60], request.form.getlist(form_fields.MUST)[:200]
    with reading() as session:
        bench = form_bench.opened(session, process, str(draft_id))
    made, form = editing.read(bench.content(name))
    try:
        edits = _edits(bench, made, form, "spara" if field else "lagg_till", field, fields, must)
        form, said = editing.read(editing.apply_all(bench.content(name), edits))[1], ""
    except ModelRefused as refused:
        said = refused.findings[0].text
    return render_template(
        "form_builder_preview.html", process=process, draft=bench.row, form_id=name, form=form, said=said
    )
