"""What everyone may change of their own: the password, the language, and where they are signed in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service import people
from service.errors import Forbidden, Invalid
from service.http import bounded, guard
from service.http.house import actor, house, now, reading, signed_in, writing
from service.http.language import t
from service.people import SignedIn

pages = Blueprint("account", __name__)
_PASSWORDS = {"current": "account.current", "password": "account.new", "again": "account.again"}


@pages.get("/mitt-konto")
def page() -> ResponseReturnValue:
    return _page({})


@pages.post("/mitt-konto")
def act() -> ResponseReturnValue:
    fields = bounded.form(("action", *_PASSWORDS))
    match fields.pop("action", ""):
        case "losenord":
            return _change_password(fields)
        case "overallt":
            return _leave_everywhere()
    raise Invalid(t("error.bad_action"))


def _change_password(fields: Mapping[str, str]) -> ResponseReturnValue:
    given = {name: fields.get(name, "") for name in _PASSWORDS}
    errors = {
        name: t("signin.fill_in_named", name=t(label))
        for name, label in _PASSWORDS.items()
        if not given[name]
    }
    if not errors and given["password"] != given["again"]:
        errors["again"] = t("account.differ")
    if errors:
        return _page(errors)
    me = _me()
    try:
        # counted like signing in: who borrows a browser cannot try passwords here for ever
        person = people.sign_in(
            house().database, me.login, given["current"], net=request.remote_addr or "", now=now()
        )
    except Invalid:
        return _page({"current": t("account.wrong")})
    password = people.new_password(given["password"], me.login)
    try:
        with writing() as session:
            people.set_password(
                session,
                me.actor.id,
                password,
                version=person.version,
                keep=_cookie(),
                actor=actor(),
                now=now(),
            )
    except Invalid as wrong:
        return _page(wrong.fields)
    return redirect("/mitt-konto?meddelande=losenord_bytt", 303)


def _leave_everywhere() -> ResponseReturnValue:
    with writing() as session:
        people.close_everywhere(session, actor().id, now())
    response = redirect("/logga-in?meddelande=utloggad", 303)
    guard.drop_cookie(response, guard.session_cookie(house().settings))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _me() -> SignedIn:
    found = signed_in()
    if found is None:
        raise Forbidden
    return found


def _cookie() -> str | None:
    return request.cookies.get(guard.session_cookie(house().settings))


def _page(errors: Mapping[str, str]) -> ResponseReturnValue:
    return _rendered(errors, {}, {}), 422 if errors else 200


def shown(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    """The page with what was filled in about one's own absence, and what must be corrected of it."""
    return _rendered({}, values, errors)


def _rendered(
    errors: Mapping[str, str], absence: Mapping[str, str], absence_errors: Mapping[str, str]
) -> str:
    with reading() as session:
        mine = people.absences(session, now(), person_id=actor().id)
        deputies = people.candidates(session, people.person(session, actor().id))
    return render_template(
        "account.html",
        here="account",
        errors=errors,
        absences=mine,
        deputies=deputies,
        absence_values=absence,
        absence_errors=absence_errors,
    )
