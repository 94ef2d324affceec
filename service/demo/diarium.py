"""The demonstration's diarium: SOAP in, an entry in the book, a receipt out; and faults on order.

python -m service.demo.diarium --database FILE [--port 0] [--no-dedup] [--prefix KS]
                               [--with-parent]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from service.demo import reading, soap
from service.demo.book import Book
from service.demo.contract import Contract
from service.demo.controls import controls
from service.demo.counters import Counters
from service.demo.faults import Fault, Switch, Switchboard
from service.demo.manners import keep_manners
from service.demo.pages import pages
from service.demo.records import Draft, Refusal
from service.demo.sabotage import Latecomers, carry_out, sent
from service.demo.serving import run
from service.demo.soap import Answer, Call, NotSoap
from service.demo.uploads import store_chunk

VERSION = "Ordna demonstrationsdiarium 1.0"
Clock = Callable[[], datetime]
"""Gives aware UTC."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Diarium:
    """What one running diarium holds. Found as `app.extensions["diarium"]`."""

    book: Book
    clock: Clock = utc_now
    contract: Contract = field(default_factory=Contract)
    switchboard: Switchboard = field(default_factory=Switchboard)
    counters: Counters = field(default_factory=Counters)
    late: Latecomers = field(default_factory=Latecomers)

    def close(self) -> None:
        """Give up late work and close the database; the app cannot be used again."""
        self.late.stop()
        self.book.close()

    def answer(self, call: Call, indexed_until: datetime | None = None) -> Answer:
        """Do what the call asks for. Never raises for what a stranger sent."""
        try:
            self.contract.check(call.element)
            return self._done(call, indexed_until)
        except Refusal as refusal:
            return soap.refusal_answer(refusal)

    def _done(self, call: Call, indexed_until: datetime | None) -> Answer:
        element = call.element
        match call.operation:
            case "RegisterCase":
                return self._registered(call, reading.read_case(element))
            case "RegisterDocument":
                return self._registered(call, reading.read_document(element))
            case "FindRegistration":
                found = self.book.find(reading.read_key(element), indexed_until=indexed_until)
                return soap.receipts_answer(call.operation, found)
            case "SetCaseStatus":
                status = self.book.set_status(*reading.read_status(element), self.clock())
                return soap.texts_answer(call.operation, [("Status", status)])
            case "UploadChunk":
                with self.book.writing() as db:
                    offset, sha256 = store_chunk(db, *reading.read_chunk(element))
                texts = [("NextOffset", str(offset))] + ([("Sha256", sha256)] if sha256 else [])
                return soap.texts_answer(call.operation, texts)
            case _:
                return soap.texts_answer(
                    "Ping",
                    [("Version", VERSION), ("MaxMessageBytes", str(soap.MAX_MESSAGE_BYTES))],
                )

    def _registered(self, call: Call, draft: Draft) -> Answer:
        return soap.receipts_answer(call.operation, [self.book.register(draft, self.clock())])

    def respond(self, call: Call, connection: socket | None) -> Response:
        """The answer, disturbed when a switch strikes. `connection` is the server's socket."""
        self.counters.call(call.operation)
        switch = self.switchboard.strike(call.operation)
        if switch is None:
            return sent(self.answer(call))
        if connection is None:
            raise RuntimeError("Fel kan bara ges av en riktig server.")
        self.counters.fault(switch.fault)
        until = self._indexed_until(switch)
        return carry_out(switch, call.operation, lambda: self.answer(call, until), connection, self.late)

    def _indexed_until(self, switch: Switch) -> datetime | None:
        if switch.fault is not Fault.NOT_FOUND_YET:
            return None
        return self.clock() - timedelta(milliseconds=switch.delay_ms)


def create_diarium(
    database: Path, *, deduplicate: bool = True, prefix: str = "KS", clock: Clock = utc_now
) -> Flask:
    """The diarium as a WSGI application. Faults need werkzeug's server (`service.demo.serving`).
    Close with `app.extensions["diarium"].close()`."""
    app = Flask(__name__)
    diarium = Diarium(Book(database, prefix=prefix, deduplicate=deduplicate), clock)
    app.extensions["diarium"] = diarium
    app.config["MAX_CONTENT_LENGTH"] = soap.MAX_MESSAGE_BYTES
    keep_manners(app)

    @app.post("/diarium")
    def speak() -> Response:
        if request.mimetype != "text/xml":
            return Response("Skicka SOAP 1.1 som text/xml.\n", 415, mimetype="text/plain")
        try:
            call = soap.read_call(
                request.get_data(cache=False),
                request.headers.get("SOAPAction"),
                diarium.contract.operations,
            )
        except RequestEntityTooLarge:
            text = f"Ett meddelande får vara högst {soap.MAX_MESSAGE_BYTES} byte."
            return sent(soap.refusal_answer(Refusal("TooLarge", text)))
        except NotSoap as problem:
            diarium.counters.call("unreadable")
            return sent(soap.bare_fault("Client", str(problem)))
        return diarium.respond(call, request.environ.get("werkzeug.socket"))

    @app.get("/diarium")
    def contract() -> Response:
        return Response(diarium.contract.wsdl(f"{request.host_url}diarium"), mimetype="text/xml")

    app.register_blueprint(
        controls(
            diarium.switchboard, diarium.counters, diarium.late, diarium.book, diarium.contract.operations
        )
    )
    app.register_blueprint(pages(diarium.book, diarium.switchboard, diarium.contract.operations))
    return app


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m service.demo.diarium", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 väljer en ledig port")
    parser.add_argument("--database", type=Path, required=True, help="diariets egen SQLite-fil")
    parser.add_argument("--no-dedup", action="store_true", help="samma nyckel ger en ny post")
    parser.add_argument("--prefix", default="KS", help="diarieseriens bokstäver")
    parser.add_argument("--with-parent", action="store_true", help="sluta när standard in stängs")
    given = parser.parse_args(arguments)
    app = create_diarium(given.database, deduplicate=not given.no_dedup, prefix=given.prefix)
    try:
        run(app, given.port, with_parent=given.with_parent)
    finally:
        app.extensions["diarium"].close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
