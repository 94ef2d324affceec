"""Why something is as it is: the sentence behind a value or a rule, and all the values in one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import profiles
from service.http.house import reading
from service.store import TaskRow
from workflows import Definition
from workflows.definition import model

pages = Blueprint("why", __name__)


@pages.get("/varfor")
def listing() -> ResponseReturnValue:
    with reading() as session:
        profile = profiles.of(session)
    return render_template(
        "why_list.html",
        here="why",
        profile=profile,
        whys=[profiles.explain(profile, key) for key in profiles.KEYS],
    )


@pages.get("/varfor/<name>")
def page(name: str) -> ResponseReturnValue:
    return render_template("why.html", here="why", why=_explained(name))


def as_json(name: str) -> Mapping[str, object]:
    """The answer of the API. Raises NotFound."""
    return asdict(_explained(name))


def of_task(session: Session, definition: Definition, task: TaskRow) -> tuple[profiles.Why, ...]:
    """Why the step is there: what its property `why` names, in the drawing that the case runs on."""
    names = next((n.properties.get("why", "") for n in model(definition).nodes() if n.id == task.element), "")
    return profiles.of_names(profiles.of(session), names)


def _explained(name: str) -> profiles.Why:
    with reading() as session:
        return profiles.explain(profiles.of(session), name)
