"""Verbs for those who run Ordna: `migrate`, `deploy`, `check`, `verify`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from adapters.contract import DiariumError
from service import definitions, evidence, history
from service.actors import SYSTEM
from service.node import clock, deploy_shipped, open_node
from service.settings import PREFIX, SETTINGS, from_environment


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs.add_parser("migrate", help="skapa eller uppgradera tabellerna").set_defaults(run=_migrate)
    deploy = verbs.add_parser("deploy", help="ta en processmapp i drift för nya ärenden")
    deploy.add_argument("folder", type=Path)
    deploy.set_defaults(run=_deploy)
    verbs.add_parser("check", help="pröva inställningar, databas, diarium och modeller").set_defaults(
        run=_check
    )
    verify = verbs.add_parser("verify", help="pröva historikens kedja och filernas kontrollsummor")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    verbs.add_parser("settings", help="visa alla inställningar").set_defaults(run=_settings)


def _migrate(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        deploy_shipped(node)
    finally:
        node.close()
    return 0


def _deploy(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.write() as session:
            row = definitions.deploy(session, definitions.folder(options.folder), actor=SYSTEM, now=clock())
            print(f"{row.process} version {row.number} {row.hash[:12]}")
    finally:
        node.close()
    return 0


def _check(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        print(f"Databas: {'SQLite' if node.database.sqlite else 'PostgreSQL'}, tabellerna stämmer")
        try:
            print(f"Diarium: {node.diarium.check()}")
        except DiariumError as error:
            print(f"Diariet svarar inte som det ska: {error}", file=sys.stderr)
            return 1
    finally:
        node.close()
    return 0


def _verify(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.read() as session:
            breaks = [
                {"stream": b.stream, "position": b.position, "text": b.text} for b in history.verify(session)
            ]
            damaged = list(evidence.damaged(session))
    finally:
        node.close()
    if options.json:
        print(json.dumps({"breaks": breaks, "damaged": damaged}, ensure_ascii=False))
    else:
        for broken in breaks:
            print(f"{broken['stream']} händelse {broken['position']}: {broken['text']}", file=sys.stderr)
        for ident in damaged:
            print(f"filen {ident} stämmer inte med sin kontrollsumma", file=sys.stderr)
    return 1 if breaks or damaged else 0


def _settings(options: argparse.Namespace) -> int:
    for setting in SETTINGS:
        print(f"{PREFIX}{setting.name:<18} {setting.help} (förval: {setting.default or 'tomt'})")
    return 0
