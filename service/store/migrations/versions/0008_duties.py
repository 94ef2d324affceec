"""recurring duties and schedules

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=36), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_duty_channel_id_channel")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_duty_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("kind", "about", "occurrence", name=op.f("uq_duty_kind_about_occurrence")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_duty_unopened",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("case_id IS NULL"),
            postgresql_where=sa.text("case_id IS NULL"),
        )
    op.create_table(
        "schedule",
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("anchor", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("process", "text", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_next_at"), ["next_at"], unique=False)
