"""The public register of the municipality's channels: for readers, for programs, and inside other pages.

Everybody gets the same bytes: nothing here depends on who is signed in, and nobody's name is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import crisis, profiles, visitors
from service.channels import exports, information, public
from service.channels.public import PublicChannel, Register, Verdict
from service.errors import Invalid
from service.http import bounded
from service.http.house import house, now, reading, writing
from service.http.language import LANGUAGES, language
from service.http.markup import guidance

pages = Blueprint("public", __name__)
PLACE = "/sociala-medier"
_CACHE = "public, max-age=300"
_EMBEDDED = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors https: http:"
)
MAX_ASKED = 2000
"""Characters of an address that somebody asks about."""


@pages.get("/sociala-medier")
def listing() -> ResponseReturnValue:
    with reading() as session:
        shown = _register(session)
    return _page("public.html", **shown)


@pages.get("/sociala-medier/inbaddad")
def embedded() -> ResponseReturnValue:
    """The list by itself, without the site's header: made to stand in a frame on another page."""
    g.embeddable = True
    with reading() as session:
        shown = _register(session)
    response = _page("public_embedded.html", **shown)
    response.headers["Content-Security-Policy"] = _EMBEDDED
    return response


@pages.get("/sociala-medier.json")
def as_json() -> ResponseReturnValue:
    with reading() as session:
        register, used = public.listing(session, _administration()), crisis.usage(session)
    settings = house().settings
    told = {
        "municipality": settings.municipality,
        "info_url": settings.public_url + PLACE,
        "updated_at": register.changed_at.isoformat() if register.changed_at else None,
        "accounts": [_told(one, used) for one in (*register.channels, *register.closed)],
        "politicians": [_told(one, used) for one in register.links],
    }
    return _shared(_cached(orjson.dumps(told), "application/json", register.changed_at))


@pages.get("/sociala-medier.csv")
def as_csv() -> ResponseReturnValue:
    with reading() as session:
        register = public.listing(session, _administration())
    response = _cached(exports.public_csv(register), "text/csv; charset=utf-8", register.changed_at)
    response.headers["Content-Disposition"] = "attachment; filename=sociala-medier.csv"
    return _shared(response)


@pages.get("/sociala-medier.atom")
def as_atom() -> ResponseReturnValue:
    with reading() as session:
        register = public.listing(session, _administration())
    entries = sorted((*register.channels, *register.closed), key=lambda one: one.changed_at, reverse=True)
    text = render_template(
        "public_feed.xml",
        entries=entries,
        home=house().settings.public_url,
        updated=register.changed_at or datetime(2026, 1, 1, tzinfo=UTC),
    )
    return _shared(_cached(text.encode(), "application/atom+xml; charset=utf-8", register.changed_at))


@pages.get("/sociala-medier/akta")
def genuine() -> ResponseReturnValue:
    """Whether an address is an account of the municipality, in words. Nothing is fetched."""
    asked = request.args.get("adress", "").strip()[:MAX_ASKED]
    with reading() as session:
        verdict = public.verify(session, asked) if asked else None
    return _page("public_genuine.html", asked=asked, verdict=verdict)


@pages.get("/sociala-medier/verify")
def verify() -> ResponseReturnValue:
    """The same for programs: `verified`, `answer` and the channel that is meant."""
    asked = request.args.get("service_url", "")[:MAX_ASKED]
    with reading() as session:
        verdict, used = public.verify(session, asked), crisis.usage(session)
    return _shared(_cached(orjson.dumps(_verdict(asked, verdict, used)), "application/json", None))


@pages.get("/sociala-medier/<uuid:channel_id>")
def channel(channel_id: object) -> ResponseReturnValue:
    with reading() as session:
        one = public.channel(session, str(channel_id))
        meanwhile = _crisis(session)
        said = information_of(session, one)
    return _page("public_channel.html", one=one, text=guidance(said.text), version=said.version, **meanwhile)


@pages.get("/sociala-medier/<uuid:channel_id>/anmal")
def report_form(channel_id: object) -> ResponseReturnValue:
    return _report(str(channel_id), {}, {})


