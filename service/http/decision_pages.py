"""The decision tables of a draft: listed, made, brought in and out, edited by the cell, tried on a case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import drafts
from service.errors import Conflict, Invalid, NotFound
from service.http import bounded, meeting_pages
from service.http import decision_forms as forms
from service.http.decision_desk import Desk, desk, editable, entries, names, path
from service.http.decision_parts import Typed, label, parts_of
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of, version_seen
from workflows import Finding, ModelRefused
from workflows.decisions import load
from workflows.decisions.editing import AddInput, AddOutput, Edit, apply
from workflows.decisions.making import new_table
from workflows.decisions.model import MAX_BYTES
from workflows.decisions.sheet import Formula, Sealed, Sheet, Written, written

pages = Blueprint(
    "decision_editor", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/beslut"
)
DONE = frozenset(
    {
        "sparad", "oandrad", "ny", "borttagen", "flyttad", "villkor", "svar", "kolumn", "angrad", "skapad",
        "hamtad", "raderad",
    }
)  # fmt: skip
"""What a page can say that has been done; each has its sentence."""
_MADE = ("title", "label", "expression", "answer_label", "answer")
_HELD = ("action", "version", "snapshot", "decision")
_NAME = re.compile(r"[\w.-]{1,100}")
_MOST_ASKED = 100
_HASH = re.compile(r"[0-9a-f]{64}")


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────


@pages.get("")
def listing(process: str, draft_id: object) -> ResponseReturnValue:
    return _listing(process, str(draft_id), {}, {})


def _listing(
    process: str, ident: str, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    with reading() as session:
        seen = desk(session, process, ident)
    shown = render_template(
        "decision_editor_list.html",
        here="processes",
        process=process,
        desk=seen,
        files=entries(seen),
        values=values,
        errors=errors,
        variables=_variables(seen),
        **_after(seen),
    )
    return shown, 422 if errors else 200


def _variables(seen: Desk) -> list[tuple[str, str]]:
    """What a condition may read: variable and what people call it."""
    found = seen.words.vocabulary.variables
    return sorted(((name, title) for name, title in found.items()), key=lambda pair: pair[1])[:200]


def _after(seen: Desk) -> dict[str, object]:
    """What was just done, and the content that it can be taken back to."""
    done, before = request.args.get("gjort", ""), request.args.get("fore", "")
    row, part = version_of(request.args.get("rad")) or 0, version_of(request.args.get("del")) or 0
    if done not in DONE:
        return {"done": "", "row": 0, "part": 0, "before": "", "of": ""}
    undo = before if _HASH.fullmatch(before) and seen.open and before != seen.snapshot else ""
    of = request.args.get("fil", "")
    return {"done": done, "row": row, "part": part, "before": undo, "of": of if _NAME.fullmatch(of) else ""}


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    """A new table, a file brought in, a file taken away, or what was done taken back."""
    ident = str(draft_id)
    given = bounded.form((*_HELD, *_MADE, "name", "file", "before", "bekrafta"))
    with reading() as session:
        seen = desk(
            session, process, ident, version=version_seen(given), snapshot=given.get("snapshot", "")[:64]
        )
    match given.get("action"):
        case "ny":
            return _new(seen, given)
        case "ladda":
            return _bring(seen, given)
        case "tabort":
            return _take_away(seen, given)
        case "angra":
            return _undo(seen, given)
    raise Invalid(t("error.bad_action"))


def _new(seen: Desk, given: Mapping[str, str]) -> ResponseReturnValue:
    errors = {name: t("dmn.needed") for name in ("title", "expression", "answer") if not given.get(name)}
    if errors:
        return _listing(seen.process, seen.draft.id, given, errors)
    condition = AddInput(given.get("label", ""), given["expression"])
    answer = AddOutput(given.get("answer_label", ""), given["answer"])
    name = _free(given["title"], seen)
    try:
        data = new_table(name, given["title"], [condition], [answer])
    except ModelRefused as refused:
        return _listing(seen.process, seen.draft.id, given, _where_new(refused))
    return _put(seen, given, name, data, "skapad", "decision_editor.page")


def _where_new(refused: ModelRefused) -> dict[str, str]:
    """The findings at the fields that they come from."""
    element = refused.findings[0].element or ""
    where = "expression" if "_input_" in element else "answer" if "_output_" in element else "title"
    return {where: " ".join(finding.text for finding in refused.findings[:3])}


def _free(title: str, seen: Desk) -> str:
    """An id for the table after its name, that neither a file nor a decision of the draft has."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    stem = stem if stem[:1].isalpha() else f"beslut_{stem}".strip("_")
    taken = {*names(seen.files), *_decisions(seen, "")}
    return next(
        name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}_{n}") not in taken
    )


