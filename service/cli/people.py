"""Verbs for accounts: `ordna people add`, `list` and `disable`, beside the pages of an administrator."""

from __future__ import annotations

import argparse
import json
import sys

from service import cases, people
from service.actors import ROLES, SYSTEM, role_of_lane
from service.errors import Invalid
from service.node import clock, open_node
from service.settings import from_environment


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    accounts = verbs.add_parser("people", help="skapa (add), visa (list) eller stäng av (disable) konton")
    group = accounts.add_subparsers(dest="people_verb", required=True, metavar="VERB")
    add = group.add_parser("add", help="skapa ett konto och visa startlösenordet en gång")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--roles", type=_roles, default=(), help=f"med komma emellan: {', '.join(ROLES)}")
    add.add_argument("--unit", default="")
    add.set_defaults(run=_add)
    shown = group.add_parser("list", help="visa alla konton")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=_list)
    disable = group.add_parser("disable", help="stäng av ett konto; personen loggas ut genast")
    disable.add_argument("login")
    disable.set_defaults(run=_disable)


def _roles(text: str) -> tuple[str, ...]:
    """Ids, or the Swedish names; what is neither is refused with the account's other mistakes."""
    return tuple(role_of_lane(part) or part.strip() for part in text.split(",") if part.strip())


def _add(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        start = people.start_password(options.login)
        password = people.new_password(start, options.login)
        with node.database.write() as session:
            people.create(
                session,
                login=options.login,
                name=options.name,
                unit=options.unit,
                password=password,
                roles=options.roles,
                actor=SYSTEM,
                now=clock(),
            )
    except Invalid as wrong:
        print("\n".join(wrong.fields.values()) or wrong, file=sys.stderr)
        return 1
    finally:
        node.close()
    print(start)
    return 0


def _list(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.read() as session:
            found = people.listing(session)
    finally:
        node.close()
    if options.json:
        print(
            json.dumps(
                [
                    {"login": p.login, "name": p.name, "unit": p.unit, "roles": p.roles, "active": p.active}
                    for p in found
                ],
                ensure_ascii=False,
            )
        )
        return 0
    for person in found:
        roles = ", ".join(ROLES[role] for role in person.roles if role in ROLES) or "inga roller"
        state = "" if person.active else "avstängd"
        print("\t".join((person.login, person.name, person.unit, roles, state)).rstrip())
    return 0


def _disable(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.write() as session:
            person = people.by_login(session, options.login)
            people.disable(session, person.id, actor=SYSTEM, now=clock())
            held = cases.release_all(session, person.id, actor=SYSTEM, now=clock())
    finally:
        node.close()
    print(f"Kontot {person.login} är avstängt.", file=sys.stderr)
    if held:
        print(f"{held} öppna uppgifter är tillbaka hos sina roller.", file=sys.stderr)
    return 0
