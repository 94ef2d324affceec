"""How it runs: open cases on the drawings, what is slow, what broke, and what waits to be done by itself."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service import definitions, standing
from service.http import markup
from service.http.house import actor, now, reading
from service.http.language import t
from service.standing import Step

pages = Blueprint("operations", __name__)


@pages.get("/drift")
def page() -> ResponseReturnValue:
    with reading() as session:
        found = standing.standing(session, actor(), now=now())
        shown = []
        for one in found:
            definition = definitions.by_hash(session, one.hash)
            names = {name: element.name or name for name, element in definition.elements.items()}
            marks = {step.element: _flag(step) for step in one.steps if step.element in names}
            shown.append((one, names, markup.marked(definition, marks)))
        total, causes = standing.incidents(session, actor(), now=now())
        queues = standing.queues(session, actor(), now=now())
        schedules = standing.schedules(session)
    return render_template(
        "operations.html",
        here="operations",
        shown=shown,
        causes=causes,
        incidents=total,
        queues=queues,
        schedules=schedules,
        running=sum(one.running for one in found),
    )


def _flag(step: Step) -> str:
    return t("drift.flag_one") if step.waiting == 1 else t("drift.flag", n=step.waiting)