def _decisions(seen: Desk, apart: str) -> set[str]:
    """The ids of all decisions but those of the file `apart`."""
    return {one.decision for entry in entries(seen) if entry.name != apart for one in entry.decisions}


def _bring(seen: Desk, given: Mapping[str, str]) -> ResponseReturnValue:
    """A DMN file, by its own name or in the place of the file that is named."""
    chosen = bounded.files("file")
    if len(chosen) != 1:
        return _listing(seen.process, seen.draft.id, given, {"file": t("draft.one_file")})
    data = chosen[0].stream.read(MAX_BYTES + 1)
    stem = re.sub(r"\.(dmn|xml)$", "", chosen[0].filename or "", flags=re.IGNORECASE)
    name = given.get("name") or re.sub(r"[^\w.-]", "_", stem)[:100]
    if not _NAME.fullmatch(name):
        return _listing(seen.process, seen.draft.id, given, {"file": t("dmn.file_name")})
    try:
        twice = sorted(load(data).decisions.keys() & _decisions(seen, name))
    except ModelRefused as refused:
        return _refused(seen, refused.findings)
    if twice:
        finding = Finding("double-decision", twice[0], t("dmn.twice", id=twice[0]), t("dmn.twice_hint"))
        return _refused(seen, (finding,))
    return _put(seen, given, name, data, "hamtad", "decision_editor.page")


def _refused(seen: Desk, findings: tuple[Finding, ...]) -> ResponseReturnValue:
    back = url_for("decision_editor.listing", process=seen.process, draft_id=seen.draft.id)
    shown = render_template(
        "draft_refused.html", here="processes", process=seen.process, findings=findings[:200], back=back
    )
    return shown, 422


def _take_away(seen: Desk, given: Mapping[str, str]) -> ResponseReturnValue:
    name = given.get("name", "")
    entry = next((one for one in entries(seen) if one.name == name), None)
    if entry is None:
        raise NotFound
    if not entry.removable:
        raise Conflict(t("dmn.in_use"))
    if given.get("bekrafta") == "ja":
        return _put(seen, given, name, None, "raderad", "decision_editor.listing")
    kept = {one: given.get(one, "") for one in ("action", "version", "snapshot", "name")}
    return render_template(
        "confirm.html",
        here="processes",
        place=url_for("decision_editor.listing", process=seen.process, draft_id=seen.draft.id),
        text=t("dmn.remove_sure", name=name),
        kept=kept,
        button=t("dmn.remove"),
    )


def _undo(seen: Desk, given: Mapping[str, str]) -> ResponseReturnValue:
    """The file as it was in the content before; the others stay."""
    name = given.get("name", "")
    with reading() as session:
        before = drafts.files_of(session, given.get("before", "")[:64])
    if path(name) not in before and path(name) not in seen.files:
        raise NotFound
    there = path(name) in before
    where = "decision_editor.page" if there else "decision_editor.listing"
    return _put(seen, given, name, before.get(path(name)), "angrad", where)


def _put(
    seen: Desk,
    given: Mapping[str, str],
    name: str,
    data: bytes | None,
    done: str,
    where: str,
    *,
    row: int = 0,
    part: int = 0,
) -> ResponseReturnValue:
    """Save the draft with the file, or without it, and land on what was changed."""
    files = {other: content for other, content in seen.files.items() if other != path(name)}
    if data is not None:
        files[path(name)] = data
    process, ident = seen.process, seen.draft.id
    try:
        with writing() as session:
            drafts.save(session, process, ident, files, version=version_seen(given), actor=actor(), now=now())
    except drafts.Raced:
        # what was typed is kept by its content: whoever came second may go on with it as a draft of their own
        with writing() as session:
            kept = drafts.keep(session, process, files, now=now())
        return meeting_pages.show(process, ident, kept, version_seen(given), status=412)
    except ModelRefused as refused:
        return _refused(seen, refused.findings)
    said = {"gjort": done, "fore": seen.snapshot, "fil": name}
    if where == "decision_editor.listing":
        return redirect(f"{url_for(where, process=process, draft_id=ident)}?{urlencode(said)}", 303)
    if row:
        said |= {"rad": str(row), "del": str(part)}
    place = f"{url_for(where, process=process, draft_id=ident, name=name)}?{urlencode(said)}"
    # to what it says of the row: the way back comes first with the Tab key, then the row itself
    return redirect(f"{place}#gjort" if row else place, 303)


# ── one file ─────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/<name>.dmn")
def export(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    """The file, byte for byte as it lies in the draft."""
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        files = drafts.files_of(session, row.content)
    if path(name) not in files:
        raise NotFound
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}.dmn"'}
    return Response(files[path(name)], mimetype="application/xml", headers=headers)


