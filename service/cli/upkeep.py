"""Verbs for those who run Ordna: `migrate`, `deploy`, `check`, `verify`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import workflows
from adapters.contract import DiariumError
from service import captures, definitions, drafts, evidence, history
from service.actors import SYSTEM
from service.node import check_profile, clock, deploy_shipped, open_node
from service.settings import PREFIX, SETTINGS, from_environment


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs.add_parser("migrate", help="skapa eller uppgradera tabellerna").set_defaults(run=_migrate)
    deploy = verbs.add_parser("deploy", help="ta en processmapp i drift för nya ärenden")
    deploy.add_argument("folder", type=Path)
    deploy.add_argument(
        "--replace", action="store_true", help="ersätt också en version som någon har publicerat i verkstaden"
    )
    deploy.set_defaults(run=_deploy)
    verbs.add_parser("check", help="pröva inställningar, databas, diarium och modeller").set_defaults(
        run=_check
    )
    verify = verbs.add_parser("verify", help="pröva historikens kedja, förseglingar och kontrollsummor")
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
    files = definitions.folder(options.folder)
    try:
        with node.database.write() as session:
            definition = workflows.read(files)
            own = drafts.own(session, definition.process)
            replaced = own is not None and definition.hash != definitions.active(session, own.process).hash
            if own is not None and replaced and not options.replace:
                print(
                    f"Version {own.number} av {own.process} är kommunens egen, publicerad av {own.by} "
                    f"{own.at:%Y-%m-%d}. Kör igen med --replace för att ersätta den.",
                    file=sys.stderr,
                )
                return 1
            row = definitions.deploy(session, files, actor=SYSTEM, now=clock())
            if own is not None and replaced:
                print(
                    f"Kommunens egen version {own.number}, publicerad av {own.by}, är ersatt. "
                    "Den kan återställas på processens sida.",
                    file=sys.stderr,
                )
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
        check_profile(node)
        print(f"Kommunprofil: {node.settings.profile}, och modellerna i drift klarar den")
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
            damaged = [*evidence.damaged(session), *captures.damaged(session)]
            broken = list(evidence.verify(session))
    finally:
        node.close()
    if options.json:
        said = {"breaks": breaks, "damaged": damaged, "evidence": [asdict(b) for b in broken]}
        print(json.dumps(said, ensure_ascii=False))
    else:
        for gap in breaks:
            print(f"{gap['stream']} händelse {gap['position']}: {gap['text']}", file=sys.stderr)
        for ident in damaged:
            print(f"filen {ident} stämmer inte med sin kontrollsumma", file=sys.stderr)
        for found in broken:
            print(f"{found.kind} {found.id}: {found.text}", file=sys.stderr)
    return 1 if breaks or damaged or broken else 0


def _settings(options: argparse.Namespace) -> int:
    for setting in SETTINGS:
        print(f"{PREFIX}{setting.name:<18} {setting.help} (förval: {setting.default or 'tomt'})")
    return 0
