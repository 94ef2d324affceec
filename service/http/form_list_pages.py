"""A draft's forms: which steps ask with each, a new one, a copy of one, one thrown away."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.errors import Conflict, Invalid
from service.http import bounded, form_bench, form_fields, form_rows
from service.http.form_bench import Bench
from service.http.form_done import just_done
from service.http.form_places import FIELDS, Place, stored, undone
from service.http.house import reading
from service.http.language import t
from service.http.tasks import version_seen
from workflows import ModelRefused
from workflows.forms import editing, naming
from workflows.forms.edits import Retitle
from workflows.forms.metaschema import MAX_TITLE

pages = Blueprint("form_builder", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/formular")


@pages.get("")
def listing(process: str, draft_id: object) -> ResponseReturnValue:
    return _listing(process, str(draft_id), {}, {})


def _listing(
    process: str, ident: str, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    name = request.args.get("formular", "")[:100]
    with reading() as session:
        bench = form_bench.opened(session, process, ident)
        done = just_done(session, bench, process, name, whole=True)
    shown = render_template(
        "form_builder_list.html",
        here="processes",
        process=process,
        draft=bench.row,
        lines=form_rows.lines(bench),
        readable=bench.definition is not None,
        done=done,
        form_id=name,
        values=values,
        errors=errors,
    )
    return shown, 422 if errors else 200


@pages.post("")
def change(process: str, draft_id: object) -> ResponseReturnValue:
    """A new form, a copy of one, one thrown away that no step uses, or the latest of these taken back."""
    fields = bounded.form(FIELDS)
    place = Place(process, str(draft_id), version_seen(fields), fields.get("name", "")[:100])
    with reading() as session:
        bench = form_bench.opened(session, process, place.ident, place.version)
    try:
        match fields.get("action"):
            case "nytt":
                return _begun(place, bench, editing.new(fields.get(f"{form_fields.PREFIX}form", "")), "nytt")
            case "kopiera":
                old = bench.content(place.name)
                title = t("formbuilder.copy_of", title=editing.read(old)[1].title)[:MAX_TITLE]
                return _begun(place, bench, editing.apply(old, Retitle(title)), "kopia")
            case "ta_bort":
                return _thrown(place, bench, fields.get("confirmed") == "ja")
            case "angra":
                return undone(place, fields)
    except ModelRefused as refused:
        errors = {f"{form_fields.PREFIX}form": finding.text for finding in refused.findings[:1]}
        return _listing(process, place.ident, fields, errors)
    raise Invalid(t("error.bad_action"))


def _begun(place: Place, bench: Bench, content: bytes, done: str) -> ResponseReturnValue:
    """A form that was not there, named after its title."""
    name = naming.name_for(editing.read(content)[1].title, bench.forms(), "formular")
    there = Place(place.process, place.ident, place.version, name)
    return stored(there, bench.with_form(name, content), done)


def _thrown(place: Place, bench: Bench, confirmed: bool) -> ResponseReturnValue:
    """A form that no step asks with goes, once whoever asked has said so twice."""
    content, used = bench.content(place.name), bench.steps().get(place.name, ())
    unknown = bench.definition is None and bench.row.version == place.version
    if used or unknown:
        raise Conflict(t("formbuilder.in_use"))
    if confirmed:
        return stored(place, bench.with_form(place.name, None), "slangt")
    fields = form_bench.fields_of(content)
    return render_template(
        "confirm.html",
        here="processes",
        place=url_for("form_builder.listing", process=place.process, draft_id=place.ident),
        text=t("formbuilder.throw_away", name=place.name, n=len(fields)),
        button=t("formbuilder.throw"),
        kept={"action": "ta_bort", "version": place.version, "name": place.name, "confirmed": "ja"},
        harmless=False,
    )
