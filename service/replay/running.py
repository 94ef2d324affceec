"""Playing the recorded cases on a draft, some at a time, and counting what becomes of them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service import definitions, profiles, secrecy, waits
from service.actors import Actor
from service.deadlines import variables as deadline_variables
from service.errors import NotFound
from service.replay.reading import Told, chosen, read
from workflows import Definition
from workflows.replay import KINDS, Kind, Recorded, Replay, Verdict

LAST = 1_000
"""Closed cases that are replayed when nothing else is said, the latest ones."""
MAX_LAST = 20_000
MAX_LISTED = 300
"""Cases of each kind that a report names; all are counted."""
_CHUNK = 50
"""Cases that are read at a time."""
_VERSIONS = 8
"""Old versions that are kept ready."""


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What would have become of one case. `case_id` is None, and `number` a neutral text, for a case that the
    asker may not know of. `element` is the draft's element where the paths part; `was` and `becomes` are the
    names of the activities and events passed, filled by `one` only."""

    case_id: str | None
    number: str
    open: bool
    kind: Kind
    text: str
    element: str | None = None
    was: tuple[str, ...] = ()
    becomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay has come, and what it has found so far."""

    done: int
    total: int
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay found. `counts` has every kind. `cases` holds at most MAX_LISTED of each kind, worst
    first. `closed` and `open` are how many were replayed, `disposed` how many could not be because their
    content is destroyed. `stopped`: somebody stopped it before all were played."""

    process: str
    draft: str
    counts: Mapping[Kind, int]
    cases: tuple[CaseVerdict, ...]
    closed: int
    open: int
    disposed: int
    stopped: bool

    @property
    def total(self) -> int:
        return self.closed + self.open

    @property
    def blocks(self) -> bool:
        """Whether publishing needs a second person's reason: some case would fail."""
        return self.counts["fails"] > 0


def run(
    session: Session,
    draft: Definition,
    *,
    actor: Actor,
    now: datetime,
    last: int = LAST,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Replay the `last` closed cases and all open ones of the draft's process, the open ones first.
    `progress` and `stop` are called between chunks of cases. Raises ModelRefused when the draft's forms
    cannot be read."""
    ids = chosen(session, draft.process, max(0, min(last, MAX_LAST)))
    counts: Counter[Kind] = Counter(dict.fromkeys(KINDS, 0))
    listed: dict[Kind, list[CaseVerdict]] = {kind: [] for kind in KINDS}
    replays = _Replays(session, draft)
    totals = {True: 0, False: 0}
    disposed, stopped, done = 0, False, 0
    for start in range(0, len(ids), _CHUNK):
        if stop is not None and stop():
            stopped = True
            break
        some = ids[start : start + _CHUNK]
        for told in read(session, some, draft.process, actor=actor, now=now):
            if told.disposed:
                disposed += 1
                continue
            verdict = replays.judge(told)
            counts[verdict.kind] += 1
            totals[told.open] += 1
            if len(listed[verdict.kind]) < MAX_LISTED:
                listed[verdict.kind].append(_shown(told, verdict))
        done += len(some)
        if progress is not None:
            progress(Progress(done, len(ids), dict(counts)))
    return Report(
        draft.process,
        draft.hash,
        {kind: counts[kind] for kind in KINDS},
        tuple(one for kind in KINDS for one in listed[kind]),
        totals[False],
        totals[True],
        disposed,
        stopped,
    )


def one(session: Session, draft: Definition, case_id: str, *, actor: Actor, now: datetime) -> CaseVerdict:
    """One case replayed, with both paths. Raises NotFound when `actor` may not know of it, when it never ran
    in the draft's process, and when its content is destroyed."""
    if not secrecy.knows_case(session, case_id, actor, now):
        raise NotFound()
    for told in read(session, [case_id], draft.process, actor=actor, now=now):
        if not told.disposed:
            verdict = _Replays(session, draft).judge(told)
            return _shown(told, verdict, paths=True)
    raise NotFound()


class _Replays:
    """A replay for each old version, the latest few."""

    def __init__(self, session: Session, draft: Definition) -> None:
        self._session, self._draft = session, draft
        self._made: OrderedDict[str, Replay] = OrderedDict()
        self._profile = profiles.of(session).variables()

    def judge(self, told: Told) -> Verdict:
        if told.unreadable:
            return Verdict("unclear", "Svaren i ärendet går inte att läsa.")
        case = told.case
        recorded = Recorded(
            given=told.given,
            offered={**self._profile, **deadline_variables(waits.deadline(case))},
            began=told.began,
            until=told.until or told.began,
            closed=not told.open,
            steps=tuple(told.steps),
            passed=tuple(told.passed),
            waiting=tuple(told.waiting) if told.open else (),
            set_timers=frozenset(told.timers),
            outcome=None if told.left else case.outcome,
        )
        return self._of(told.definition).judge(recorded)

    def _of(self, version: str) -> Replay:
        found = self._made.get(version)
        if found is None:
            found = Replay(definitions.by_hash(self._session, version), self._draft)
            self._made[version] = found
            if len(self._made) > _VERSIONS:
                self._made.popitem(last=False)
        self._made.move_to_end(version)
        return found


def _shown(told: Told, verdict: Verdict, *, paths: bool = False) -> CaseVerdict:
    case_id, number = (told.case.id, told.case.number) if told.known else (None, secrecy.NEUTRAL)
    return CaseVerdict(
        case_id,
        number,
        told.open,
        verdict.kind,
        verdict.text,
        verdict.element,
        verdict.was if paths else (),
        verdict.becomes if paths else (),
    )
