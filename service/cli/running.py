"""Verbs that run something: `serve`, `worker`, `setup`, `demo`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from service import node
from service.settings import from_environment


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = verbs.add_parser("serve", help="kör webben (med SQLite också arbetet i bakgrunden)")
    serve.set_defaults(run=_serve)
    worker = verbs.add_parser("worker", help="kör arbetet i bakgrunden (PostgreSQL)")
    worker.set_defaults(run=_worker)
    setup = verbs.add_parser("setup", help="visa en ny adress där det första kontot skapas")
    setup.set_defaults(run=_setup)
    demo = verbs.add_parser("demo", help="visa allt med exempelärenden och ett litet diarium")
    demo.add_argument("--check", action="store_true", help="kör ett ärende genom hela kedjan och avsluta")
    demo.add_argument("--json", action="store_true", help="svara med JSON")
    demo.add_argument("--eml", type=Path, help="mejlet som ska gå genom kedjan")
    demo.add_argument("--keep", type=Path, help="mapp att behålla efteråt")
    demo.set_defaults(run=_demo)


def _serve(options: argparse.Namespace) -> int:
    from service.server import serve  # a server is loaded only by the verb that serves

    serve(from_environment())
    return 0


def _worker(options: argparse.Namespace) -> int:
    settings = from_environment()
    if settings.sqlite:
        print(
            "Med SQLite arbetar 'ordna serve' själv: en egen worker behövs bara med PostgreSQL.",
            file=sys.stderr,
        )
        return 1
    node.run_worker(settings)
    return 0


def _setup(options: argparse.Namespace) -> int:
    invitation = node.first_start(from_environment())
    if invitation is None:
        print("Det finns redan ett konto: logga in med det.", file=sys.stderr)
        return 1
    print(invitation)
    return 0


def _demo(options: argparse.Namespace) -> int:
    from service.demo import run  # the demonstration is no part of a server's start

    if options.check:
        return run.check(eml=options.eml, keep=options.keep, as_json=options.json)
    return run.show(keep=options.keep)
