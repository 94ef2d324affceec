"""Where a contract (WSDL) is found: beside the adapter, or where the operator says."""

from __future__ import annotations

from pathlib import Path

from adapters.contract import Misconfigured


def contract_file(configured: str | None, beside: str | None, name: str) -> str:
    """The path or URL to load. `configured` is `Target.wsdl`: a file, a folder that holds `name`,
    a URL, or None for the file beside the module `beside`. Raises `Misconfigured` for a path that
    does not exist, or when there is no contract of our own."""
    if configured is not None and "://" in configured:
        return configured  # the transport refuses another server than the configured one
    if configured is not None:
        path = Path(configured)
    elif beside is not None:
        path = Path(beside).parent
    else:
        raise Misconfigured(f"Ange var diariets kontrakt finns ({name}).")
    if path.is_dir():
        path = path / name
    if not path.is_file():
        raise Misconfigured(f"Diariets kontrakt saknas ({path.name}).")
    return str(path.resolve())
