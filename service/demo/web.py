"""The demonstration's processes: the product's own server, with the demonstration's accounts on its first
page, and on PostgreSQL its worker. They end with the demonstration, however it ends.

    python -m service.demo.web [worker]
"""

from __future__ import annotations

import sys

from service.demo.serving import end_with_parent
from service.node import run_worker
from service.server import serve
from service.settings import from_environment

if __name__ == "__main__":
    end_with_parent()
    if sys.argv[1:] == ["worker"]:
        run_worker(from_environment())
    else:
        serve(from_environment(), "service.demo.wsgi:app")
