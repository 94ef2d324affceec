"""disposal: authorities, rules, holds, proposals and what was carried out

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disposal_authority",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_authority")),
        sa.UniqueConstraint("number", name=op.f("uq_disposal_authority_number")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record_type", sa.String(length=60), nullable=False),
        sa.Column("authority_id", sa.String(length=36), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["disposal_authority.id"],
            name=op.f("fk_retention_rule_authority_id_disposal_authority"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_index(op.f("ix_retention_rule_record_type"), "retention_rule", ["record_type"])
    op.create_table(
        "disposal_hold",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("reason_locked", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", UTCDateTime(), nullable=False),
        sa.Column("placed_by", sa.String(length=120), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_disposal_hold_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_hold")),
    )
    op.create_index(op.f("ix_disposal_hold_case_id"), "disposal_hold", ["case_id"])
    op.create_table(
        "disposal_proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_type", sa.String(length=60), nullable=False),
        sa.Column("authority_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_at", UTCDateTime(), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("certificate", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["disposal_authority.id"],
            name=op.f("fk_disposal_proposal_authority_id_disposal_authority"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["retention_rule.id"], name=op.f("fk_disposal_proposal_rule_id_retention_rule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_proposal")),
    )
    op.create_table(
        "disposal",
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kept_because", sa.String(length=40), nullable=True),
        sa.Column("disposed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_disposal_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["disposal_proposal.id"], name=op.f("fk_disposal_proposal_id_disposal_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "case_id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("case_id", "disposed_at", name=op.f("uq_disposal_case_id_disposed_at")),
    )
