"""One table from what rooms refuse to what the web answers: problem+json for programs, a page for people."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from service import errors
from service.http.language import known, t
from workflows import errors as workflow_errors

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.Conflict, 409),
    (errors.Stale, 412),
    (errors.Invalid, 422),
    (errors.TooLarge, 413),
    (errors.TooMany, 429),
    (errors.Unsupported, 415),
    (workflow_errors.NotOpen, 409),
    (workflow_errors.StepRefused, 409),
    (workflow_errors.ModelRefused, 422),
    (workflow_errors.ExpressionError, 409),
    (workflow_errors.BudgetExceeded, 409),
)
"""The first line that fits decides. What is not here is our own fault: 500, without details."""

_HTTP_TEXT = frozenset({400, 401, 403, 404, 405, 412, 413, 415, 429})
log = logging.getLogger("ordna.http")


def install(app: Flask) -> None:
    app.register_error_handler(errors.Refusal, refused)
    app.register_error_handler(workflow_errors.WorkflowError, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, fault)


def status_of(error: Exception) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def refused(error: Exception) -> Response:
    """A refusal on purpose. Its text is a Swedish sentence written for the person who asked."""
    status = status_of(error)
    if status == 500:
        return fault(error)
    fields = error.fields if isinstance(error, errors.Invalid) else {}
    text = _too_many(error.wait) if isinstance(error, errors.TooMany) else str(error)
    response = answer(status, text, fields)
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(max(1, error.wait))
    return response


def _too_many(wait: int) -> str:
    """How long to wait, in seconds or whole minutes: a person who knows does not keep trying."""
    if wait < 60:
        return t("error.wait_seconds", n=max(1, wait))
    return t("error.wait_minutes", n=-(-wait // 60))


def http_error(error: HTTPException) -> Response:
    """What Flask itself refuses: unknown paths, methods, hosts, bodies that are too large."""
    if error.response is not None and error.code in {301, 307, 308}:
        redirect = error.get_response()
        assert isinstance(redirect, Response)
        return redirect
    status = error.code or 500
    response = answer(status, t(f"error.http_{status}" if status in _HTTP_TEXT else "error.http_400"))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def fault(error: Exception) -> Response:
    """Ours. The log says which kind and where, never the error's text: it may quote what was sent."""
    where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("fault %s in %s at %s", type(error).__name__, request.endpoint, where[-5:])
    return answer(500, t("error.http_500"))


def answer(status: int, text: str, fields: dict[str, str] | None = None) -> Response:
    title = _title(status)
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": text}
        response = jsonify(problem | ({"errors": fields} if fields else {}))
        response.mimetype = "application/problem+json"
    else:
        response = Response(
            render_template(
                "error.html",
                title=title,
                text=text,
                fields=fields or {},
                again=request.path if _changed_meanwhile(status) else None,
            ),
            mimetype="text/html",
        )
    response.status_code = status
    return response


def _changed_meanwhile(status: int) -> bool:
    """The task is not what the asker saw: the way on is to look at it again."""
    return request.endpoint == "tasks.act" and status in (403, 409, 412)


def _title(status: int) -> str:
    key = f"error.title_{status}"
    return t(key) if known(key) else HTTPStatus(status).phrase
