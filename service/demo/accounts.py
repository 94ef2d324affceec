"""The demonstration's people: invented names, and in one sentence what each of them may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people
from service.actors import ROLES, SYSTEM, Actor
from service.store import PersonRow


@dataclass(frozen=True, slots=True)
class Account:
    """Someone to sign in as. The password is for the demonstration alone and is shown on its first page."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]
    password: str
    does: str

    @property
    def role(self) -> str:
        """The roles' Swedish names, as the first page shows them."""
        return ", ".join(ROLES[role] for role in self.roles)


ACCOUNTS: tuple[Account, ...] = (
    Account(
        "maria",
        "Maria Lind",
        "Kommunikation",
        ("channel_administrator", "channel_responsible"),
        "snöröjning på torget",
        "Bedömer inlägg, gör kanalernas återkommande uppgifter och avslutar kanaler.",
    ),
    Account(
        "johan",
        "Johan Ek",
        "Tekniska",
        ("case_officer",),
        "gungan på lekplatsen",
        "Besvarar klagomål. Ser inte ärenden med begränsad insyn.",
    ),
    Account(
        "anna",
        "Anna Berg",
        "Kansli",
        ("registrar", "secrecy_registrar"),
        "diariet öppnar klockan åtta",
        "Registrerar i diariet, också det som är hemligt.",
    ),
    Account(
        "elin",
        "Elin Strand",
        "Socialtjänsten",
        ("case_officer", "secrecy_handler"),
        "brevet ligger i kassaskåpet",
        "Tar hand om hemligt innehåll: låser, sparar, tar bort.",
    ),
    Account(
        "petra",
        "Petra Hed",
        "Kulturskolan",
        ("applicant",),
        "fiolen behöver nya strängar",
        "Ansöker om en kanal eller om ett uppdrag.",
    ),
    Account(
        "karin",
        "Karin Vik",
        "Kommunikation",
        ("communications_manager", "web_strategist"),
        "kanalerna ska vara få",
        "Bereder ansökningar, sköter kanalregistret och slår på krisläget.",
    ),
    Account(
        "gunnar",
        "Gunnar Sund",
        "Kommunledning",
        ("management_group", "estrategy_group"),
        "protokollet är justerat",
        "Beslutar om ansökningar i lednings- och strategigruppen.",
    ),
    Account(
        "olof",
        "Olof Dahl",
        "Kultur och fritid",
        ("head_of_administration", "head_of_unit"),
        "budgeten går ihop i år",
        "Godkänner som chef, utser ersättare och får påminnelser om det som är sent.",
    ),
    Account(
        "disa",
        "Disa Holm",
        "Arkiv",
        ("archivist", "data_protection_officer"),
        "hyllan längst ner till vänster",
        "Beslutar om gallring, tar emot arkivet och bevakar dataskyddet.",
    ),
    Account(
        "ordna",
        "Alva Nyström",
        "Kansli",
        ("channel_administrator", "case_officer", "registrar"),
        "ordning i sociala medier",
        "Gör allt i ett klagomål från början till slut.",
    ),
    Account(
        "sten",
        "Sten Falk",
        "IT",
        ("system_administrator", "process_owner"),
        "servern står i källaren",
        "Sköter konton, drift och processer. Ser inga ärenden.",
    ),
    Account(
        "berit",
        "Berit Lund",
        "Kommunikation",
        ("process_owner",),
        "pennan står i glaset",
        "Granskar och publicerar ändringar i processerna.",
    ),
)


def create(session: Session, *, now: datetime) -> dict[str, Actor]:
    """Make the accounts. Returns who they are, by login; nobody where a kept folder has them already."""
    if session.scalar(select(PersonRow.id).where(PersonRow.login == ACCOUNTS[0].login)) is not None:
        return {}
    staff = {}
    for account in ACCOUNTS:
        row = people.create(
            session,
            login=account.login,
            name=account.name,
            unit=account.unit,
            password=people.new_password(account.password, account.login),  # nobody waits: nothing is served
            roles=account.roles,
            now=now,
            actor=SYSTEM,
        )
        staff[account.login] = Actor(row.id, row.name, frozenset(account.roles))
    return staff
