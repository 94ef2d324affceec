"""Where somebody works in the form builder, and saving what they did there: or telling who was first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from service import drafts
from service.errors import Invalid
from service.http import form_bench, form_fields
from service.http.draft_pages import raced_page
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of

FIELDS = ("action", "version", "field", "confirmed", "before", "name", *form_fields.NAMES)
"""What the builder's forms may send."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works: the draft in the version that they saw, and a form of it ("": the list)."""

    process: str
    ident: str
    version: int
    name: str

    def after(self, done: str, version: int, field: str = "", anchor: str = "") -> str:
        """The address that tells what was done and offers the way back."""
        told = {"gjort": done, "fore": self.version, "efter": version}
        if done == "slangt" or not self.name:
            asked = urlencode(told | {"formular": self.name})
            return f"{url_for('form_builder.listing', process=self.process, draft_id=self.ident)}?{asked}"
        there = url_for("form_builder.page", process=self.process, draft_id=self.ident, name=self.name)
        return f"{there}?{urlencode(told | {'falt': field})}#{anchor or 'falt'}"


def stored(
    place: Place, files: Mapping[str, bytes], done: str, field: str = "", anchor: str = ""
) -> ResponseReturnValue:
    """Save the draft, or, when somebody was first, keep what was made and say so."""
    try:
        with writing() as session:
            row = drafts.save(
                session, place.process, place.ident, files, version=place.version, actor=actor(), now=now()
            )
            session.flush()
            version = row.version
    except drafts.Raced as raced:
        with writing() as session:
            kept = drafts.keep(session, place.process, files, now=now())
        return raced_page(place.process, place.ident, raced, kept, place.version)
    return redirect(place.after(done if version != place.version else "samma", version, field, anchor), 303)


def undone(place: Place, fields: Mapping[str, str]) -> ResponseReturnValue:
    """The form as it was in the version `before`, whatever else the draft holds."""
    before = version_of(fields.get("before"))
    if before is None:
        raise Invalid(t("error.bad_version"))
    with reading() as session:
        bench = form_bench.opened(session, place.process, place.ident, place.version)
        old = form_bench.opened(session, place.process, place.ident, before)
    content = old.files.get(form_bench.path_of(place.name))
    there = place if content is not None else Place(place.process, place.ident, place.version, "")
    field = fields.get("field", "")[:60]
    known = content is not None and field in {one.name for one in form_bench.fields_of(content)}
    return stored(
        there, bench.with_form(place.name, content), "angrat", field, f"falt-{field}" if known else ""
    )
