"""What granian serves: `service.wsgi:app`, built from the environment. Importing it starts the process."""

from __future__ import annotations

import os

from flask import Flask

from service import node
from service.app import create_app
from service.owner import Owner, die_with_parent
from service.settings import from_environment


def build() -> Flask:
    """Open the node and wire the web. On SQLite this one process owns the data and does the work too."""
    settings = from_environment()
    owner = Owner(settings.data) if settings.sqlite else None
    opened = node.open_node(settings)
    node.deploy_shipped(opened)
    if owner is not None:
        die_with_parent()
        node.work(opened)
    app = create_app(settings, opened.database, diarium=opened.diarium)
    app.extensions["ordna_node"] = (opened, owner, os.getpid())  # held as long as the application lives
    return app


app = build()
