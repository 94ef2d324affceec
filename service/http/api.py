"""JSON under /api/v1: the same rooms and rules as the pages, for programs and tests."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from adapters.mail import MailRefused
from service import cases, deadlines, evidence, inbox, items, messages, secrecy, waits
from service.errors import Invalid, Unsupported
from service.http import bounded, why_pages
from service.http.house import actor, house, now, reading, signed_in, writing
from service.http.language import t
from service.http.openapi import DOCUMENT
from service.http.stepping import stepping
from service.store import CaseRow, TaskRow
from workflows.forms.formats import is_web_address

api = Blueprint("api", __name__, url_prefix="/api/v1")
_ITEM = {"channel": 120, "url": 2000, "author": 200, "text": 20_000, "posted_at": 40}
_MESSAGE = ("name", "correlation", "source", "external_id")
MAX_FILES = 20


@api.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    return jsonify(DOCUMENT)


@api.get("/session")
def session() -> ResponseReturnValue:
    """Who is signed in, and the token that unsafe calls carry in `X-CSRF-Token`."""
    found = signed_in()
    assert found is not None  # the policy has turned others away
    return jsonify(
        {
            "id": found.actor.id,
            "name": found.actor.name,
            "login": found.login,
            "roles": sorted(found.actor.roles),
            "csrf": found.csrf,
        }
    )


@api.post("/intake")
def intake() -> ResponseReturnValue:
    if request.mimetype != "message/rfc822":
        raise Unsupported(t("error.want_mail"))
    raw = request.get_data()
    try:
        with writing() as db:
            received = items.receive_mail(db, raw, actor=actor(), now=now(), unit=house().settings.unit)
    except MailRefused as error:
        raise Invalid(str(error)) from error
    return _received(received)


@api.post("/items", endpoint="items")
def post_item() -> ResponseReturnValue:
    given = bounded.body((*_ITEM, "files"))
    post, files = _post(given), _files(given.get("files", []))
    with writing() as db:
        received = items.receive_post(db, post, files, actor=actor(), now=now(), unit=house().settings.unit)
    return _received(received)


@api.post("/messages", endpoint="messages")
def post_message() -> ResponseReturnValue:
    given = bounded.body((*_MESSAGE, "payload"))
    wrong = {name: t("error.bad_json") for name in _MESSAGE if not isinstance(given.get(name), str)}
    payload = given.get("payload", {})
    if not isinstance(payload, dict):
        wrong["payload"] = t("error.bad_json")
    if wrong:
        raise Invalid(fields=wrong)
    with writing() as db:
        outcome = messages.receive(
            db,
            given["name"],
            given["correlation"],
            payload,
            source=given["source"],
            external_id=given["external_id"],
            actor=actor(),
            now=now(),
        )
    return jsonify(asdict(outcome)), 200 if outcome.duplicate else 201


@api.get("/why/<name>")
def why(name: str) -> ResponseReturnValue:
    return jsonify(why_pages.as_json(name))


@api.get("/tasks")
def tasks() -> ResponseReturnValue:
    view = request.args.get("view", "all")
    chosen = next((v for v in inbox.VIEWS if v == view), None)
    if chosen is None:
        raise Invalid(t("error.bad_view"))
    with reading() as db:
        found = inbox.tasks(
            db,
            actor(),
            chosen,
            search=request.args.get("q", ""),
            after=request.args.get("after", ""),
            now=now(),
        )
    return jsonify({"tasks": [_plain(asdict(line)) for line in found.lines], "after": found.after})


@api.get("/tasks/<uuid:task_id>")
def task(task_id: object) -> ResponseReturnValue:
    with writing() as db:  # reading a locked case is an event of it
        row = cases.open_task(db, str(task_id), actor(), now=now())
        if not secrecy.knows_case(db, row.case_id, actor(), now()):
            return _task(row, known=False)
        if row.case.secrecy is not None:
            secrecy.note(db, row.case_id, actor=actor(), now=now())
        return _task(row, cases.draft_of(db, row))


@api.post("/tasks/<uuid:task_id>/claim")
def claim(task_id: object) -> ResponseReturnValue:
    version = _version(bounded.body(("version",)))
    with writing() as db:
        return _task(cases.claim(db, str(task_id), version=version, actor=actor(), now=now()))


@api.post("/tasks/<uuid:task_id>/release")
def release(task_id: object) -> ResponseReturnValue:
    version = _version(bounded.body(("version",)))
    with writing() as db:
        return _task(cases.release(db, str(task_id), version=version, actor=actor(), now=now()))


@api.post("/tasks/<uuid:task_id>/draft")
def draft(task_id: object) -> ResponseReturnValue:
    given = bounded.body(("version", "answers"))
    with writing() as db:
        row = cases.save_draft(
            db, str(task_id), _answers(given), version=_version(given), actor=actor(), now=now()
        )
        return _task(row, cases.draft_of(db, row))


@api.post("/tasks/<uuid:task_id>/complete")
def complete(task_id: object) -> ResponseReturnValue:
    given = bounded.body(("version", "answers"))
    answers = _answers(given)
    with stepping(str(task_id), answers) as db:
        case = cases.complete(db, str(task_id), answers, version=_version(given), actor=actor(), now=now())
        db.flush()  # the answer tells where the case now stands
        return jsonify(
            {
                "case_id": case.id,
                "case_number": case.number,
                "status": case.status,
                "next_task": inbox.next_task(db, actor(), case.id, now=now()),
            }
        )


@api.get("/cases", endpoint="cases")
def case_list() -> ResponseReturnValue:
    with reading() as db:
        found = inbox.cases(
            db,
            actor(),
            search=request.args.get("q", ""),
            after=request.args.get("after", ""),
            now=now(),
        )
    return jsonify({"cases": [_plain(asdict(line)) for line in found.lines], "after": found.after})


@api.get("/cases/<uuid:case_id>")
def case(case_id: object) -> ResponseReturnValue:
    with writing() as db:  # reading what came in is an event of the case
        row = inbox.case_row(db, actor(), str(case_id), now=now())
        return jsonify(
            _plain(
                {
                    **asdict(inbox.case_line(db, row.id)),
                    "deadline": _deadline(row),
                    "tasks": [asdict(one) for one in inbox.open_tasks(db, actor(), row.id, now=now())],
                    "registrations": [asdict(one) for one in inbox.registrations(db, row.id)],
                    "items": [asdict(one) for one in items.of_case(db, row, actor(), now())],
                    "history": [asdict(one) for one in inbox.timeline(db, row.id)],
                }
            )
        )


def _deadline(row: CaseRow) -> Mapping[str, Any]:
    """The case's deadline with everything that was skipped, and the sentence in both languages."""
    found = waits.deadline(row)
    said = {language: deadlines.sentence(found, language) for language in ("sv", "en")}
    return {**deadlines.as_json(found), "sentence": said}


