"""`ordna bench tasks`: how many user tasks a second can be completed, and how long each takes.

`sqlite` and `postgresql`: over real HTTP against the product's own server in its own processes, with
several signed-in clients, each on its kept connection: access policy, CSRF, form validation, encryption of
free text, the engine, tasks, timers and the hash-chained history, one durable transaction each.
`without_http`: the same through `service.cases.complete`, one caller in this process.
`stock` and `ours_in_the_same_transaction`: `service.bench.bare`, the same model and answers in one lean
transaction against SQLite, alternating batch by batch, with SpiffWorkflow's own JSON state and with ours.
SpiffWorkflow has no server, so these two, and not `sqlite` beside `stock`, compare like with like.
`cpu_ms`, where all the work is done in one process, is steadier than the clock on a machine that others use.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from service import cases
from service.actors import Actor
from service.bench.bare import Comparison
from service.bench.measured import Tally, here, tell
from service.bench.rounds import batch, measure
from service.bench.server import running
from service.bench.site import Site, postgresql_url, site
from service.bench.visitor import Visitor
from service.bench.work import NOTE, Work
from service.node import clock

Summary = dict[str, float]


def run(seconds: float, clients: int) -> dict[str, object]:
    """Measure for `seconds` over HTTP on each database, and about half as long for each of the others."""
    http: dict[str, Summary | None] = {}
    direct: dict[str, Summary | None] = {}
    machine = here()
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="ordna-bench-"))
        bare = Comparison(Path(made), clock())
        stack.callback(bare.close)
        for name, url in (("sqlite", None), ("postgresql", postgresql_url())):
            bare.go_on(seconds / 4)  # between the others, in the same weather
            if name == "postgresql" and url is None:
                http[name] = direct[name] = None
                continue
            with site(url) as place:
                direct[name] = _told(f"{name} utan HTTP", _direct(place, seconds / 2), here_only=True)
                http[name] = _told(f"{name} över HTTP", _http(place, seconds, clients))
        stock = _told("stock, en transaktion i SQLite", bare.stock, here_only=True)
        ours = _told("vår motor, samma transaktion", bare.ours, here_only=True)
    return {
        **http,
        "stock": stock,
        "ours_in_the_same_transaction": ours,
        "without_http": direct,
        "ratio": {
            "same_transaction": _ratio(ours, stock),
            "same_transaction_cpu": _ratio(stock, ours, "cpu_ms"),
            "state_bytes": _ratio(stock, ours, "state_bytes"),
            **{f"{name}_http_over_stock": _ratio(found, stock) for name, found in http.items() if found},
        },
        "clients": clients,
        "seconds": seconds,
        "machine": machine,
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


def _told(name: str, tally: Tally, *, here_only: bool = False) -> Summary:
    """The numbers, also told as they come; with processor time where this process did all the work."""
    found = tally.summary()
    if here_only:
        found["cpu_ms"] = round(tally.processor / len(tally.durations) * 1000, 3)
    tell(
        f"{name}: {found['per_second']:.0f} uppgifter/s, p50 {found['p50_ms']:.1f} ms, "
        f"p99 {found['p99_ms']:.1f} ms, {found['state_bytes']:.0f} byte per tillstånd "
        f"({len(tally.durations)} uppgifter)"
    )
    return found


def _ratio(over: Summary, under: Summary, key: str = "per_second") -> float:
    return round(over[key] / under[key], 2) if under[key] else 0.0
