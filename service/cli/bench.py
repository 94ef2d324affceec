"""The verb `bench`: measurements with progress on standard error and the result on standard output."""

from __future__ import annotations

import argparse
import json
import signal
import sys

NAMES = ("tasks", "engine", "replay")


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bench = verbs.add_parser(
        "bench",
        help="mät: uppgifter per sekund (tasks), motorn ensam (engine) eller att spela upp ärenden (replay)",
    )
    bench.add_argument("name", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    bench.add_argument("--json", action="store_true", help="resultatet som ett JSON-objekt på sista raden")
    bench.add_argument("--seconds", type=_seconds, default=10.0, help="mättid per databas (10)")
    bench.add_argument("--clients", type=_clients, default=4, help="samtidiga klienter (4)")
    bench.add_argument("--cases", type=_cases, default=1000, help="ärenden som spelas upp (1000)")
    bench.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    from service.bench import engine, replay, tasks  # a measurement is no part of a server's start
    from service.bench.measured import BenchFailed

    signal.signal(signal.SIGTERM, _stopped)  # servers and schemas of the measurement go with it
    try:
        match options.name:
            case "engine":
                result = engine.run(options.seconds)
            case "replay":
                result = replay.run(options.cases)
            case _:
                result = tasks.run(options.seconds, options.clients)
    except BenchFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False, indent=None if options.json else 2))
    return 0


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.05 <= value <= 600:
        raise argparse.ArgumentTypeError("mellan 0,05 och 600 sekunder")
    return value


def _cases(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 20_000:
        raise argparse.ArgumentTypeError("mellan 1 och 20 000")
    return value


def _clients(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 64:
        raise argparse.ArgumentTypeError("mellan 1 och 64")
    return value