# ── to and from JSON ─────────────────────────────────────────────────────────────────────────────────


def _received(received: items.Received) -> ResponseReturnValue:
    return jsonify(asdict(received)), 200 if received.duplicate else 201


def _task(row: TaskRow, draft: Mapping[str, object] | None = None, *, known: bool = True) -> Response:
    """`known` is false when the asker may see that something broke, and not in what."""
    response = jsonify(
        _plain(
            {
                "id": row.id,
                "case_id": row.case_id,
                "kind": row.kind,
                "element": row.element,
                "name": row.name if known else secrecy.BROKEN,
                "role": row.role,
                "form": row.form,
                "status": row.status,
                "assignee": row.assignee,
                "opened_at": row.opened_at,
                "due_at": row.due_at,
                "version": row.version,
                **({"draft": draft} if draft is not None else {}),
            }
        )
    )
    response.headers["ETag"] = f'"{row.version}"'
    return response


def _plain(value: Any) -> Any:
    """Values as JSON has them; times as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _version(given: Mapping[str, object]) -> int | None:
    """The version that the caller saw: in the body or, as HTTP has it, in If-Match."""
    if "version" in given:
        version = given["version"]
        if not isinstance(version, int) or isinstance(version, bool) or version < 0:
            raise Invalid(fields={"version": t("error.bad_version")})
        return version
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    bare = header.removeprefix('"').removesuffix('"')
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        raise Invalid(t("error.bad_version"))
    return int(bare)


def _answers(given: Mapping[str, object]) -> Mapping[str, object]:
    answers = given.get("answers", {})
    if not isinstance(answers, dict):
        raise Invalid(fields={"answers": t("error.bad_json")})
    return answers


def _post(given: Mapping[str, object]) -> items.Post:
    errors = {
        name: t("register.too_long", n=most)
        for name, most in _ITEM.items()
        if given.get(name) is not None and (not isinstance(given[name], str) or len(str(given[name])) > most)
    }
    text = {name: str(given[name]) for name in _ITEM if name not in errors and given.get(name)}
    if not text.get("channel", "").strip() and "channel" not in errors:
        errors["channel"] = t("register.need_channel")
    if "url" in text and not is_web_address(text["url"]):
        errors["url"] = t("register.bad_link")
    if not any(text.get(name, "").strip() for name in ("text", "url")) and not given.get("files"):
        errors["text"] = t("register.need_something")
    posted_at = _moment(text.get("posted_at"), errors)
    if errors:
        raise Invalid(fields=errors)
    return items.Post(
        channel=text["channel"],
        url=text.get("url"),
        author=text.get("author"),
        text=text.get("text", ""),
        posted_at=posted_at,
    )


def _moment(text: str | None, errors: dict[str, str]) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        if moment > now() + timedelta(minutes=5):
            errors["posted_at"] = t("register.future_time")
    except (ValueError, OverflowError):
        errors["posted_at"] = t("register.bad_time")
        return None
    return moment


def _files(given: object) -> Sequence[evidence.Upload]:
    if not isinstance(given, list) or len(given) > MAX_FILES:
        raise Invalid(fields={"files": t("error.bad_file")})
    return [_file(one) for one in given]


def _file(given: object) -> evidence.Upload:
    wanted = ("name", "media_type", "content")
    if (
        not isinstance(given, dict)
        or set(given) != set(wanted)
        or not all(isinstance(given[name], str) for name in wanted)
    ):
        raise Invalid(fields={"files": t("error.bad_file")})
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (ValueError, binascii.Error):
        raise Invalid(fields={"files": t("error.bad_file")}) from None
    return evidence.Upload(given["name"][:255], given["media_type"][:120], content)
