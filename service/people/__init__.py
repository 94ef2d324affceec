"""Members of staff: accounts, signing in, sessions, and the very first account."""

from service.people.accounts import (
    create,
    disable,
    listing,
    set_password,
    set_roles,
)
from service.people.sessions import (
    SignedIn,
    close_session,
    csrf_of,
    open_anonymous,
    open_session,
    same_token,
    signed_in,
)
from service.people.setup import set_up, setup_token
from service.people.sign_in import sign_in

__all__ = [
    "SignedIn", "close_session", "create", "csrf_of", "disable", "listing", "open_anonymous",
    "open_session", "same_token", "set_password", "set_roles", "set_up", "setup_token", "sign_in",
    "signed_in",
]
