"""Who may reach which route, as data. A route that is missing here stops start-up."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from flask import Flask

from service.actors import Actor
from service.inbox import CASE_ROLES
from service.messages import may_see


class Access(StrEnum):
    """`STAFF` are those with a role in cases; process owners and administrators are not among them.
    `MESSAGES` are those who see to messages that found no case, without reading them."""

    ANYONE = "anyone"
    LOOPBACK = "loopback"
    SIGNED_IN = "signed_in"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    MESSAGES = "messages"


class PolicyIncomplete(Exception):
    """A route without a rule, or a rule without a route."""


POLICY: Mapping[str, Access] = MappingProxyType(
    {
        "static": Access.ANYONE,
        "health.live": Access.ANYONE,
        "health.ready": Access.ANYONE,
        "health.metrics": Access.LOOPBACK,
        "sign_in.form": Access.ANYONE,
        "sign_in.enter": Access.ANYONE,
        "sign_in.leave": Access.SIGNED_IN,
        "sign_in.first_form": Access.ANYONE,
        "sign_in.first": Access.ANYONE,
        "inbox.start": Access.SIGNED_IN,
        "inbox.page": Access.SIGNED_IN,
        "inbox.part": Access.SIGNED_IN,
        "tasks.page": Access.SIGNED_IN,
        "tasks.act": Access.SIGNED_IN,
        "cases.listing": Access.STAFF,
        "cases.page": Access.STAFF,
        "cases.state": Access.STAFF,
        "cases.file": Access.STAFF,
        "register.form": Access.STAFF,
        "register.post": Access.STAFF,
        "register.mail_form": Access.STAFF,
        "register.mail": Access.STAFF,
        "people.listing": Access.ADMINISTRATOR,
        "people.new_form": Access.ADMINISTRATOR,
        "people.new": Access.ADMINISTRATOR,
        "people.page": Access.ADMINISTRATOR,
        "people.act": Access.ADMINISTRATOR,
        "messages.listing": Access.MESSAGES,
        "messages.page": Access.MESSAGES,
        "messages.act": Access.MESSAGES,
        "account.page": Access.SIGNED_IN,
        "account.act": Access.SIGNED_IN,
        "api.openapi": Access.ANYONE,
        "api.session": Access.SIGNED_IN,
        "api.intake": Access.STAFF,
        "api.items": Access.STAFF,
        "api.messages": Access.MESSAGES,
        "api.tasks": Access.SIGNED_IN,
        "api.task": Access.SIGNED_IN,
        "api.claim": Access.SIGNED_IN,
        "api.release": Access.SIGNED_IN,
        "api.draft": Access.SIGNED_IN,
        "api.complete": Access.SIGNED_IN,
        "api.cases": Access.STAFF,
        "api.case": Access.STAFF,
    }
)
"""Endpoint → who. Which task or case a person may see is decided again by the rooms below."""


def check(app: Flask) -> None:
    """Raise PolicyIncomplete unless every route has a rule and every rule a route."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != set(POLICY):
        raise PolicyIncomplete(
            f"utan regel: {sorted(routes - set(POLICY))}; utan väg: {sorted(set(POLICY) - routes)}"
        )


def allows(access: Access, actor: Actor | None, *, loopback: bool) -> bool:
    match access:
        case Access.ANYONE:
            return True
        case Access.LOOPBACK:
            return loopback
        case Access.SIGNED_IN:
            return actor is not None
        case Access.STAFF:
            return actor is not None and bool(actor.roles & CASE_ROLES)
        case Access.ADMINISTRATOR:
            return actor is not None and actor.may("system_administrator")
        case Access.MESSAGES:
            return actor is not None and may_see(actor)
