"""What granian serves: `service.wsgi:app`, built from the environment. Importing it starts the process."""

from __future__ import annotations

import os
import sys

from flask import Flask

from service import node, people
from service.app import create_app
from service.owner import Owner, die_with_parent
from service.settings import from_environment


def build() -> Flask:
    """Open the node and wire the web. On SQLite this one process owns the data and does the work too."""
    settings = from_environment()
    owner = Owner(settings.data) if settings.sqlite else None
    opened = node.open_node(settings)
    node.deploy_shipped(opened)
    die_with_parent()
    if owner is not None:
        node.work(opened)
        _offer_first_account(opened)
    app = create_app(settings, opened.database, diarium=opened.diarium)
    app.extensions["ordna_node"] = (opened, owner, os.getpid())  # held as long as the application lives
    return app


def _offer_first_account(opened: node.Node) -> None:
    """While there is no account: print the code that lets one person make the first."""
    with opened.database.write() as session:
        code = people.setup_token(session, node.clock())
    if code:
        print(
            f"ordna: skapa det första kontot på {opened.settings.public_url}/forsta-start\n"
            f"ordna: engångskod {code}",
            file=sys.stderr,
            flush=True,
        )


app = build()
