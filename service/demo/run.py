"""`ordna demo`: the whole thing in one command, to look at or to check."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adapters import mail
from adapters.mail import MailRefused
from service.demo import flows, samples, scenes
from service.demo.place import DemoFailed, Place, prepared, running
from service.node import clock, deploy_shipped, open_node

PATIENCE = 60.0
"""Seconds to wait for an answer before the demonstration is called failed."""


PROFILE = "sater"
"""The municipality of the demonstration, unless ORDNA_PROFILE names another."""


class Stopped(Exception):
    """Somebody asked the demonstration to end, with Ctrl-C or SIGTERM."""


def show(keep: Path | None) -> int:
    """Start everything, print where it is, and stay until Ctrl-C or SIGTERM."""
    try:
        with _stopped_softly(), prepared(keep, quick=False, profile=_profile()) as (place, diarium):
            _fill(place)
            with running(place):
                _wait_until_ready(place)
                print(_greeting(place, diarium), flush=True)
                while True:
                    time.sleep(3600)
    except Stopped:
        print("\nDemonstrationen är avslutad.")
        return 0
    except (DemoFailed, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1


def check(*, eml: Path | None, keep: Path | None, as_json: bool) -> int:
    """Take a mail through the complaint flow, an application to a channel in use, a secret case to its
    registration and a recurring duty to its end, all over HTTP, and see what stands in the diarium."""
    try:
        raw = _readable(eml) if eml else samples.mail(now=clock())
        with _stopped_softly():
            result = _proved(raw, keep)
    except Stopped:
        print("Demonstrationen avbröts.", file=sys.stderr)
        return 1
    except (DemoFailed, MailRefused, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(_told(result))
    return 0


def _proved(raw: bytes, keep: Path | None) -> Mapping[str, Any]:
    """The whole of it, from the mail to what stands in the diarium. Raises DemoFailed."""
    started = time.monotonic()
    with prepared(keep, quick=True, profile=_profile()) as (place, _):
        _fill(place)
        with running(place):
            _wait_until_ready(place)
            crew = flows.Crew(place.settings.public_url, place.settings.profile, clock(), PATIENCE)
            case = flows.complaint(crew, raw)
            channel, secret, duty = flows.application(crew), flows.secret(crew), flows.duty(crew)
        result = {
            "registration_number": case["registration_number"],
            "case": case["number"],
            "document_sha256": hashlib.sha256(raw).hexdigest(),
            "profile": place.settings.profile,
            "channel": channel,
            "secret": secret,
            "duty": duty,
            "seconds": round(time.monotonic() - started, 2),
        }
        _look_in_the_book(place, result)
    return result


def _told(result: Mapping[str, Any]) -> str:
    channel, secret, duty = result["channel"], result["secret"], result["duty"]
    return (
        f"Klagomålet {result['case']} fick {result['registration_number']}.\n"
        f"Ansökan {channel['case']} blev kanalen {channel['name']}, som är i bruk.\n"
        f"Det hemliga {secret['case']} fick {secret['registration_number']} med {secret['provision']}.\n"
        f"Den återkommande uppgiften {duty['case']} är gjord.\n"
        f"Profil {result['profile']}, {result['seconds']} s."
    )


def _profile() -> str:
    return os.environ.get("ORDNA_PROFILE") or PROFILE


def _readable(eml: Path) -> bytes:
    """The mail's bytes, if the intake would take them: better said before everything is started."""
    try:
        with eml.open("rb") as file:
            raw = file.read(mail.MAX_BYTES + 1)
    except OSError as error:
        raise DemoFailed(f"Filen går inte att läsa: {eml} ({error.strerror}).") from error
    mail.read(raw)
    return raw


def _fill(place: Place) -> None:
    """Tables, models, accounts and cases, made before anyone serves: no second owner of the file."""
    node = open_node(place.settings)
    try:
        deploy_shipped(node)
        with node.database.write() as session:
            samples.fill(session, now=clock())
        scenes.furnish(node.database, now=clock())
    finally:
        node.close()


def _wait_until_ready(place: Place) -> None:
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"{place.settings.public_url}/health/ready"
    while time.monotonic() < until:
        with contextlib.suppress(OSError), opener.open(address, timeout=5):
            return
        time.sleep(0.1)
    raise DemoFailed("Webben svarar inte.")


def _look_in_the_book(place: Place, result: Mapping[str, Any]) -> None:
    """The diarium's own database has the last word on what was registered."""
    with contextlib.closing(sqlite3.connect(place.diarium_database)) as book:
        found = book.execute(
            "SELECT count(*) FROM entry WHERE kind = 'case' AND number = ?", [result["registration_number"]]
        ).fetchone()[0]
        files = book.execute(
            "SELECT count(*) FROM file WHERE sha256 = ?", [result["document_sha256"]]
        ).fetchone()[0]
        marked = book.execute(
            "SELECT count(*) FROM entry WHERE kind = 'case' AND number = ?"
            " AND secrecy_chapter || ' kap. ' || secrecy_section = ? AND secrecy_law LIKE 'OSL%'",
            [result["secret"]["registration_number"], result["secret"]["provision"]],
        ).fetchone()[0]
    if found != 1 or files != 1:
        raise DemoFailed(f"Diariet har {found} ärenden och {files} handlingar där det ska vara ett av varje.")
    if marked != 1:
        raise DemoFailed("Diariet har inte sekretessmarkeringen på det hemliga ärendet.")


@contextlib.contextmanager
def _stopped_softly() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the demonstration, its processes and its folder, without a traceback. Only
    the first counts: cleaning up is not to be interrupted. Raises Stopped."""

    def stop(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _greeting(place: Place, diarium: str) -> str:
    width = max(len(a.login) for a in samples.ACCOUNTS)
    people = "\n".join(
        f"    {a.login:<{width}}  {a.password:<30} {a.name}, {a.unit}: {a.does}" for a in samples.ACCOUNTS
    )
    public = place.settings.public_url
    return (
        f"\n  Ordna är igång.\n\n    Inkorgen   {public}/\n    Diariet    {diarium}\n"
        f"    Kanaler    {public}/sociala-medier (för allmänheten)\n"
        f"    Profil     {place.settings.profile} (ORDNA_PROFILE väljer en annan)\n\n"
        f"  Logga in som (namn, lösenord):\n\n{people}\n\n  Avsluta med Ctrl-C.\n"
    )
