"""Members of staff: accounts, signing in, sessions, and the very first account."""

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
from service.people.passwords import NewPassword
from service.people.phrases import start_password
from service.people.roll import Page, by_login, listing, page, person, tasks_held
from service.people.sessions import (
    SignedIn,
    close_everywhere,
    close_session,
    csrf_of,
    open_anonymous,
    open_session,
    same_token,
    signed_in,
)
from service.people.setup import check_setup, set_up, setup_token
from service.people.sign_in import sign_in

__all__ = [
    "NewPassword",
    "Page",
    "SignedIn",
    "by_login",
    "change",
    "check_setup",
    "close_everywhere",
    "close_session",
    "create",
    "csrf_of",
    "disable",
    "enable",
    "listing",
    "new_password",
    "open_anonymous",
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
]
