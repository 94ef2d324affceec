"""What granian loads for the demonstration: the product's application, plus accounts on its first page."""

from __future__ import annotations

from service.demo.accounts import ACCOUNTS
from service.wsgi import app

app.config["DEMO_ACCOUNTS"] = ACCOUNTS
