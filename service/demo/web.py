"""The demonstration's web: the product's own server, with the demonstration's accounts on its first page."""

from __future__ import annotations

from service.server import serve
from service.settings import from_environment

if __name__ == "__main__":
    serve(from_environment(), "service.demo.wsgi:app")
