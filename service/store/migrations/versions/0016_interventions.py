"""interventions: pauses, moved tokens and cancelled cases; answers held meanwhile; notes on incidents

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
_PAUSED = sa.text("kind = 'pause' AND ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("definition", sa.String(length=64), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("reason_locked", sa.LargeBinary(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_intervention_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["definition"], ["definition.hash"], name=op.f("fk_intervention_definition_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_case_id"), "intervention", ["case_id"])
    for name, column in (("case", "case_id"), ("version", "definition")):
        op.create_index(
            op.f(f"ix_intervention_{name}_paused"),
            "intervention",
            [column],
            unique=True,
            sqlite_where=_PAUSED,
            postgresql_where=_PAUSED,
        )
    op.create_table(
        "held_answer",
        sa.Column("task", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_held_answer_case_id_case_file")),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_held_answer")),
    )
    op.create_index(op.f("ix_held_answer_case_id"), "held_answer", ["case_id"])
    op.create_table(
        "incident_note",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("text_locked", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_incident_note_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_incident_note")),
    )
