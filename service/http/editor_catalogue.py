"""What a process owner may choose among in the editor's panel: everything that a drawing here may name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from service import drafts, profiles
from service.actors import ROLES
from service.deadlines import RULES
from service.drafts import comments
from service.operations import OPERATIONS
from service.processes import WORDS
from service.registrations import OPERATIONS as REGISTRATIONS
from service.store import CommentRow, DraftRow
from workflows.tables import load_tables

_MAX_TITLE = 200
Named = dict[str, Any]
"""`name` is what stands in the model, `title` what is shown."""


def catalogue(session: Session, row: DraftRow) -> dict[str, object]:
    """The roles, rules and operations of this house, and the files of the draft. Titles are Swedish, as the
    models are."""
    files = drafts.files_of(session, row.content)
    return {
        "roles": [_named(name, name) for name in ROLES.values()],
        "due": [_named(rule, WORDS.get(rule, rule)) for rule in RULES],
        "operations": [*_registrations(), *_operations()],
        "whys": list(_whys(session)),
        "forms": [_named(name, _title(files[path])) for name, path in _within(files, "forms", "json")],
        "texts": [_named(name, name) for name, _ in _within(files, "texts", "md")],
        "decisions": list(_decisions(files)),
        "comments": dict(Counter(c.element for c in comments.of(session, row.id) if _waits(c))),
        "urls": _urls(row),
    }


def _waits(comment: CommentRow) -> bool:
    return comment.element is not None and comment.resolved_at is None


def _named(name: str, title: str, **more: object) -> Named:
    return {"name": name, "title": title[:_MAX_TITLE], **more}


def _within(files: Mapping[str, bytes], folder: str, suffix: str) -> Iterator[tuple[str, str]]:
    """Id and path of each file of one kind."""
    for path in sorted(files):
        if path.startswith(f"{folder}/") and path.endswith(f".{suffix}"):
            yield path.removeprefix(f"{folder}/").removesuffix(f".{suffix}"), path


def _title(form: bytes) -> str:
    """A form's own title; empty while it cannot be read, which the findings tell of."""
    try:
        title = json.loads(form).get("title", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return title if isinstance(title, str) else ""


def _decisions(files: Mapping[str, bytes]) -> Iterator[Named]:
    """Each decision, with the file that it stands in."""
    for file, path in _within(files, "decisions", "dmn"):
        for name, model in sorted(load_tables({file: files[path]}).by_decision.items()):
            yield _named(name, model.decisions[name].name, file=file)


def _operations() -> Iterator[Named]:
    for name, one in sorted(OPERATIONS.items()):
        parts = {"inputs": one.inputs, "outputs": one.outputs, "codes": one.codes, "reads": one.reads}
        yield _named(name, one.help, help=one.help, **parts)


def _registrations() -> Iterator[Named]:
    """What is entered in the diarium goes through the outbox, and may be cancelled by a registrar."""
    for name, kind in REGISTRATIONS.items():
        said = f"{WORDS[name].capitalize()}. Väntar tills diariet har svarat med ett nummer."
        inputs = ("direction",) if kind == "document" else ()
        codes = ("registration_cancelled",)
        yield _named(name, said, help=said, inputs=inputs, outputs=("number",), codes=codes, reads=())


def _whys(session: Session) -> Iterator[Named]:
    """The keys of the profile, and every guideline's rules: a shared model names those of several."""
    profile = profiles.of(session)
    for key in profiles.KEYS.values():
        yield _named(key.name, key.label)
    for rule in profiles.rules().values():
        own = rule.profile == profile.name
        yield _named(rule.id, rule.quote if own else f"{rule.municipality}: {rule.quote}")


def _urls(row: DraftRow) -> dict[str, str]:
    """Where the panel's links go. FORM and DECISION stand for a name."""
    of: dict[str, Any] = {"process": row.process, "draft_id": row.id}
    return {
        "why": "/varfor/",
        "forms": url_for("form_builder.listing", **of),
        "form": url_for("form_builder.page", name="FORM", **of),
        "decisions": url_for("decision_editor.listing", **of),
        "decision": url_for("decision_editor.page", name="DECISION", **of),
        "comments": url_for("drafts.page", **of) + "#kommentarer",
    }
