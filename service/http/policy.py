"""Who may reach which route, as data. A route that is missing here stops start-up."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from flask import Flask

from service.actors import Actor
from service.channels import rights
from service.inbox import CASE_ROLES
from service.messages import may_see
from service.secrecy import TECHNICAL_ROLES


class Access(StrEnum):
    """`STAFF` are those with a role in cases; process owners and administrators are not among them.
    `MESSAGES` are those who see to messages that found no case, without reading them."""

    ANYONE = "anyone"
    LOOPBACK = "loopback"
    SIGNED_IN = "signed_in"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    MESSAGES = "messages"
    ARCHIVIST = "archivist"
    CHANNELS = "channels"
    CHANNELS_RUN = "channels_run"
    PROCESSES = "processes"
    PROCESS_OWNER = "process_owner"
    OPERATIONS = "operations"


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
        "starting.listing": Access.SIGNED_IN,
        "starting.start": Access.SIGNED_IN,
        "tasks.page": Access.SIGNED_IN,
        "tasks.act": Access.SIGNED_IN,
        "cases.listing": Access.STAFF,
        "cases.page": Access.STAFF,
        "cases.state": Access.STAFF,
        "cases.file": Access.STAFF,
        "secrecy.page": Access.STAFF,
        "secrecy.act": Access.STAFF,
        "captures.form": Access.CHANNELS,
        "captures.add": Access.CHANNELS,
        "captures.file": Access.CHANNELS,
        "captures.again": Access.CHANNELS,
        "evidence.form": Access.STAFF,
        "evidence.act": Access.STAFF,
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
        "retention.listing": Access.ARCHIVIST,
        "retention.act": Access.ARCHIVIST,
        "retention.page": Access.ARCHIVIST,
        "retention.decide": Access.ARCHIVIST,
        "retention.certificate": Access.ARCHIVIST,
        "reports.page": Access.STAFF,
        "reports.table": Access.STAFF,
        "processes.listing": Access.PROCESSES,
        "processes.page": Access.PROCESSES,
        "processes.stories": Access.PROCESSES,
        "processes.choose": Access.PROCESSES,
        "processes.compare": Access.PROCESSES,
        "processes.export": Access.PROCESSES,
        "editor.choose": Access.PROCESS_OWNER,
        "editor.begin": Access.PROCESS_OWNER,
        "editor.page": Access.PROCESS_OWNER,
        "editor.simulate": Access.PROCESS_OWNER,
        "editor.printed": Access.PROCESS_OWNER,
        "editor_api.model": Access.PROCESS_OWNER,
        "editor_api.save": Access.PROCESS_OWNER,
        "editor_api.lint": Access.PROCESS_OWNER,
        "editor_api.choices": Access.PROCESS_OWNER,
        "drafts.create": Access.PROCESS_OWNER,
        "drafts.page": Access.PROCESS_OWNER,
        "drafts.act": Access.PROCESS_OWNER,
        "drafts.export": Access.PROCESS_OWNER,
        "meetings.page": Access.PROCESS_OWNER,
        "meetings.act": Access.PROCESS_OWNER,
        "comments.act": Access.PROCESS_OWNER,
        "chronicle.page": Access.PROCESS_OWNER,
        "chronicle.shared": Access.PROCESS_OWNER,
        "chronicle.take": Access.PROCESS_OWNER,
        "stories.listing": Access.PROCESS_OWNER,
        "stories.act": Access.PROCESS_OWNER,
        "stories.begin": Access.PROCESS_OWNER,
        "stories.walk": Access.PROCESS_OWNER,
        "stories.cases": Access.PROCESS_OWNER,
        "stories.retell": Access.PROCESS_OWNER,
        "mending.page": Access.PROCESS_OWNER,
        "mending.act": Access.PROCESS_OWNER,
        "replays.page": Access.PROCESS_OWNER,
        "replays.act": Access.PROCESS_OWNER,
        "replays.state": Access.PROCESS_OWNER,
        "replays.case": Access.PROCESS_OWNER,
        "decision_editor.listing": Access.PROCESS_OWNER,
        "decision_editor.act": Access.PROCESS_OWNER,
        "decision_editor.page": Access.PROCESS_OWNER,
        "decision_editor.change": Access.PROCESS_OWNER,
        "decision_editor.export": Access.PROCESS_OWNER,
        "step_list.page": Access.PROCESS_OWNER,
        "step_list.act": Access.PROCESS_OWNER,
        "step_list.step": Access.PROCESS_OWNER,
        "step_list.change": Access.PROCESS_OWNER,
        "step_list.new": Access.PROCESS_OWNER,
        "step_list.add": Access.PROCESS_OWNER,
        "step_list.leaving": Access.PROCESS_OWNER,
        "step_list.remove": Access.PROCESS_OWNER,
        "form_builder.listing": Access.PROCESS_OWNER,
        "form_builder.change": Access.PROCESS_OWNER,
        "form_builder.page": Access.PROCESS_OWNER,
        "form_builder.act": Access.PROCESS_OWNER,
        "form_builder.attempt": Access.PROCESS_OWNER,
        "form_builder.preview": Access.PROCESS_OWNER,
        "moving.page": Access.PROCESS_OWNER,
        "moving.act": Access.PROCESS_OWNER,
        "operations.page": Access.OPERATIONS,
        "operations.act": Access.OPERATIONS,
        "interventions.case": Access.OPERATIONS,
        "interventions.act": Access.OPERATIONS,
        "interventions.incident": Access.OPERATIONS,
        "interventions.see_to": Access.OPERATIONS,
        "why.listing": Access.SIGNED_IN,
        "why.page": Access.SIGNED_IN,
        "channels.listing": Access.CHANNELS,
        "channels.plan": Access.CHANNELS,
        "channels.new_form": Access.CHANNELS_RUN,
        "channels.new": Access.CHANNELS_RUN,
        "channels.page": Access.CHANNELS,
        "channels.act": Access.CHANNELS,
        "crisis.page": Access.CHANNELS,
        "crisis.act": Access.CHANNELS,
        "crisis.digest": Access.CHANNELS,
        "crisis.digest_json": Access.CHANNELS,
        "public.listing": Access.ANYONE,
        "public.embedded": Access.ANYONE,
        "public.as_json": Access.ANYONE,
        "public.as_csv": Access.ANYONE,
        "public.as_atom": Access.ANYONE,
        "public.genuine": Access.ANYONE,
        "public.verify": Access.ANYONE,
        "public.channel": Access.ANYONE,
        "public.report_form": Access.ANYONE,
        "public.report": Access.ANYONE,
        "absence.page": Access.SIGNED_IN,
        "absence.act": Access.SIGNED_IN,
        "account.page": Access.SIGNED_IN,
        "account.act": Access.SIGNED_IN,
        "api.openapi": Access.ANYONE,
        "api.session": Access.SIGNED_IN,
        "api.intake": Access.STAFF,
        "api.items": Access.STAFF,
        "api.messages": Access.MESSAGES,
        "api.why": Access.SIGNED_IN,
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
        case Access.CHANNELS:
            return actor is not None and rights.may_see(actor)
        case Access.CHANNELS_RUN:
            return actor is not None and rights.may_run(actor)
        case Access.ARCHIVIST:
            return actor is not None and actor.may("archivist")
        case Access.PROCESSES:
            return actor is not None and bool(actor.roles & {*CASE_ROLES, "process_owner"})
        case Access.PROCESS_OWNER:
            return actor is not None and actor.may("process_owner")
        case Access.OPERATIONS:
            return actor is not None and bool(actor.roles & TECHNICAL_ROLES)
        case Access.MESSAGES:
            return actor is not None and may_see(actor)
