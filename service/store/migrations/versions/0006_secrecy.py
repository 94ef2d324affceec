"""who may know of a case, and how it is marked

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clearance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("reason_locked", sa.LargeBinary(), nullable=True),
        sa.Column("granted_by", sa.String(length=120), nullable=False),
        sa.Column("granted_at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_clearance_case_id_case_file")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clearance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance")),
    )
    with op.batch_alter_table("clearance", schema=None) as batch_op:
        batch_op.create_index("ix_clearance_case_id_person_id", ["case_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clearance_person_id"), ["person_id"], unique=False)
    op.create_table(
        "secrecy_mark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("law", sa.String(length=60), nullable=False),
        sa.Column("chapter", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("marked_by", sa.String(length=120), nullable=False),
        sa.Column("marked_at", UTCDateTime(), nullable=False),
        sa.Column("protected_subject_locked", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_secrecy_mark_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrecy_mark")),
    )
    with op.batch_alter_table("secrecy_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secrecy_mark_case_id"), ["case_id"], unique=False)
