"""The door of every request: who asks, may they, did our own page send it, and the headers that leave."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from service import people
from service.errors import Forbidden, NotFound
from service.http import bounded, language
from service.http.house import house, now, reading, signed_in, writing
from service.http.policy import POLICY, Access, allows
from service.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FILE_CSP = "sandbox; default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HSTS = "max-age=31536000; includeSubDomains"
_VISITOR_LENGTH = 22


def session_cookie(settings: Settings) -> str:
    return "__Host-ordna" if settings.secure else "ordna"


def visitor_cookie(settings: Settings) -> str:
    return "__Host-ordna_besok" if settings.secure else "ordna_besok"


def install(app: Flask) -> None:
    app.before_request(admit)
    app.after_request(finish)


def admit() -> ResponseReturnValue | None:
    """Turn away whoever may not pass; None lets the request on. Unknown paths become 404 later."""
    if request.endpoint is None:
        return None
    access = POLICY[request.endpoint]
    if request.endpoint == "static" or access is Access.LOOPBACK:
        _only_nearby(access)
        return None
    if request.mimetype == "application/x-www-form-urlencoded":
        # parsed whole into memory, unlike a form with files: bounded as the text of one is
        request.max_content_length = bounded.MAX_FORM
    _recognise()
    found = signed_in()
    if not allows(access, found.actor if found else None, loopback=_nearby()):
        return _turn_away()
    if request.method not in SAFE:
        _check_origin()
        _check_token()
    return None


def _recognise() -> None:
    token = request.cookies.get(session_cookie(house().settings))
    if not token:
        return
    with reading() as session:
        g.signed_in = people.signed_in(session, token, now())
    if g.signed_in is not None and g.signed_in.moved:
        with writing() as session:  # at most once a minute: the idle limit moves
            g.signed_in = people.signed_in(session, token, now())


def _only_nearby(access: Access) -> None:
    if access is Access.LOOPBACK and not _nearby():
        raise NotFound


def _nearby() -> bool:
    """Asked from this very machine, and not through a proxy on it."""
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "Via"))
    try:
        return not forwarded and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _turn_away() -> ResponseReturnValue:
    if signed_in() is not None:
        raise Forbidden
    if request.path.startswith("/api/"):
        raise Unauthorized
    if request.method not in SAFE:
        return redirect("/logga-in", 303)
    back = request.full_path.rstrip("?")
    return redirect("/logga-in" if back == "/" else f"/logga-in?till={quote(back, safe='')}", 303)


def _check_origin() -> None:
    """An unsafe request comes from our own pages, or from a client that is no browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden(language.t("error.foreign"))
    origin = request.headers.get("Origin")
    if origin is None:
        return
    public = urlsplit(house().settings.public_url)
    ours = {f"{public.scheme}://{public.netloc}"}
    if not house().settings.secure:
        ours.add(f"http://{request.host}")
    if origin not in ours:
        raise Forbidden(language.t("error.foreign"))


def _check_token() -> None:
    given = request.headers.get("X-CSRF-Token")
    if given is None and not request.path.startswith("/api/"):
        given = request.form.get("csrf")
    if not people.same_token(token(), given):
        raise Forbidden(language.t("error.csrf"))


def token() -> str:
    """The token that forms on this page carry: the session's, or one bound to the visitor's cookie."""
    found = signed_in()
    return found.csrf if found else _visitor_token(_visitor())


def _visitor() -> str:
    """Names a browser that is not signed in, so that its sign-in form cannot be sent by others."""
    if "visitor" not in g:
        kept = request.cookies.get(visitor_cookie(house().settings), "")
        g.fresh_visitor = len(kept) != _VISITOR_LENGTH
        g.visitor = secrets.token_urlsafe(16) if g.fresh_visitor else kept
    return str(g.visitor)


def _visitor_token(visitor: str) -> str:
    return house().database.keys.fingerprint("visitor", visitor.encode())


def set_cookie(response: BaseResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=house().settings.secure, httponly=True, samesite="Lax")


def drop_cookie(response: BaseResponse, name: str) -> None:
    response.delete_cookie(name, path="/", secure=house().settings.secure, httponly=True, samesite="Lax")


def local_path(wanted: str | None) -> str:
    """Where to go after signing in: a path of ours, never another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 2000:
        return "/inkorg"
    parts = urlsplit(wanted)
    plain = not parts.scheme and not parts.netloc and wanted.isprintable() and "\\" not in wanted
    return wanted if plain else "/inkorg"


def finish(response: Response) -> Response:
    """The headers that every answer carries."""
    settings = house().settings
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", CSP)
    if settings.secure:
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    if g.get("embeddable"):
        del response.headers["X-Frame-Options"]
    if request.endpoint != "static":
        if not g.get("cached"):  # only the public register says otherwise
            response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie")
    if g.get("fresh_visitor"):
        set_cookie(response, visitor_cookie(settings), str(g.visitor))
    language.remember(response, secure=settings.secure)
    return response
