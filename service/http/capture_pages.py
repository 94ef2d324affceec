"""Captures of a channel: the form (paste, upload or write), the list, and the files."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from service import captures, cases, evidence, inbox
from service.deadlines import STOCKHOLM
from service.errors import Invalid, NotFound, TooLarge, Unsupported
from service.http import bounded, guard
from service.http.case_pages import file_name
from service.http.house import actor, house, now, reading, writing
from service.http.language import t
from service.http.register import local_time
from service.store import ChannelRow
from workflows.forms.formats import is_web_address

pages = Blueprint("captures", __name__)
_FIELDS = ("orsak", "lank", "tid", "verktyg", "text", "arende")
_LENGTHS = {"lank": 2000, "verktyg": 120, "text": 100_000}
_BESIDE = {
    "kind": "orsak",
    "url": "lank",
    "captured_at": "tid",
    "tool": "verktyg",
    "text": "text",
    "files": "bild",
}


@pages.get("/kanaler/<uuid:channel_id>/avbilda")
def form(channel_id: object) -> ResponseReturnValue:
    case_id = _case(request.args.get("arende", ""))
    local = now().astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")
    values = {"tid": local, "verktyg": t("capture.tool_screenshot"), "orsak": "periodic", "arende": case_id}
    return _form(str(channel_id), values, {})


@pages.post("/kanaler/<uuid:channel_id>/avbilda")
def add(channel_id: object) -> ResponseReturnValue:
    ident = str(channel_id)
    fields = bounded.form((*_FIELDS, "bild"))
    case_id = _case(fields.get("arende", ""))
    uploads = [evidence.Upload(f.filename or "", f.mimetype, f.read()) for f in bounded.files("bild")]
    captured_at, errors = _checked(fields)
    with reading() as session:
        channel = _channel(session.get(ChannelRow, ident)).name
        if case_id:
            inbox.case_row(session, actor(), case_id, now=now())
    if errors or captured_at is None:
        return _form(ident, fields, errors)
    try:
        made = captures.prepare(
            channel=channel,
            kind=fields.get("orsak", ""),
            url=fields.get("lank", "").strip(),
            captured_at=captured_at,
            tool=fields.get("verktyg", "").strip(),
            text=fields.get("text", ""),
            files=uploads,
            now=now(),
        )
        with writing() as session:
            case = cases.hold(session, case_id) if case_id else None
            row = captures.add(session, ident, made, actor=actor(), now=now(), case=case)
            if house().settings.archive:
                captures.request_delivery(session, row, now=now())
    except Invalid as wrong:
        return _form(ident, fields, {_BESIDE.get(n, "bild"): text for n, text in wrong.fields.items()})
    except (TooLarge, Unsupported) as wrong:
        return _form(ident, fields, {"bild": str(wrong)})
    where = f"/arenden/{case_id}" if case_id else f"/kanaler/{ident}/avbilda"
    return redirect(f"{where}?meddelande=bild_sparad", 303)


@pages.get("/kanaler/<uuid:channel_id>/bilder/<uuid:capture_id>/<int:number>")
def file(channel_id: object, capture_id: object, number: int) -> ResponseReturnValue:
    """The PDF (0) or an original (1, 2 …), always downloaded."""
    with writing() as session:  # that it was read is an event
        found = captures.fetch(session, str(capture_id), number, actor=actor(), now=now())
    response = send_file(
        BytesIO(found.content),
        download_name=file_name(found.name),
        as_attachment=True,
        etag=False,
        max_age=0,
        mimetype="application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = guard.FILE_CSP
    return response


@pages.post("/kanaler/<uuid:channel_id>/bilder/<uuid:capture_id>")
def again(channel_id: object, capture_id: object) -> ResponseReturnValue:
    """Try a delivery that failed once more."""
    bounded.form(())
    with writing() as session:
        captures.try_again(session, str(capture_id), actor=actor(), now=now())
    return redirect(f"/kanaler/{channel_id}/avbilda?meddelande=skickas", 303)


def _form(channel_id: str, values: dict[str, str], errors: dict[str, str]) -> ResponseReturnValue:
    with reading() as session:
        channel = _channel(session.get(ChannelRow, channel_id))
        shown = {"id": channel.id, "name": channel.name}
        found = captures.of_channel(session, channel.id)
        values = {"lank": channel.url or ""} | values
    page = render_template(
        "captures.html",
        here="channels",
        channel=shown,
        captures=found,
        kinds=tuple(captures.KINDS),
        archive=bool(house().settings.archive),
        values=values,
        errors=errors,
    )
    return page, 422 if errors else 200


def _channel(row: ChannelRow | None) -> ChannelRow:
    if row is None:
        raise NotFound
    return row


def _checked(fields: dict[str, str]) -> tuple[datetime | None, dict[str, str]]:
    errors: dict[str, str] = {}
    captured_at = local_time(fields.get("tid", ""))
    if captured_at is None:
        errors["tid"] = t("register.bad_time")
    if not is_web_address(fields.get("lank", "").strip()):
        errors["lank"] = t("register.bad_link")
    return captured_at, errors | {
        name: t("register.too_long", n=most)
        for name, most in _LENGTHS.items()
        if len(fields.get(name, "")) > most
    }


def _case(text: str) -> str:
    """The case that the capture is made in, or nothing."""
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise NotFound from None
