"""What `tests.faults.loud` serves. The application is made when this is imported, after it can be heard."""

from __future__ import annotations

from tests.faults.loud import speak

speak()

from service.wsgi import app  # noqa: E402

__all__ = ["app"]
