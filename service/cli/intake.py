"""Verbs that bring things in: `ordna intake FILE.eml`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from adapters.mail import MAX_BYTES, MailRefused
from service import items
from service.actors import SYSTEM
from service.cli.files import read
from service.node import clock, open_node
from service.settings import from_environment


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    intake = verbs.add_parser("intake", help="ta emot ett mejl (RFC 5322) och öppna ett ärende")
    intake.add_argument("file", type=Path, help="fil med mejlet, eller - för standard in")
    intake.set_defaults(run=_intake)


def _intake(options: argparse.Namespace) -> int:
    try:
        raw = read(options.file, MAX_BYTES)
    except OSError as error:
        print(f"Filen går inte att läsa: {options.file} ({error.strerror}).", file=sys.stderr)
        return 1
    node = open_node(from_environment())
    try:
        with node.database.write() as session:
            received = items.receive_mail(session, raw, actor=SYSTEM, now=clock(), unit=node.settings.unit)
    except MailRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    finally:
        node.close()
    already = " (fanns redan)" if received.duplicate else ""
    print(f"{received.case_number}{already}")
    return 0
