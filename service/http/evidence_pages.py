"""Evidence of a case: adding to it (one paste away), sealing it, and destroying what may not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, evidence, inbox, items
from service.errors import Invalid, TooLarge, Unsupported
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.register import local_time
from service.store import CaseRow
from workflows.forms.formats import is_web_address

pages = Blueprint("evidence", __name__)
_FIELDS = ("lank", "avsandare", "okand", "text", "tid", "uppgift", "action")
_LENGTHS = {"lank": 2000, "avsandare": 200, "text": 20_000}
_BESIDE = {
    "url": "lank",
    "author": "avsandare",
    "text": "text",
    "posted_at": "tid",
    "unknown_sender": "okand",
}
SAVE, SEAL, DESTROY = "spara", "forsegla", "forstor"


@pages.get("/arenden/<uuid:case_id>/bevis")
def form(case_id: object) -> ResponseReturnValue:
    return _form(str(case_id), {}, {})


@pages.post("/arenden/<uuid:case_id>/bevis")
def act(case_id: object) -> ResponseReturnValue:
    ident = str(case_id)
    fields = bounded.form((*_FIELDS, "bild"))
    action = fields.pop("action", "")
    task = _task(fields.pop("uppgift", ""))
    uploads = [evidence.Upload(f.filename or "", f.mimetype, f.read()) for f in bounded.files("bild")]
    posted_at, errors = _checked(fields)
    if errors:
        return _form(ident, fields, errors, task)
    try:
        with writing() as session:
            inbox.case_row(session, actor(), ident, now=now())
            case = cases.hold(session, ident)
            notice = _carry_out(session, case, action, _post(case, fields, posted_at), uploads)
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _form(ident, fields, {_BESIDE.get(n, "bild"): text for n, text in wrong.fields.items()}, task)
    except (TooLarge, Unsupported) as wrong:
        return _form(ident, fields, {"bild": str(wrong)}, task)
    return redirect(f"{f'/uppgifter/{task}' if task else f'/arenden/{ident}'}?meddelande={notice}", 303)


def _carry_out(
    session: Session, case: CaseRow, action: str, post: items.Post, uploads: list[evidence.Upload]
) -> str:
    """Add what was given, if anything, and seal as soon as nothing is missing: one button does both."""
    if action == DESTROY:
        if not evidence.forbidden(session, case.id):
            raise Invalid(t("error.bad_action"))
        evidence.destroy_copies(session, case, actor=actor(), now=now())
        return "kopior_forstorda"
    if action not in (SAVE, SEAL):
        raise Invalid(t("error.bad_action"))
    given = uploads or any((post.url, post.author, post.text, post.unknown_sender))
    if given:
        items.add_to(session, case, post, uploads, actor=actor(), now=now())
    elif action == SAVE:
        raise Invalid(fields={"text": t("register.need_something")})
    if action == SAVE:
        return "bevis_sparat"
    session.flush()
    demand = evidence.demanded(session)
    if evidence.standing(session, case).missing(demand) is not None and given:
        return "bevis_ofullstandigt"
    evidence.seal(session, case, actor=actor(), now=now(), demand=demand)
    return "bevis_forseglat"


def _post(case: CaseRow, fields: dict[str, str], posted_at: datetime | None) -> items.Post:
    return items.Post(
        channel=case.channel,
        url=fields.get("lank", "").strip() or None,
        author=fields.get("avsandare", "").strip() or None,
        text=fields.get("text", ""),
        posted_at=posted_at,
        unknown_sender=fields.get("okand") or None,
    )


def _checked(fields: dict[str, str]) -> tuple[datetime | None, dict[str, str]]:
    errors: dict[str, str] = {}
    posted_at = None
    if fields.get("lank", "").strip() and not is_web_address(fields["lank"].strip()):
        errors["lank"] = t("register.bad_link")
    if fields.get("tid"):
        posted_at = local_time(fields["tid"])
        if posted_at is None:
            errors["tid"] = t("register.bad_time")
        elif posted_at > now() + timedelta(minutes=5):
            errors["tid"] = t("register.future_time")
    if fields.get("okand") and fields["okand"] not in evidence.UNKNOWN_SENDERS:
        errors["okand"] = t("evidence.bad_reason")
    return posted_at, errors | {
        name: t("register.too_long", n=most)
        for name, most in _LENGTHS.items()
        if len(fields.get(name, "")) > most
    }


def _task(text: str) -> str:
    """The task to go back to, or nothing."""
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise Invalid(t("error.bad_action")) from None


def _form(
    case_id: str, values: dict[str, str], errors: dict[str, str], task: str = ""
) -> ResponseReturnValue:
    with reading() as session:
        case = inbox.case_row(session, actor(), case_id, now=now())
        shown = {"case": inbox.case_line(session, case.id), **of_case(session, case)}
    page = render_template("evidence.html", here="cases", values=values, errors=errors, back_to=task, **shown)
    return page, 422 if errors else 200


def of_case(session: Session, case: CaseRow) -> dict[str, object]:
    """The words for `evidence_parts.html`: what stands in the case, and what is missing."""
    stands = evidence.standing(session, case)
    return {
        "stands": stands,
        "missing": stands.missing(evidence.demanded(session)),
        "removals": evidence.removals(session, case.id),
        "unknown_senders": evidence.UNKNOWN_SENDERS,
        "case_open": case.status == "open",
    }
