"""The move of one case, and the dry run of it. Values in, values out: a half-migrated case cannot be."""

from __future__ import annotations

from datetime import datetime

from workflows import state as codec
from workflows.definition import Definition
from workflows.engine.loading import loaded
from workflows.engine.resuming import resume
from workflows.errors import BudgetExceeded, ExpressionError, Finding
from workflows.migration.placed import told
from workflows.migration.placing import place
from workflows.migration.plan import Plan
from workflows.migration.sides import side
from workflows.migration.validating import validate
from workflows.migration.values import Migrated, MigrationRefused, Verdict
from workflows.steps import Advance


def migrate(
    plan: Plan, old: Definition, new: Definition, state: bytes, *, case: str, key: bytes, now: datetime
) -> Migrated:
    """The case, saved on `old`, as a case on `new`. `now` is aware.

    Tasks keep their ids, timers their due times, operations and messages what they wait for. Events on
    the edge of a current activity that only the new version has begin now; those that it has not, end.

    Raises MigrationRefused, with every reason: the plan does not fit the versions; a token has no place;
    one is in a repetition or on a level that has changed; a join would wait for ever; two tokens could
    not stand so in the new version. Raises ModelRefused when `new` may not run, StateRefused when the
    state is not one of `old`'s for this case.
    """
    loaded(new)
    errors = [finding for finding in validate(plan, old, new) if finding.level == "error"]
    if errors:
        raise MigrationRefused(errors)
    snapshot = codec.load(state, case=case, definition=old.hash, key=key)
    if snapshot.ended:
        raise MigrationRefused([Finding("ended", None, "Ärendet har redan nått sitt slut.")])
    moved, placed = place(plan, side(old), side(new), new.hash, snapshot)
    if placed.refusals:
        raise MigrationRefused(placed.refusals)
    try:
        advance = resume(new, moved, placed.arms, case=case, key=key, now=now)
    except (ExpressionError, BudgetExceeded) as error:
        raise MigrationRefused([Finding("cannot-go-on", None, str(error))]) from error
    return Migrated(
        Advance(advance.state, (*placed.closed, *advance.events), advance.ended),
        tuple(placed.moved),
        (*placed.after, *told(advance.events)),
    )


def dry_run(
    plan: Plan, old: Definition, new: Definition, state: bytes, *, case: str, key: bytes, now: datetime
) -> Verdict:
    """What `migrate` would do with the case. Raises ModelRefused and StateRefused as it does."""
    try:
        moved = migrate(plan, old, new, state, case=case, key=key, now=now)
    except MigrationRefused as refused:
        return Verdict(refused.findings)
    return Verdict(after=moved.after)
