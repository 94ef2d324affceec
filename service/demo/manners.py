"""What holds for every request: only this machine, nothing from other sites, strict headers."""

from __future__ import annotations

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

LOOPBACK = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then send "Origin: null" with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def keep_manners(app: Flask) -> None:
    @app.before_request
    def only_from_here() -> None:
        # A foreign name that points at 127.0.0.1 would make another site's page "same origin".
        if request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK:
            abort(403, "Diariet svarar bara på den här datorns egen adress.")
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        site = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get("Origin")
        if site not in ("none", "same-origin") or (origin and f"{origin}/" != request.host_url):
            abort(403, "Anropet kommer från en annan webbplats.")

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> tuple[str, int]:
        said = error.description if error.code in (400, 403) else None
        return render_template("fel.html", status=error.code, said=said), error.code or 500
