"""replays: drafts tried against recorded cases, and what was found

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replay",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("draft", sa.String(length=36), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("stop_wanted", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("in_spite", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["content"], ["snapshot.hash"], name=op.f("fk_replay_content_snapshot")),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_replay_draft_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay")),
    )
    op.create_index(op.f("ix_replay_content"), "replay", ["content"])
    op.create_index("ix_replay_draft", "replay", ["draft", "started_at"])
    op.create_index(
        "ix_replay_living",
        "replay",
        ["started_at"],
        sqlite_where=sa.text("state IN ('queued','running')"),
        postgresql_where=sa.text("state IN ('queued','running')"),
    )
    op.create_table(
        "replayed_case",
        sa.Column("replay", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_replayed_case_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["replay"], ["replay.id"], name=op.f("fk_replayed_case_replay_replay"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("replay", "case_id", name=op.f("pk_replayed_case")),
    )
    op.create_index(op.f("ix_replayed_case_case_id"), "replayed_case", ["case_id"])
