"""disposal authorities, proposals, holds and crisis mode

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crisis",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("information_url", sa.String(length=2000), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis")),
        sa.UniqueConstraint("current", name=op.f("uq_crisis_current")),
    )
    op.create_table(
        "crisis_channel",
        sa.Column("crisis_id", sa.String(length=36), nullable=False),
        sa.Column("channel_id", sa.String(length=36), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_crisis_channel_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["crisis_id"], ["crisis.id"], name=op.f("fk_crisis_channel_crisis_id_crisis")
        ),
        sa.PrimaryKeyConstraint("crisis_id", "channel_id", name=op.f("pk_crisis_channel")),
    )
    with op.batch_alter_table("crisis_channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_channel_channel_id"), ["channel_id"], unique=False)
    op.create_table(
        "crisis_digest",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("crisis_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["crisis_id"], ["crisis.id"], name=op.f("fk_crisis_digest_crisis_id_crisis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_digest")),
        sa.UniqueConstraint("crisis_id", "number", name=op.f("uq_crisis_digest_crisis_id_number")),
    )
    with op.batch_alter_table("crisis_digest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_digest_crisis_id"), ["crisis_id"], unique=False)
