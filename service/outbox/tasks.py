"""What people see of a registration that needs them: one open task for each, with a sentence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases
from service.actors import Actor
from service.store import RegistrationRow, TaskRow

KIND = "registration"
ROLE = "registrar"

REFUSED = "Diariet tog inte emot registreringen"
UNCERTAIN = "Osäkert om handlingen är registrerad"
SEVERAL = "Diariet har flera poster för samma handling"
SURPLUS = "Diariet har en överflödig post"
MISCONFIGURED = "Anslutningen till diariet behöver rättas"
SILENT = "Diariet har inte svarat säkert på en kvart"
TIMER = "En tidsgräns gick ut men flödet gick inte vidare"
UNCAUGHT = "Registreringen är avbruten men flödet säger inte vad som ska ske då"
STOPPED = "Registreringen är klar men flödet gick inte vidare"


def show(session: Session, row: RegistrationRow, name: str, now: datetime) -> None:
    """Open the registration's task, or give the open one this name."""
    cases.raise_incident(
        session,
        row.case_id,
        kind=KIND,
        name=name,
        role=ROLE,
        element=row.element,
        registration_id=row.id,
        now=now,
    )


def close(session: Session, row: RegistrationRow, actor: Actor, now: datetime) -> None:
    """Close the registration's open task, if it has one."""
    for task in session.scalars(
        select(TaskRow).where(
            TaskRow.registration_id == row.id, TaskRow.kind == KIND, TaskRow.status == "open"
        )
    ):
        cases.settle_incident(session, task, actor=actor, now=now)
