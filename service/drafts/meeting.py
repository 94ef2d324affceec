"""Two people in one draft: what each has done since they had it in common, and both in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from service.actors import Actor
from service.drafts.elements import Side
from service.drafts.keeping import begun_from, files_of, read_draft, save
from service.drafts.merging import Merged, merge
from service.errors import Conflict, NotFound
from service.store import DraftRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is in the draft (`theirs`), what was kept of whoever came second (`mine`), what both began from,
    and both changes together."""

    draft: DraftRow
    base: Mapping[str, bytes] = field(repr=False)
    theirs: Mapping[str, bytes] = field(repr=False)
    mine: Mapping[str, bytes] = field(repr=False)
    merged: Merged = field(repr=False)


def meet(
    session: Session,
    process: str,
    draft_id: str,
    kept: str,
    seen: int,
    chosen: Mapping[str, Side] | None = None,
) -> Meeting:
    """The snapshot `kept` beside what is in the draft now. `seen` is the version of the draft that `kept` was
    made from. Raises NotFound."""
    row = read_draft(session, process, draft_id)
    snapshot = session.get(SnapshotRow, kept)
    if snapshot is None or snapshot.process != process:
        raise NotFound("Det som du skickade finns inte kvar.")
    base, theirs = begun_from(session, row, seen), files_of(session, row.content)
    mine = files_of(session, kept)
    return Meeting(row, base, theirs, mine, merge(base, theirs, mine, chosen))


def join(
    session: Session,
    process: str,
    draft_id: str,
    kept: str,
    seen: int,
    chosen: Mapping[str, Side],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> DraftRow:
    """Put both in the draft, which whoever asks saw in `version`. Raises Raced when somebody saved once more,
    Conflict when something that both changed has not been chosen between."""
    merged = meet(session, process, draft_id, kept, seen, chosen).merged
    if not merged.settled:
        raise Conflict("Välj först vad som ska gälla där båda har ändrat.")
    return save(session, process, draft_id, merged.files, version=version, actor=actor, now=now)
