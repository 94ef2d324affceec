"""`ordna bench tasks`: how many user tasks a second can be completed, and how long each takes.

`sqlite` and `postgresql`: over real HTTP against the product's own server in its own processes, with
several signed-in clients, each on its kept connection: access policy, CSRF, form validation, encryption of
free text, the engine, tasks, timers and the hash-chained history, one durable transaction each.
`without_http`: the same through `service.cases.complete`, one caller in this process.
`stock` and `ours_in_the_same_transaction`: `service.bench.bare`, the same model and answers in one lean
transaction against SQLite, alternating batch by batch, with SpiffWorkflow's own JSON state and with ours.
SpiffWorkflow has no server, so these two, and not `sqlite` beside `stock`, compare like with like.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from service import cases
from service.actors import Actor
from service.bench.bare import Bare
from service.bench.measured import Tally, tell
from service.bench.rounds import batch, measure, next_size
from service.bench.runners import Ours, StockRunner
from service.bench.server import running
from service.bench.site import Site, postgresql_url, site
from service.bench.visitor import Visitor
from service.bench.work import APPROVAL, NOTE, Work
from service.node import clock

Summary = dict[str, float]


def run(seconds: float, clients: int) -> dict[str, object]:
    """Measure for `seconds` over HTTP on each database, and half as long for each of the others."""
    stock, same = _bare(seconds / 2)
    http: dict[str, Summary | None] = {}
    direct: dict[str, Summary | None] = {}
    for name, url in (("sqlite", None), ("postgresql", postgresql_url())):
        if name == "postgresql" and url is None:
            http[name] = direct[name] = None
            continue
        with site(url) as place:
            direct[name] = _told(f"{name} utan HTTP", _direct(place, seconds / 2))
            http[name] = _told(f"{name} över HTTP", _http(place, seconds, clients))
    return {
        **http,
        "stock": stock,
        "ours_in_the_same_transaction": same,
        "without_http": direct,
        "ratio": {
            "same_transaction": _ratio(same, stock),
            "state_bytes": _ratio(stock, same, "state_bytes"),
            **{
                f"{name}_http_over_stock": _ratio(found, stock)
                for name, found in http.items()
                if found is not None
            },
        },
        "clients": clients,
        "seconds": seconds,
    }


def _http(place: Site, seconds: float, clients: int) -> Tally:
    with running(place), ExitStack() as stack:
        visitors = [Visitor(place.settings.public_url, place.password) for _ in range(clients)]
        for visitor in visitors:
            stack.callback(visitor.close)
        workers = [visitor.complete for visitor in visitors]
        return measure(lambda size, tally: batch(place, size, workers, tally), seconds)


def _direct(place: Site, seconds: float) -> Tally:
    person = place.person()
    actor = Actor(person.id, person.name, frozenset(person.roles))

    def complete(task: str, work: Work) -> None:
        with place.database.write() as session:
            cases.complete(session, task, {**work.answers, "note": NOTE}, version=1, actor=actor, now=clock())

    return measure(lambda size, tally: batch(place, size, [complete], tally), seconds)


def _bare(seconds: float) -> tuple[Summary, Summary]:
    """Stock, then ours, a batch each in turn, so that what else the machine does falls on both alike."""
    now = clock()
    with tempfile.TemporaryDirectory(prefix="ordna-bench-") as made:
        sides = [
            (Bare(Path(made) / "stock.sqlite", StockRunner(APPROVAL, now)), Tally()),
            (Bare(Path(made) / "ours.sqlite", Ours(APPROVAL, now)), Tally()),
        ]
        for side, _ in sides:
            side.batch(4, Tally())  # warms up
        while any(tally.elapsed < seconds for _, tally in sides):
            for side, tally in sides:
                # short turns: an eighth of the time each
                side.batch(next_size(tally, seconds / 8) if tally.elapsed else 10, tally)
        for side, _ in sides:
            side.close()
    return (
        _told("stock, en transaktion i SQLite", sides[0][1]),
        _told("vår motor, samma transaktion", sides[1][1]),
    )


def _told(name: str, tally: Tally) -> Summary:
    found = tally.summary()
    tell(
        f"{name}: {found['per_second']:.0f} uppgifter/s, p50 {found['p50_ms']:.1f} ms, "
        f"p99 {found['p99_ms']:.1f} ms, {found['state_bytes']:.0f} byte per tillstånd "
        f"({len(tally.durations)} uppgifter)"
    )
    return found


def _ratio(over: Summary, under: Summary, key: str = "per_second") -> float:
    return round(over[key] / under[key], 2) if under[key] else 0.0
