"""Whether the service lives and is ready, and numbers for the watch. No personal data in any of them."""

from __future__ import annotations

from time import perf_counter

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from service.http.house import House, house
from service.store import RegistrationRow, TaskRow
from service.store.migrate import is_current

pages = Blueprint("health", __name__)
_CONTENT = "text/plain; version=0.0.4; charset=utf-8"


class Numbers:
    """One application's metrics. Labels are route names and closed choices, never ids or paths."""

    def __init__(self, of: House) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "ordna_requests", "Requests", ["endpoint", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "ordna_request_seconds", "Time to answer", ["endpoint"], registry=self.registry
        )
        self._house = of
        self.registry.register(self)

    def collect(self) -> list[Metric]:
        registrations = GaugeMetricFamily("ordna_registrations", "Registrations by state", labels=["state"])
        tasks = GaugeMetricFamily("ordna_open_tasks", "Open tasks by kind", labels=["kind"])
        oldest = GaugeMetricFamily(
            "ordna_oldest_unregistered_seconds", "Age of the oldest registration not acknowledged"
        )
        with self._house.database.read() as session:
            for state, count in session.execute(
                select(RegistrationRow.state, func.count()).group_by(RegistrationRow.state)
            ):
                registrations.add_metric([state], count)
            for kind, count in session.execute(
                select(TaskRow.kind, func.count()).where(TaskRow.status == "open").group_by(TaskRow.kind)
            ):
                tasks.add_metric([kind], count)
            first = session.scalar(
                select(func.min(RegistrationRow.created_at)).where(
                    RegistrationRow.state.not_in(("registered", "cancelled"))
                )
            )
        oldest.add_metric([], (self._house.clock() - first).total_seconds() if first else 0.0)
        return [registrations, tasks, oldest]


@pages.get("/health/live")
def live() -> ResponseReturnValue:
    return jsonify({"status": "live"})


@pages.get("/health/ready")
def ready() -> ResponseReturnValue:
    try:
        current = is_current(house().database)
    except SQLAlchemyError:
        current = False
    return jsonify({"status": "ready" if current else "not ready"}), 200 if current else 503


@pages.get("/metrics")
def metrics() -> ResponseReturnValue:
    return Response(generate_latest(g.numbers.registry), content_type=_CONTENT)


def begun() -> None:
    """Before each request: the stop-watch runs."""
    g.started = perf_counter()


def counted(response: Response) -> Response:
    """After each request: one more of its kind."""
    endpoint = request.endpoint or "none"
    g.numbers.requests.labels(endpoint, request.method, response.status_code).inc()
    g.numbers.seconds.labels(endpoint).observe(perf_counter() - g.started)
    return response