@pages.get("/<name>")
def page(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    with reading() as session:
        seen = desk(session, process, str(draft_id))
    return _page(seen, name, None)


def _page(seen: Desk, name: str, typed: Typed | None) -> ResponseReturnValue:
    data = (typed.dmn if typed else None) or seen.dmn(name)
    parts, refused = parts_of(seen, data, typed)
    errors = {
        f"{part.mark}{at}": f"{label(part.written, at, part.asks)}: {text}"
        for part in parts
        for at, text in part.errors.items()
    }
    shown = render_template(
        "decision_editor.html",
        here="processes",
        process=seen.process,
        desk=seen,
        name=name,
        parts=parts,
        errors=errors,
        refused=typed.findings if typed else refused,
        held=_held(seen, typed),
        policies=forms.policies(),
        variables=_variables(seen),
        **_after(seen),
    )
    return shown, 422 if typed and (typed.errors or typed.findings) else 200


def _held(seen: Desk, typed: Typed | None) -> dict[str, str]:
    """The version and content that the page was made from: what was typed belongs to those, whatever has
    been saved since."""
    if typed is not None:
        return {one: typed.fields.get(one, "") for one in ("version", "snapshot")}
    return {"version": str(seen.draft.version), "snapshot": seen.snapshot}


@pages.post("/<name>")
def change(process: str, draft_id: object, name: str) -> ResponseReturnValue:
    """Everything that was typed in one decision, and then what its button says."""
    given = bounded.form()
    version, snapshot = version_seen(given), given.get("snapshot", "")[:64]
    with reading() as session:
        seen = desk(session, process, str(draft_id), version=version, snapshot=snapshot)
    found = {one.decision: (at, editable(one)) for at, one in enumerate(_written(seen, name), 1)}
    at, one = found.get(given.get("decision", ""), (0, None))
    if not seen.open and given.get("action") != "prova":
        raise Conflict(t("dmn.closed"))
    match one:
        case Sheet():
            _refuse_unknown(given, forms.declared(one))
            return _change_sheet(seen, name, at, one, given)
        case Formula():
            _refuse_unknown(given, {"name", "description", "expression"})
            return _change_formula(seen, name, at, one, given)
        case Sealed(_, _, reason):
            raise Conflict(reason)
        case None:
            raise NotFound


def _written(seen: Desk, name: str) -> tuple[Written, ...]:
    try:
        return written(seen.dmn(name))
    except ModelRefused:
        return ()


def _refuse_unknown(given: Mapping[str, str], known: set[str]) -> None:
    cases = {one for one in given if re.fullmatch(rf"{forms.CASE}[^\W\d]\w{{0,99}}", one)}
    if len(cases) > _MOST_ASKED:
        raise Invalid(t("error.unknown_field"))
    bounded.refuse_unknown(given, {*_HELD, *known, *cases})


def _change_sheet(
    seen: Desk, name: str, at: int, one: Sheet, given: Mapping[str, str]
) -> ResponseReturnValue:
    new = forms.typed(one, given)
    act = forms.act_of(given.get("action", ""), one, given)
    if act is None:
        raise Invalid(t("error.bad_action"))
    typed = Typed(one.decision, new, given)
    if errors := forms.wrong(new, act.gone) | forms.wrong_new(act, new):
        return _page(seen, name, replace(typed, errors=errors))
    made = forms.edits(one, new, act.gone)
    then = [*made, act.edit] if act.edit is not None else made
    row = act.row or forms.changed_row(made)
    return _carried_out(seen, name, typed, then, act.kind, row, at)


def _change_formula(
    seen: Desk, name: str, at: int, one: Formula, given: Mapping[str, str]
) -> ResponseReturnValue:
    action = given.get("action", "")
    if action not in ("spara", "prova"):
        raise Invalid(t("error.bad_action"))
    new = forms.typed_formula(one, given)
    typed = Typed(one.decision, new, given)
    if errors := forms.wrong_formula(new):
        return _page(seen, name, replace(typed, errors=errors))
    return _carried_out(seen, name, typed, forms.formula_edits(one, new), action, 0, at)


def _carried_out(
    seen: Desk, name: str, typed: Typed, edits: list[Edit], kind: str, row: int, at: int
) -> ResponseReturnValue:
    """Try it without saving, or save it; what cannot be saved is shown with everything that was typed."""
    try:
        data = apply(seen.dmn(name), typed.decision, *edits) if edits else seen.dmn(name)
    except ModelRefused as refused:
        return _page(seen, name, replace(typed, findings=refused.findings[:20]))
    if kind == "prova":
        return _page(seen, name, replace(typed, dmn=data, tried=True))
    done = "sparad" if kind == "spara" else kind
    if not edits:
        there = url_for(
            "decision_editor.page", process=seen.process, draft_id=seen.draft.id, name=name, gjort="oandrad"
        )
        return redirect(there, 303)
    return _put(seen, typed.fields, name, data, done, "decision_editor.page", row=row, part=at)
