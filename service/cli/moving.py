"""The verb `move`: running cases to another version of their process, tried first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

from service import moving
from service.actors import SYSTEM
from service.errors import Refusal
from service.moving import CaseVerdict, Route
from service.node import clock, open_node
from service.settings import from_environment
from service.store import Database


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    move = verbs.add_parser("move", help="pröva eller flytta pågående ärenden till en annan version")
    move.add_argument("process", help="processens id, till exempel complaint")
    move.add_argument("--to", type=int, metavar="VERSION", help="versionens nummer (förval: den i drift)")
    what = move.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="pröva bara, vilket också är förvalet")
    what.add_argument("--yes", action="store_true", help="flytta, ett ärende i taget")
    move.add_argument("--json", action="store_true", help="svara med JSON")
    move.set_defaults(run=_move)


def _move(options: argparse.Namespace) -> int:
    node = open_node(from_environment())
    try:
        with node.database.read() as session:
            routes = moving.plan(session, options.process, to=options.to)
            tried = [
                (route, moving.try_all(session, route.old, route.new, route.plan, now=clock()))
                for route in routes
            ]
        if options.yes:
            results = [one for route, cases in tried for one in _moved(node.database, route, cases)]
        else:
            results = [_told(route, case) for route, cases in tried for case in cases]
    finally:
        node.close()
    done, left = [r for r in results if not r["reasons"]], [r for r in results if r["reasons"]]
    if options.json:
        print(json.dumps({"moved": options.yes, "cases": results}, ensure_ascii=False))
    else:
        _print(done, left, moved=options.yes)
    return 1 if left else 0


def _told(route: Route, case: CaseVerdict) -> dict[str, Any]:
    return {
        "case": case.number,
        "from": route.old_number,
        "to": route.new_number,
        "reasons": [finding.text for finding in case.verdict.refusals],
        "after": [said.text for said in case.verdict.after],
    }


def _moved(database: Database, route: Route, cases: Iterable[CaseVerdict]) -> Iterable[dict[str, Any]]:
    """One transaction for each case: stopped anywhere, the rest stand where they stood."""
    for case in cases:
        told = _told(route, case)
        if case.verdict.ok:
            try:
                with database.write() as session:
                    moving.move(
                        session,
                        case.case_id,
                        route.plan,
                        route.new,
                        old_hash=route.old,
                        actor=SYSTEM,
                        now=clock(),
                    )
                print(f"{case.number} flyttad", file=sys.stderr, flush=True)
            except Refusal as refused:  # somebody has worked in it since it was tried
                told |= {"reasons": [str(refused)], "after": []}
        yield told


def _print(done: list[dict[str, Any]], left: list[dict[str, Any]], *, moved: bool) -> None:
    if not done and not left:
        print("Inga pågående ärenden står på en annan version.")
        return
    if done:
        what = "har flyttats" if moved else "kan flytta"
        print(f"{_count(len(done))} {what} till version {done[0]['to']}.")
    for one in left:
        print(f"{one['case']} är kvar på version {one['from']}: {' '.join(one['reasons'])}")
    if done and not moved:
        print("Inget är flyttat än. Kör igen med --yes för att flytta.")


def _count(number: int) -> str:
    return "1 ärende" if number == 1 else f"{number} ärenden"
