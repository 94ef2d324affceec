"""Signing in and out, and the very first account."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from service import people
from service.errors import Invalid
from service.http import bounded, guard
from service.http.house import house, now, reading, signed_in, writing
from service.http.language import t

pages = Blueprint("sign_in", __name__)
_FIRST = ("token", "name", "login", "password")


@pages.get("/logga-in")
def form() -> ResponseReturnValue:
    if signed_in():
        return redirect("/inkorg", 303)
    return _form(guard.local_path(request.args.get("till")), {}, {}), 200


@pages.post("/logga-in")
def enter() -> ResponseReturnValue:
    fields = bounded.form(("login", "password", "till"))
    login, password = fields.get("login", ""), fields.get("password", "")
    errors = _missing(fields, {"login": "signin.login", "password": "signin.password"})
    back = guard.local_path(fields.get("till"))
    if errors:
        return _form(back, {"login": login}, errors), 422
    try:
        person = people.sign_in(house().database, login, password, net=request.remote_addr or "", now=now())
    except Invalid as wrong:
        return _form(back, {"login": login}, {"login": str(wrong)}), 422
    with writing() as session:
        token = people.open_session(session, person, now(), replaces=_cookie())
    return _entered(token, back)


@pages.post("/logga-ut")
def leave() -> ResponseReturnValue:
    bounded.form(())
    with writing() as session:
        people.close_session(session, _cookie() or "", now())
    response = redirect("/logga-in", 303)
    guard.drop_cookie(response, guard.session_cookie(house().settings))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.get("/forsta-start")
def first_form() -> ResponseReturnValue:
    # the printed address carries the code; it works once, and a new one replaces it
    return render_template("first.html", values={"token": request.args.get("kod", "")[:200]}, errors={})


@pages.post("/forsta-start")
def first() -> ResponseReturnValue:
    fields = bounded.form(_FIRST)
    errors = _missing(fields, {name: f"signin.first_{name}" for name in _FIRST})
    if errors:
        return render_template("first.html", values=fields, errors=errors), 422
    try:
        with reading() as session:
            people.check_setup(session, fields["token"])
        password = people.new_password(fields["password"], fields["login"])
        with writing() as session:
            person = people.set_up(
                session,
                fields["token"],
                login=fields["login"],
                name=fields["name"],
                password=password,
                now=now(),
            )
            token = people.open_session(session, person, now(), replaces=_cookie())
    except Invalid as wrong:
        errors = wrong.fields or {"token": str(wrong)}
        return render_template("first.html", values=fields, errors=errors), 422
    return _entered(token, "/inkorg")


def _missing(fields: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """What has not been filled in, each sentence naming its field: the summary is read by itself."""
    return {
        name: t("signin.fill_in_named", name=t(label))
        for name, label in labels.items()
        if not fields.get(name)
    }


def _cookie() -> str | None:
    return request.cookies.get(guard.session_cookie(house().settings))


def _form(back: str, values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "signin.html", back=back, values=values, errors=errors, demo=current_app.config.get("DEMO_ACCOUNTS")
    )


def _entered(token: str, back: str) -> Response:
    """A new session id at every sign-in: one planted before is worth nothing."""
    response = redirect(back, 303)
    guard.set_cookie(response, guard.session_cookie(house().settings), token)
    return response
