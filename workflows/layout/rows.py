"""Rows: the longest way goes straight ahead, and each branch gets the first row below that is free."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.layout.columns import Columns
from workflows.layout.parts import Scope


@dataclass(slots=True)
class Grid:
    """Where each figure stands: (column, row). Rows are numbered through all bands; `band_of` is each
    row's band. `straight` holds ids of lines whose way along their row is kept free."""

    cells: dict[str, tuple[int, int]]
    band_of: list[int]
    straight: set[str]
    taken: dict[tuple[int, int], str] = field(default_factory=dict)


class _Rows:
    """The rows of every band while they fill up: a set of bits a row, one bit a column."""

    def __init__(self, bands: int) -> None:
        self.busy: list[list[int]] = [[] for _ in range(bands)]

    def first(self, band: int, least: int, low: int, high: int) -> int:
        """The first row from `least` that is free from column `low` through `high`; taken at once."""
        rows, mask = self.busy[band], ((1 << (high - low + 1)) - 1) << low
        row = least
        while row < len(rows) and rows[row] & mask:
            row += 1
        while len(rows) <= row:
            rows.append(0)
        rows[row] |= mask
        return row


def placed(scope: Scope, columns: Columns) -> Grid:
    hosts, rows = scope.hosts(), _Rows(scope.bands)
    row_of: dict[str, int] = {}
    straight: set[str] = set()
    for root in sorted((n for n in scope.parts if not scope.parts[n].beside), key=columns.at.__getitem__):
        waiting = [(root, "")]
        while waiting:
            name, source = waiting.pop()
            if name in row_of:
                continue
            chain = _chain(name, scope, columns, hosts, row_of, straight)
            part = scope.parts[name]
            low, least = columns.at[name], 0
            if source:
                low = columns.at[source] + (scope.parts[source].band != part.band)
                least = row_of[source] + 1 if scope.parts[source].band == part.band else 0
            row = rows.first(part.band, least, min(low, columns.at[name]), columns.at[chain[-1]])
            row_of.update(dict.fromkeys(chain, row))
            # The last of the chain's branches is placed first: it lies innermost, and is not crossed.
            for member in chain:
                ahead = [hosts[line.target] for line in columns.ahead[member]]
                waiting += [(target, member) for target in reversed(ahead) if target not in row_of]
    for name, part in scope.parts.items():
        if part.beside:
            at = columns.at[name]
            row_of[name] = rows.first(part.band, row_of[part.beside] + 1, at, at)
    return _grid(scope, columns, row_of, rows, straight)


def _chain(
    name: str,
    scope: Scope,
    columns: Columns,
    hosts: dict[str, str],
    row_of: dict[str, int],
    straight: set[str],
) -> list[str]:
    """From the figure along the longest way, as far as it goes through the same band to what is new."""
    chain, band = [name], scope.parts[name].band
    while True:
        here = chain[-1]
        ways = [
            line
            for line in columns.ahead[here]
            if line.source == here
            and hosts[line.target] not in row_of
            and scope.parts[hosts[line.target]].band == band
        ]
        if not ways:
            return chain
        longest = max(ways, key=lambda line: columns.length[hosts[line.target]])
        straight.add(longest.id)
        chain.append(hosts[longest.target])


def _grid(scope: Scope, columns: Columns, row_of: dict[str, int], rows: _Rows, straight: set[str]) -> Grid:
    band_of: list[int] = []
    first: list[int] = []
    for band, busy in enumerate(rows.busy):
        first.append(len(band_of))
        band_of += [band] * max(1, len(busy))
    cells = {n: (columns.at[n], first[p.band] + row_of[n]) for n, p in scope.parts.items()}
    return Grid(cells, band_of, straight, {cell: name for name, cell in cells.items()})
