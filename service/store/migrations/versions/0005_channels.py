"""the register of channels

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("url_key", sa.String(length=500), nullable=True),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("administration", sa.String(length=200), nullable=False),
        sa.Column("board", sa.String(length=200), nullable=False),
        sa.Column("owner_kind", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("target_group", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("answers_not", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("archive_place", sa.String(length=300), nullable=False),
        sa.Column("comments_on", sa.Boolean(), nullable=False),
        sa.Column("comments_off_reason", sa.String(length=500), nullable=False),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("linked_to_main", sa.Boolean(), nullable=False),
        sa.Column("account_type", sa.String(length=20), nullable=False),
        sa.Column("answer_rule", sa.String(length=60), nullable=True),
        sa.Column("capture_by", sa.String(length=30), nullable=False),
        sa.Column("last_capture_on", sa.Date(), nullable=True),
        sa.Column("last_post_on", sa.Date(), nullable=True),
        sa.Column("information", sa.JSON(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("terms_saved_on", sa.Date(), nullable=True),
        sa.Column("dpia_on", sa.Date(), nullable=True),
        sa.Column("risk_analysis_on", sa.Date(), nullable=True),
        sa.Column("secrecy_notice", sa.Boolean(), nullable=False),
        sa.Column("communications_may_publish", sa.Boolean(), nullable=False),
        sa.Column("handed_over_scope", sa.String(length=300), nullable=False),
        sa.Column("handed_over_until", sa.Date(), nullable=True),
        sa.Column("disclaimer", sa.String(length=500), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_channel_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_channel_state"), ["state"], unique=False)
        batch_op.create_index(
            "ix_channel_url_key",
            ["url_key"],
            unique=True,
            sqlite_where=sa.text("url_key IS NOT NULL AND state NOT IN ('archived', 'rejected')"),
            postgresql_where=sa.text("url_key IS NOT NULL AND state NOT IN ('archived', 'rejected')"),
        )
    op.create_table(
        "channel_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("need", sa.String(length=500), nullable=False),
        sa.Column("appointed_by", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_person_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_channel_person_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_person")),
    )
    with op.batch_alter_table("channel_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_person_channel_id"), ["channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_channel_person_person_id"), ["person_id"], unique=False)
    op.create_table(
        "custody",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel_id", sa.String(length=36), nullable=False),
        sa.Column("deposited_with", sa.String(length=60), nullable=False),
        sa.Column("deposited_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("rotated_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("note_locked", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_custody_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
        sa.UniqueConstraint("receipt", name=op.f("uq_custody_receipt")),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custody_channel_id"), ["channel_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("kept_at", sa.String(length=200), nullable=False),
        sa.Column("detail_locked", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_consent_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_channel_id"), ["channel_id"], unique=False)
    op.create_table(
        "channel_day",
        sa.Column("channel_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("supervised_by", sa.String(length=120), nullable=True),
        sa.Column("supervised_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_day_channel_id_channel")
        ),
        sa.PrimaryKeyConstraint("channel_id", "day", name=op.f("pk_channel_day")),
    )
    op.create_table(
        "visitor_count",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visitor_count")),
    )
