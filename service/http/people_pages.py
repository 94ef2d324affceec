"""Who has an account: the list, a new person, and one person's name, unit, roles, password and access."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service import cases, people
from service.actors import ROLES
from service.errors import Conflict, Invalid
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.shown import role_name
from service.http.tasks import version_of
from service.store import PersonRow

pages = Blueprint("people", __name__, url_prefix="/personer")
_DETAILS = ("name", "unit", "roles")


@pages.get("")
def listing() -> ResponseReturnValue:
    after = request.args.get("efter", "")[:36]
    with reading() as session:
        found = people.page(session, after=after)
        thin, away = people.thin(session, actor(), now()), people.away(session, now())
    return render_template(
        "people.html",
        here="people",
        thin=thin,
        away=away,
        people=found.people,
        after=after,
        next_page=f"/personer?efter={found.after}" if found.after else None,
    )


@pages.get("/ny")
def new_form() -> ResponseReturnValue:
    return _new({}, (), {})


@pages.post("/ny")
def new() -> ResponseReturnValue:
    fields = bounded.form(("login", "name", "unit", "roles"), lists=("roles",))
    login, roles = fields.get("login", ""), _roles()
    start = people.start_password(login)
    password = people.new_password(start, login)  # before the transaction: it takes its time
    try:
        with writing() as session:
            person = people.create(
                session,
                login=login,
                name=fields.get("name", ""),
                roles=roles,
                unit=fields.get("unit", ""),
                password=password,
                actor=actor(),
                now=now(),
            )
    except Invalid as wrong:
        return _new(fields, roles, wrong.fields)
    return _told(person, start, made=True)


@pages.get("/<uuid:person_id>")
def page(person_id: object) -> ResponseReturnValue:
    with reading() as session:
        person = people.person(session, str(person_id))
    return _page(person, {"name": person.name, "unit": person.unit}, person.roles, {}), 200


@pages.post("/<uuid:person_id>")
def act(person_id: object) -> ResponseReturnValue:
    ident = str(person_id)
    fields = bounded.form(("action", "version", "bekrafta", *_DETAILS), lists=("roles",))
    version = version_of(fields.get("version"))
    match fields.get("action"):
        case "spara":
            return _save(ident, version, fields)
        case "losenord":
            return _new_password(ident, version)
        case "stang" | "oppna" as action:
            if fields.get("bekrafta") == "ja":
                return _switch(ident, version, action)
            return _ask(ident, version, action)
    raise Invalid(t("error.bad_action"))


def _save(ident: str, version: int | None, fields: Mapping[str, str]) -> ResponseReturnValue:
    name, unit, roles = fields.get("name", ""), fields.get("unit", ""), _roles()
    errors: Mapping[str, str] = {}
    status = 422
    try:
        with writing() as session:
            people.change(
                session, ident, name=name, unit=unit, roles=roles, version=version, actor=actor(), now=now()
            )
    except Invalid as wrong:
        errors = wrong.fields
    except Conflict as wrong:
        errors, status = {"roles": str(wrong)}, 409
    if not errors:
        return redirect(f"/personer/{ident}?meddelande=konto_sparat", 303)
    with reading() as session:
        person = people.person(session, ident)
    return _page(person, fields, roles, errors, version), status


def _new_password(ident: str, version: int | None) -> ResponseReturnValue:
    if ident == actor().id:
        raise Conflict(t("people.own_password"))  # a borrowed browser does not take an account over
    with reading() as session:
        person = people.person(session, ident)
        people.refuse_stale(person, version)
    start = people.start_password(person.login)
    password = people.new_password(start, person.login)
    with writing() as session:
        people.set_password(session, ident, password, version=version, actor=actor(), now=now())
    return _told(person, start, made=False)


def _ask(ident: str, version: int | None, action: str) -> ResponseReturnValue:
    with reading() as session:
        person = people.person(session, ident)
        people.refuse_stale(person, version)
        held = people.tasks_held(session, ident, actor=actor(), now=now()) if action == "stang" else 0
    text = t(f"people.ask_{action}", name=person.name)
    if held:
        text += " " + (t("people.holds_one") if held == 1 else t("people.holds_many", n=held))
    return render_template(
        "confirm.html",
        here="people",
        place=f"/personer/{ident}",
        text=text,
        button=t(f"people.yes_{action}"),
        harmless=action == "oppna",
        kept={"action": action, "version": "" if version is None else version},
    )


def _switch(ident: str, version: int | None, action: str) -> ResponseReturnValue:
    switch = people.disable if action == "stang" else people.enable
    with writing() as session:
        switch(session, ident, version=version, actor=actor(), now=now())
        if action == "stang":
            cases.release_all(session, ident, actor=actor(), now=now())
    if ident == actor().id and action == "stang":
        return redirect("/logga-in", 303)
    notice = "konto_avstangt" if action == "stang" else "konto_oppnat"
    return redirect(f"/personer/{ident}?meddelande={notice}", 303)


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────


def _roles() -> list[str]:
    return request.form.getlist("roles")[: len(ROLES) + 1]


def _choices() -> list[tuple[str, str]]:
    return [(role, role_name(role)) for role in ROLES]


def _new(values: Mapping[str, str], roles: Collection[str], errors: Mapping[str, str]) -> ResponseReturnValue:
    return render_template(
        "person_new.html", here="people", values=values, chosen=roles, errors=errors, choices=_choices()
    ), 422 if errors else 200


def _page(
    person: PersonRow,
    values: Mapping[str, str],
    roles: Collection[str],
    errors: Mapping[str, str],
    version: int | None = None,
) -> str:
    """`version` is what the asker first saw: a mistake corrected must not hide somebody else's change."""
    return render_template(
        "person.html",
        here="people",
        person=person,
        values=values,
        chosen=roles,
        errors=errors,
        choices=_choices(),
        myself=person.id == actor().id,
        version=person.version if version is None else version,
    )


def _told(person: PersonRow, start: str, *, made: bool) -> ResponseReturnValue:
    """The start password, on the answer itself: it is kept nowhere, so no other page can show it."""
    return render_template("person_password.html", here="people", person=person, start=start, made=made)
