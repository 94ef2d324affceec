"""drafts: snapshots of process folders, and who prepares what

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("accepted", sa.String(length=64), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("handed_at", UTCDateTime(), nullable=True),
        sa.Column("handed_by", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("published", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["base"], ["definition.hash"], name=op.f("fk_draft_base_definition")),
        sa.ForeignKeyConstraint(["content"], ["snapshot.hash"], name=op.f("fk_draft_content_snapshot")),
        sa.ForeignKeyConstraint(
            ["published"], ["definition.hash"], name=op.f("fk_draft_published_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_published"), "draft", ["published"])
    op.create_index(
        "ix_draft_living",
        "draft",
        ["process", "changed_at"],
        sqlite_where=sa.text("state IN ('open','review')"),
        postgresql_where=sa.text("state IN ('open','review')"),
    )
