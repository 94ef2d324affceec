"""Starting a case by hand: the processes that one's roles may start."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from service import cases, definitions, inbox
from service.deadlines import STOCKHOLM
from service.errors import NotFound
from service.http import bounded
from service.http.house import actor, house, now, reading, signed_in, writing

pages = Blueprint("starting", __name__)
CHANNEL = "Internt"
"""What a case carries that began with a member of staff and not in a channel."""


@pages.get("/starta")
def listing() -> ResponseReturnValue:
    with reading() as session:
        processes = definitions.startable(session, actor())
    return render_template("start.html", here="start", processes=processes)


@pages.post("/starta")
def start() -> ResponseReturnValue:
    process = bounded.form(("process",)).get("process", "")
    with writing() as session:
        chosen = next((p for p in definitions.startable(session, actor()) if p.process == process), None)
        if chosen is None:
            raise NotFound
        day = now().astimezone(STOCKHOLM).date().isoformat()
        me = signed_in()
        unit = (me.unit if me else "") or house().settings.unit
        arrival = cases.Arrival(CHANNEL, f"{chosen.name} {day}", now(), unit)
        case = cases.open_case(session, process, arrival, actor=actor(), now=now())
        session.flush()  # the task that was just opened is looked for
        task = inbox.next_task(session, actor(), case.id, now=now())
        place = f"/uppgifter/{task}" if task else f"/arenden/{case.id}"
    return redirect(f"{place}?meddelande=startat", 303)
