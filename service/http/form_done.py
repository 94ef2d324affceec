"""What was just done in the form builder, as its addresses tell it, and whether it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from service.http.form_bench import Bench, opened, path_of
from workflows import ModelRefused
from workflows.forms import editing

DONE = frozenset(
    {"lagt", "andrat", "upp", "ned", "borta", "rubrik", "angrat", "nytt", "kopia", "slangt", "samma"}
)
"""What was just done, as it stands in an address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done, to `title`; `before` is the draft's version before it, None when there is no way
    back any more."""

    what: str
    field: str
    title: str
    before: int | None


def just_done(session: Session, bench: Bench, process: str, name: str, *, whole: bool) -> Done | None:
    """What the address says was done, as long as nothing has been done since. `whole`: to the form itself."""
    what, field = request.args.get("gjort", ""), request.args.get("falt", "")
    before, after = (_number(request.args.get(key, "")) for key in ("fore", "efter"))
    if what not in DONE or after != bench.row.version:
        return None
    there = [bench.files.get(path_of(name))]
    if before is not None and before < after:
        there.append(opened(session, process, bench.row.id, before).files.get(path_of(name)))
    title = next((found for content in there if content and (found := _title(content, field, whole))), "")
    back = before if before != after and bench.row.state == "open" else None
    return Done(what, field, title, back)


def _title(content: bytes, field: str, whole: bool) -> str:
    try:
        form = editing.read(content)[1]
    except ModelRefused:
        return ""
    return form.title if whole else next((f.title for f in form.fields if f.name == field), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
