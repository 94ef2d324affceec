"""The inbox: the list of tasks, most urgent first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import inbox
from service.errors import Invalid
from service.http.house import actor, now, reading
from service.http.language import t
from service.http.shown import VIEW_NAMES, inbox_url
from service.inbox import TaskLine, Urgency, View

pages = Blueprint("inbox", __name__)
_VIEWS: Mapping[str, View] = {name: view for view, name in VIEW_NAMES.items()}
_ORDER: tuple[Urgency, ...] = ("late", "today", "later")


@dataclass(frozen=True, slots=True)
class Group:
    urgency: Urgency
    count: int
    lines: tuple[TaskLine, ...]


@pages.get("/")
def start() -> ResponseReturnValue:
    return redirect("/inkorg", 303)


@pages.get("/inkorg")
def page() -> ResponseReturnValue:
    with reading() as session:
        return render_template("inbox.html", here="inbox", **listing(session))


@pages.get("/inkorg/lista")
def part() -> ResponseReturnValue:
    """The list by itself, for a page that asks whether it has changed."""
    with reading() as session:
        shown = listing(session, request.args.get("vid"))
    return unless_known(render_template("queue_part.html", **shown))


def unless_known(text: str) -> ResponseReturnValue:
    """A piece of a page, or 304 for who has it already."""
    response = make_response(text)
    response.set_etag(etag(text))
    return response.make_conditional(request)


def etag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def listing(session: Session, current: str | None = None, otherwise: View | None = None) -> dict[str, object]:
    """What the column shows: the view, search and place in the list are in the address. `otherwise`
    is the view where the address names none."""
    search = request.args.get("sok", "").strip()[: inbox.MAX_SEARCH]
    after = request.args.get("efter", "")
    view = _wanted(request.args.get("visa")) or otherwise
    counts = inbox.counts(session, actor(), view or "mine", search=search, now=now())
    if view is None:
        # nobody has taken anything: show what there is to take
        view = "mine" if counts.views["mine"] else "group"
        counts = inbox.counts(session, actor(), view, search=search, now=now())
    found = inbox.tasks(session, actor(), view, search=search, after=after, now=now())
    groups = [
        Group(u, counts.urgency[u], lines)
        for u in _ORDER
        if (lines := tuple(line for line in found.lines if line.urgency == u))
    ]
    further = inbox_url(view=view, search=search, after=found.after) if found.after else None
    return {
        "view": view,
        "search": search,
        "after": after,
        "counts": counts,
        "groups": groups,
        "next_page": further,
        "current": current,
    }


def _wanted(name: str | None) -> View | None:
    if name is None:
        return None
    if name not in _VIEWS:
        raise Invalid(t("error.bad_view"))
    return _VIEWS[name]
