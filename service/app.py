"""The only wiring of the web: settings, database, clock and diarium in, a Flask application out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, g
from werkzeug.datastructures import ImmutableDict

from adapters.contract import Diarium
from service.http import (
    absence_pages,
    account,
    api,
    bounded,
    capture_pages,
    case_pages,
    channel_pages,
    chronicle_pages,
    comment_pages,
    crisis_pages,
    decision_pages,
    draft_pages,
    editor_api,
    editor_pages,
    errors,
    evidence_pages,
    form_pages,
    guard,
    health,
    house,
    inbox_pages,
    intervention_pages,
    meeting_pages,
    message_pages,
    moving_pages,
    operations_view,
    people_pages,
    policy,
    process_pages,
    public_pages,
    register,
    replay_pages,
    report_pages,
    retention_pages,
    scenario_mending,
    scenario_pages,
    secrecy_pages,
    shown,
    sign_in,
    start_pages,
    step_pages,
    tasks,
    why_pages,
)
from service.node import clock as system_clock
from service.settings import Settings
from service.store import Database

_YEAR = 365 * 24 * 3600


class OrdnaApp(Flask):
    """Flask with requests that never spool to disk, and no answer to OPTIONS that nobody declared."""

    request_class = bounded.BoundedRequest
    default_config = ImmutableDict({**Flask.default_config, "PROVIDE_AUTOMATIC_OPTIONS": False})


def create_app(
    settings: Settings,
    database: Database,
    *,
    diarium: Diarium | None = None,
    clock: Callable[[], datetime] = system_clock,
    demo_accounts: Sequence[Mapping[str, str]] = (),
) -> Flask:
    """The application. `demo_accounts` (login, password, name, role) are offered on the first page of
    the demonstration and nowhere else. Raises PolicyIncomplete when a route has no rule."""
    app = OrdnaApp("service.http", static_folder="static", template_folder="templates")
    app.config.update(
        MAX_CONTENT_LENGTH=bounded.MAX_BODY,
        MAX_FORM_MEMORY_SIZE=bounded.MAX_FORM,
        MAX_FORM_PARTS=bounded.MAX_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
        TRUSTED_HOSTS=_hosts(settings),
        LANGUAGE=settings.language,
        DEMO_ACCOUNTS=tuple(demo_accounts),
    )
    wired = house.House(settings, database, clock, diarium)
    house.install(app, wired)
    numbers = health.Numbers(wired)

    @app.before_request
    def count() -> None:
        g.numbers = numbers
        health.begun()

    guard.install(app)
    app.after_request(health.counted)
    errors.install(app)
    shown.install(app)
    for part in (
        health,
        sign_in,
        inbox_pages,
        tasks,
        case_pages,
        evidence_pages,
        capture_pages,
        secrecy_pages,
        register,
        start_pages,
        report_pages,
        retention_pages,
        people_pages,
        absence_pages,
        message_pages,
        process_pages,
        draft_pages,
        form_pages,
        meeting_pages,
        comment_pages,
        chronicle_pages,
        decision_pages,
        editor_pages,
        editor_api,
        scenario_pages,
        scenario_mending,
        replay_pages,
        step_pages,
        intervention_pages,
        moving_pages,
        operations_view,
        why_pages,
        account,
        channel_pages,
        crisis_pages,
        public_pages,
    ):
        app.register_blueprint(part.pages)
    app.register_blueprint(api.api)
    policy.check(app)
    return app


def _hosts(settings: Settings) -> list[str]:
    """The names this service answers to; a Host header with another is refused."""
    public = urlsplit(settings.public_url).hostname
    return sorted({"127.0.0.1", "localhost", "[::1]", *([public] if public else [])})
