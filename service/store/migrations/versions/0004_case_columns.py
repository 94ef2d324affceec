"""what a case knows of secrecy, its channel, the profile and the deadline that it was opened under

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secrecy", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("opened_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("channel_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("profile", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("deadline", sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_file_channel_id"), ["channel_id"], unique=False)
