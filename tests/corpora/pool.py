"""Runs one piece of work in a process of its own, with limits that the work cannot talk its way out of."""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

CPU_SECONDS = 2
WALL_SECONDS = 20
MAX_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one piece: its answer, or None with `fault`. `seconds` is CPU, `bytes` peak RSS."""

    name: str
    answer: Any = None
    fault: str = ""
    seconds: float = 0.0
    bytes: int = 0


@dataclass(slots=True)
class _Child:
    name: str
    pid: int
    pipe: int
    heard: bytearray = field(default_factory=bytearray)


def each(names: Iterable[str], work: Callable[[str], Any], at_once: int = 2) -> Iterator[Done]:
    """`work(name)` for each name, in a forked child each; the answer must fit JSON. `fault` is `slow`
    (2 s of CPU or 20 s by the clock), `large` (300 MB resident), or the exception's type and text.

    Call it before threads are started: a fork takes only one of them along.
    """
    waiting = iter(names)
    with selectors.DefaultSelector() as chosen:
        while True:
            while len(chosen.get_map()) < at_once and (name := next(waiting, None)) is not None:
                child = _begun(name, work)
                chosen.register(child.pipe, selectors.EVENT_READ, child)
            if not chosen.get_map():
                return
            for key, _ in chosen.select():
                read = os.read(key.fd, 65536)
                key.data.heard += read
                if not read:
                    chosen.unregister(key.fd)
                    os.close(key.fd)
                    yield _ended(key.data)


def _begun(name: str, work: Callable[[str], Any]) -> _Child:
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid:
        os.close(sending)
        return _Child(name, pid, receiving)
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (8 * MAX_BYTES, 8 * MAX_BYTES))
        signal.alarm(WALL_SECONDS)
        try:
            answer = {"answer": work(name)}
        except Exception as error:  # whatever it is, it is the finding
            answer = {"fault": f"{type(error).__name__}: {str(error)[:300]}"}
        written = json.dumps(answer).encode()
        while written:
            written = written[os.write(sending, written) :]
    finally:
        os._exit(0)


def _ended(child: _Child) -> Done:
    _, status, used = os.wait4(child.pid, 0)
    seconds, size = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    if os.WIFSIGNALED(status):
        slow = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM)
        fault = "slow" if slow else f"signal {os.WTERMSIG(status)}"
        return Done(child.name, None, fault, seconds, size)
    told = json.loads(bytes(child.heard)) if child.heard else {"fault": "no answer"}
    fault = told.get("fault", "") or ("large" if size > MAX_BYTES else "")
    return Done(child.name, told.get("answer"), fault, seconds, size)
