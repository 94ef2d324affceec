"""Disposal: authorities, terms and holds; the lists that are proposed; and what was carried out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service import cases, retention
from service.errors import Invalid, NotFound
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of
from service.store import CaseRow, ProposalRow

pages = Blueprint("retention", __name__, url_prefix="/gallring")
_FIELDS = (
    "action", "number", "decided_on", "decided_by", "authority", "type", "months", "case", "reason", "hold",
)  # fmt: skip
WORD = "GALLRA"
"""What must be typed before anything is destroyed."""


@pages.get("")
def listing() -> ResponseReturnValue:
    return _listing({}, {})


@pages.post("")
def act() -> ResponseReturnValue:
    fields = bounded.form(_FIELDS)
    try:
        with writing() as session:
            notice = _done(session, fields)
    except Invalid as wrong:
        return _listing(fields, wrong.fields or {"action": str(wrong)})
    return redirect(f"/gallring?meddelande={notice}", 303)


def _done(session: Session, fields: Mapping[str, str]) -> str:
    match fields.get("action"):
        case "beslut":
            retention.enter_authority(
                session,
                number=fields.get("number", ""),
                decided_on=_day(fields.get("decided_on", "")),
                decided_by=fields.get("decided_by", ""),
                actor=actor(),
                now=now(),
            )
            return "beslut_inlagt"
        case "avsluta":
            retention.end_authority(session, fields.get("authority", "")[:36], actor=actor(), now=now())
            return "beslut_avslutat"
        case "frist":
            retention.set_rule(
                session,
                fields.get("type", ""),
                months=_months(fields.get("months", "")),
                authority_id=fields.get("authority", "")[:36] or None,
                actor=actor(),
                now=now(),
            )
            return "frist_satt"
        case "forslag":
            made = retention.propose(session, actor=actor(), now=now())
            return "forslag_gjort" if made else "forslag_inget"
        case "stoppa":
            number = fields.get("case", "").strip()[:40]
            case = cases.hold(session, _case(session, CaseRow.number == number))
            retention.hold(session, case, fields.get("reason", ""), actor=actor(), now=now())
            return "stopp_satt"
        case "hav":
            case = cases.hold(session, _case(session, CaseRow.id == fields.get("case", "")[:36]))
            retention.lift(session, case, fields.get("hold", "")[:36], actor=actor(), now=now())
            return "stopp_havt"
    raise Invalid(t("error.bad_action"))


def _case(session: Session, which: ColumnElement[bool]) -> str:
    # a secret case is no case here: the answer is the one that a number nobody has gives
    ident = session.scalar(select(CaseRow.id).where(which, CaseRow.secrecy.is_(None)))
    if ident is None:
        raise Invalid(fields={"case": t("retention.no_case")})
    return ident


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={"decided_on": t("retention.bad_day")}) from None


def _months(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 5):
        raise Invalid(fields={"months": t("retention.bad_months")})
    return int(text)


def _listing(values: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    with reading() as session:
        types = retention.record_types()
        shown = {
            "rules": retention.rules(session),
            "authorities": retention.authorities(session),
            "holds": retention.all_holds(session),
            "proposals": [
                (row, types[row.record_type].name)
                for row in session.scalars(
                    select(ProposalRow).order_by(ProposalRow.proposed_at.desc(), ProposalRow.id).limit(50)
                )
            ],
        }
    page = render_template("retention.html", here="retention", values=values, errors=errors, **shown)
    return page, 422 if errors else 200


@pages.get("/<uuid:proposal_id>")
def page(proposal_id: object) -> ResponseReturnValue:
    return _page(str(proposal_id), {})


@pages.post("/<uuid:proposal_id>")
def decide(proposal_id: object) -> ResponseReturnValue:
    ident = str(proposal_id)
    fields = bounded.form(("action", "version", "word", "keep"), lists=("keep",))
    version = version_of(fields.get("version"))
    if fields.get("action") == "gallra" and fields.get("word", "").strip() != WORD:
        return _page(ident, {"word": t("retention.type_word", word=WORD)})
    with writing() as session:
        match fields.get("action"):
            case "gallra":
                keep = [value[:36] for value in request.form.getlist("keep")]
                retention.carry_out(session, ident, keep=keep, version=version, actor=actor(), now=now())
                notice = "gallrat"
            case "avsla":
                retention.decline(session, ident, version=version, actor=actor(), now=now())
                notice = "forslag_avslaget"
            case _:
                raise Invalid(t("error.bad_action"))
    return redirect(f"/gallring/{ident}?meddelande={notice}", 303)


def _page(ident: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    with reading() as session:
        lines = retention.lines_of(session, ident)
        row = session.get_one(ProposalRow, ident)
        authority = next(a for a in retention.authorities(session) if a.id == row.authority_id)
        kind = retention.record_types()[row.record_type]
    shown = render_template(
        "retention_list.html",
        here="retention",
        proposal=row,
        authority=authority,
        kind=kind,
        lines=lines,
        errors=errors,
        word=WORD,
    )
    return shown, 422 if errors else 200


@pages.get("/<uuid:proposal_id>/protokoll.json")
def certificate(proposal_id: object) -> ResponseReturnValue:
    """The disposal certificate (*gallringsprotokoll*), as its hash in the history was reckoned."""
    with reading() as session:
        row = session.get(ProposalRow, str(proposal_id))
        if row is None or row.certificate is None:
            raise NotFound
        text = json.dumps(row.certificate, sort_keys=True, separators=(",", ":"))
    return Response(
        text,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="gallringsprotokoll-{row.id}.json"'},
    )
