"""The controls of the demonstration: fault switches and statistics, as JSON and from the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.demo.book import Book
from service.demo.counters import Counters
from service.demo.faults import Switch, Switchboard, read_switch
from service.demo.listing import counted
from service.demo.sabotage import Latecomers


def controls(
    switchboard: Switchboard,
    counters: Counters,
    late: Latecomers,
    book: Book,
    operations: frozenset[str],
) -> Blueprint:
    room = Blueprint("controls", __name__)

    @room.get("/faults")
    def show() -> Response:
        return jsonify(switchboard.listing())

    @room.post("/faults")
    def add() -> tuple[Response, int] | AnyResponse:
        """One switch or a list of them, all or none; 422 with `error` when one does not hold."""
        if request.mimetype == "application/x-www-form-urlencoded":
            return _from_page(switchboard, operations)
        if not request.is_json:
            abort(415)
        given = request.get_json()
        try:
            switchboard.add(
                [_switch(one, operations) for one in (given if isinstance(given, list) else [given])]
            )
        except ValueError as problem:
            return jsonify(error=str(problem)), 422
        return jsonify(switchboard.listing()), 201

    @room.delete("/faults")
    def clear() -> tuple[str, int]:
        switchboard.clear()
        return "", 204

    @room.post("/faults/clear")
    def clear_from_page() -> AnyResponse:
        switchboard.clear()
        return redirect(url_for("pages.faults"), 303)

    @room.get("/statistics")
    def statistics() -> Response:
        """`pending` is the number of registrations that will be made although their clients have
        been answered or have left; `doubled` the keys that hold more than one entry."""
        return jsonify(**counters.listing(), pending=late.pending, **counted(book))

    return room


def _switch(given: object, operations: frozenset[str]) -> Switch:
    if not isinstance(given, Mapping):
        raise ValueError("Ett fel beskrivs av ett JSON-objekt.")
    return read_switch(given, operations)


def _from_page(switchboard: Switchboard, operations: frozenset[str]) -> AnyResponse:
    form = request.form
    try:
        chosen = form.get("operation", "")
        switchboard.add(
            [
                read_switch(
                    {
                        "fault": form.get("fault", ""),
                        "operations": [chosen] if chosen else [],
                        "next": int(form["next"]) if form.get("next") else None,
                        "probability": int(form.get("percent") or 100) / 100,
                        "delay_ms": int(form.get("delay_ms") or 0),
                        "commit": form.get("commit", "yes") == "yes",
                    },
                    operations,
                )
            ]
        )
    except ValueError as problem:
        abort(400, str(problem))
    return redirect(url_for("pages.faults"), 303)
