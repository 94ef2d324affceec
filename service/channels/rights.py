"""Who among staff sees the register, and who may change what in it."""

from __future__ import annotations

from collections.abc import Collection

from service.actors import Actor
from service.errors import Forbidden
from service.store import ChannelPersonRow

SEE = frozenset(
    {
        "applicant",
        "archivist",
        "case_officer",
        "channel_administrator",
        "channel_responsible",
        "communications_manager",
        "data_protection_officer",
        "estrategy_group",
        "head_of_administration",
        "head_of_unit",
        "management_group",
        "registrar",
        "web_strategist",
    }
)
"""Roles that see the internal register with its names."""
RUN = frozenset({"communications_manager", "head_of_administration", "head_of_unit", "web_strategist"})
"""Roles that enter channels, appoint, deposit, and take channels through their life."""
_EDIT = frozenset({"responsible", "administrator", "deputy"})


def may_see(actor: Actor) -> bool:
    return bool(actor.roles & SEE)


def may_run(actor: Actor) -> bool:
    return bool(actor.roles & RUN)


def may_edit(actor: Actor, people: Collection[ChannelPersonRow]) -> bool:
    """Whether the person may change what the register says of the channel whose mandates are `people`."""
    return may_run(actor) or any(p.person_id == actor.id and p.part in _EDIT for p in people)


def may_advise(actor: Actor, people: Collection[ChannelPersonRow]) -> bool:
    """Whether the person may see the consents: those who see to them, and the officer whom they may ask.
    Source: Örebro, "som kan ta hjälp av … dataskyddsombudet"."""
    return may_edit(actor, people) or actor.may("data_protection_officer")


def may_open_note(actor: Actor, people: Collection[ChannelPersonRow]) -> bool:
    """Whether the person may open the sealed note, always with a reason."""
    return may_run(actor) or any(
        p.person_id == actor.id and p.part in ("responsible", "credential_holder") for p in people
    )


def refuse_unless(allowed: bool) -> None:
    """Raise Forbidden unless `allowed`."""
    if not allowed:
        raise Forbidden
