"""Members of staff: accounts, signing in, sessions, the very first account, and who is away."""

from service.people.absence import (
    LEADS,
    MAX_DAYS,
    Absence,
    absences,
    appoint,
    away,
    candidates,
    end,
    enter,
    may_lead,
    uncovered,
)
from service.people.accounts import (
    change,
    create,
    disable,
    enable,
    new_password,
    refuse_stale,
    set_password,
    set_roles,
)
from service.people.lanes import Thin, thin
from service.people.passwords import NewPassword
from service.people.phrases import start_password
from service.people.roll import Page, by_login, listing, page, person, tasks_held
from service.people.sessions import (
    SignedIn,
    close_everywhere,
    close_session,
    open_session,
    same_token,
    signed_in,
)
from service.people.setup import check_setup, set_up, setup_token
from service.people.sign_in import sign_in

__all__ = [
    "LEADS",
    "MAX_DAYS",
    "Absence",
    "NewPassword",
    "Page",
    "SignedIn",
    "Thin",
    "absences",
    "appoint",
    "away",
    "by_login",
    "candidates",
    "change",
    "check_setup",
    "close_everywhere",
    "close_session",
    "create",
    "disable",
    "enable",
    "end",
    "enter",
    "listing",
    "may_lead",
    "new_password",
    "open_session",
    "page",
    "person",
    "refuse_stale",
    "same_token",
    "set_password",
    "set_roles",
    "set_up",
    "setup_token",
    "sign_in",
    "signed_in",
    "start_password",
    "tasks_held",
    "thin",
    "uncovered",
]
