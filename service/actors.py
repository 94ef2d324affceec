"""Who acts: a person with roles, or the system itself. The roles, and the lanes that name them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

ROLES = MappingProxyType(
    {
        "channel_administrator": "Kanaladministratör",
        "case_officer": "Handläggare",
        "registrar": "Registrator",
        "head_of_unit": "Enhetschef",
        "channel_responsible": "Kanalansvarig",
        "secrecy_handler": "Sekretesshandläggare",
        "secrecy_registrar": "Sekretessregistrator",
        "applicant": "Sökande",
        "head_of_administration": "Förvaltningschef",
        "communications_manager": "Kommunikationschef",
        "web_strategist": "Webbstrateg",
        "estrategy_group": "E-strategigrupp",
        "management_group": "Kommunledningsgrupp",
        "archivist": "Arkivarie",
        "data_protection_officer": "Dataskyddsombud",
        "process_owner": "Processägare",
        "system_administrator": "Systemadministratör",
    }
)
"""Role ids and the Swedish names that lanes carry."""

APPLICANT = "applicant"
"""Whose tasks are the one's who started the case, and no colleague's."""

_BY_LANE = {name.casefold(): role for role, name in ROLES.items()}


def role_of_lane(lane: str) -> str | None:
    """The role that a lane's name stands for, or None where no role has that name."""
    return _BY_LANE.get(lane.strip().casefold())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. `id` goes into the history; `name` is shown to colleagues."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()

    def may(self, role: str) -> bool:
        return role in self.roles


SYSTEM = Actor("system", "Ordna")