@pages.post("/sociala-medier/<uuid:channel_id>/anmal")
def report(channel_id: object) -> ResponseReturnValue:
    fields = bounded.form(("reason", "url", "text", "answer_to"))
    try:
        with writing() as session:
            receipt = visitors.report(
                session,
                str(channel_id),
                reason=fields.get("reason", ""),
                url=fields.get("url", ""),
                text=fields.get("text", ""),
                answer_to=fields.get("answer_to", ""),
                net=request.remote_addr or "",
                unit=house().settings.unit,
                now=now(),
            )
    except Invalid as wrong:
        return _report(str(channel_id), fields, wrong.fields), 422
    with reading() as session:
        one = public.channel(session, str(channel_id))
    return render_template("public_reported.html", one=one, receipt=receipt, me=None, notice=None)


def information_of(session: Session, one: PublicChannel) -> information.Information:
    """The visitor information of a channel, under the profile in force."""
    settings = house().settings
    home = settings.public_url
    return information.of_channel(
        profiles.of(session).name,
        one,
        municipality=settings.municipality,
        report=f"{home}{PLACE}/{one.id}/anmal",
        officer=f"{home}{PLACE}#dataskydd",
    )


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────


def _report(channel_id: str, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        one = public.channel(session, channel_id)
    return render_template(
        "public_report.html",
        one=one,
        values=values,
        errors=errors,
        reasons=visitors.REASONS,
        most=visitors.MAX_REPORT,
        me=None,
        notice=None,
    )


def _administration() -> str:
    return request.args.get("forvaltning", "").strip()[:200]


def _register(session: Session) -> dict[str, Any]:
    wanted = _administration()
    register: Register = public.listing(session, wanted)
    return {"register": register, "wanted": wanted, **_crisis(session)}


def _crisis(session: Session) -> dict[str, Any]:
    """What a crisis changes for visitors: which channels are used, and where the information is."""
    on = crisis.current(session)
    return {"used": crisis.usage(session), "information_url": on.information_url if on else ""}


def _told(one: PublicChannel, used: Mapping[str, bool]) -> dict[str, Any]:
    days = {"opened_on": one.opened_on, "ends_on": one.ends_on, "closed_on": one.closed_on}
    return {
        "id": one.id,
        "account": one.name,
        "platform": one.platform,
        "kind": one.kind,
        "service_url": one.url,
        "info_url": f"{house().settings.public_url}{PLACE}/{one.id}",
        "unit": one.unit,
        "administration": one.administration,
        "controller": one.board,
        "purpose": one.purpose,
        "target_group": one.target_group,
        "answers": one.answers,
        "answers_not": one.answers_not,
        "contact": one.contact,
        "archive": one.archive_place,
        "disclaimer": one.disclaimer,
        "comments_on": one.comments_on,
        "status": "closed" if one.closed else "open",
        "used_in_crisis": used.get(one.id),
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "updated_at": one.changed_at.isoformat(),
    }


def _verdict(asked: str, verdict: Verdict, used: Mapping[str, bool]) -> dict[str, Any]:
    return {
        "service_url": asked,
        "verified": verdict.answer == "yes",
        "answer": verdict.answer,
        "politician": verdict.linked,
        "account": _told(verdict.channel, used) if verdict.channel else None,
    }


# ── the same for everybody, for a while ──────────────────────────────────────────────────────────────


def _page(template: str, **shown: Any) -> Response:
    """A page without the staff's navigation; `me` and `notice` are what the base page asks for."""
    text = render_template(template, me=None, notice=None, **shown)
    return _cached(text.encode(), "text/html; charset=utf-8", None)


def _cached(body: bytes, kind: str, changed_at: datetime | None) -> Response:
    """An answer that may be kept for five minutes and asked about with its ETag."""
    response = Response(body, content_type=kind)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    if changed_at is not None:
        response.last_modified = changed_at
    g.cached = True
    # a language that was just chosen sets a cookie: that answer is one browser's
    chosen = request.args.get("sprak") in LANGUAGES
    response.headers["Cache-Control"] = "private, no-cache" if chosen else _CACHE
    response.headers["Content-Language"] = language()
    response.make_conditional(request)
    return response


def _shared(response: Response) -> Response:
    """Scripts of any site may read it: it is public, and the answer is the same without cookies."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
