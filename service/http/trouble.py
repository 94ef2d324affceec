"""What a registrar does when the diarium gave no certain answer; asks first where nothing can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, inbox
from service.errors import Conflict, Invalid, Stale
from service.http.house import actor, house, now, reading, writing
from service.http.language import t
from service.outbox import resolve
from service.store import TaskRow

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "slaupp": (),
    "skicka": (),
    "hand": ("number",),
    "avbryt": ("reason",),
    "hanterad": (),
}
"""Each button and the fields that go with it."""
_ASK_FIRST = {"skicka": "again", "hand": "by_hand", "avbryt": "cancel"}
_DONE = {"skicka": "skickas", "hand": "klar", "avbryt": "avbruten", "hanterad": "hanterad"}

Fields = Mapping[str, str | list[str]]
Page = Callable[[str, dict[str, str | list[str]] | None, dict[str, str]], ResponseReturnValue]


def shown(session: Session, task: TaskRow) -> dict[str, object]:
    """What `trouble.html` needs: the registration that the task is about, if any."""
    known = {r.id: r for r in inbox.registrations(session, task.case_id)}
    found = known.get(task.registration_id or "")
    return {"registration": found, "reasons": tuple(resolve.REASONS)}


def act(
    ident: str, action: str, version: int | None, fields: dict[str, str | list[str]], page: Page
) -> ResponseReturnValue:
    """Carry the button out, ask first, or show the page again with what needs correcting."""
    confirmed = fields.pop("bekrafta", "") == "ja"
    if unknown := sorted(set(fields) - set(ACTIONS[action])):
        raise Invalid(t("error.unknown_field"), {n[:80]: t("error.unknown_field") for n in unknown[:20]})
    registration = _checked(ident, version, action)
    if errors := _missing(fields, ACTIONS[action]):
        return page(ident, fields, errors)
    if action in _ASK_FIRST and not confirmed:
        return _ask(ident, action, version, fields)
    if action == "slaupp":
        return _look_up(ident, registration)
    try:
        _decide(ident, action, registration, {name: str(value) for name, value in fields.items()})
    except Invalid as wrong:
        return page(ident, fields, wrong.fields)
    return redirect(f"/inkorg?meddelande={_DONE[action]}", 303)


def _checked(ident: str, version: int | None, action: str) -> str:
    """The task's registration, when the task is still what the asker saw."""
    with reading() as session:
        task = cases.open_task(session, ident, actor(), now=now())
    if task.status != "open" or task.kind == "form" or (action != "hanterad") != bool(task.registration_id):
        raise Conflict
    if version is not None and version != task.version:
        raise Stale
    return task.registration_id or ""


def _missing(fields: Fields, wanted: tuple[str, ...]) -> dict[str, str]:
    return {name: t(f"trouble.need_{name}") for name in wanted if not str(fields.get(name, "")).strip()}


def _ask(ident: str, action: str, version: int | None, fields: Fields) -> ResponseReturnValue:
    what = _ASK_FIRST[action]
    reason = str(fields.get("reason", ""))
    if reason and reason not in resolve.REASONS:
        raise Invalid(fields={"reason": t("trouble.need_reason")})
    text = t(
        f"trouble.confirm_{what}",
        number=fields.get("number", ""),
        reason=t(f"trouble.reason_{reason}") if reason else "",
    )
    return render_template(
        "confirm.html",
        here="inbox",
        task_id=ident,
        text=text,
        button=t(f"trouble.confirm_yes_{what}"),
        kept={**fields, "action": action, "version": "" if version is None else version},
    )


def _look_up(ident: str, registration: str) -> ResponseReturnValue:
    diarium = house().diarium
    if diarium is None:
        raise Conflict(t("trouble.no_diarium"))
    seen = resolve.look_up(house().database, registration, diarium, actor=actor(), clock=house().clock)
    return redirect(f"/uppgifter/{ident}?meddelande=sag_{seen.name.lower()}", 303)


def _decide(ident: str, action: str, registration: str, fields: Mapping[str, str]) -> None:
    with writing() as session:
        match action:
            case "skicka":
                resolve.send_again(session, registration, house().settings, actor=actor(), now=now())
            case "hand":
                resolve.register_by_hand(session, registration, fields["number"], actor=actor(), now=now())
            case "avbryt":
                resolve.cancel(session, registration, fields["reason"], actor=actor(), now=now())
            case "hanterad":
                task = cases.open_task(session, ident, actor(), now=now(), for_change=True)
                cases.settle_incident(session, task, actor=actor(), now=now())
