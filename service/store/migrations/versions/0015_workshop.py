"""workshop: saves of drafts, comments, who has one open; shared models and who chose what is in force

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from service.store.types import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SHARED = """
INSERT INTO shared_model (process, hash, files, came_at, current)
SELECT d.process, d.hash, d.files, d.deployed_at, d.number = (
  SELECT max(o.number) FROM definition o WHERE o.process = d.process AND o.deployed_by = 'shipped')
FROM definition d WHERE d.deployed_by = 'shipped'
"""
"""What was shipped before is what the municipality's own versions go back to."""
_CHOICES = """
INSERT INTO model_choice (process, definition, at, by, shared)
SELECT d.process, d.hash,
  coalesce((SELECT max(p.decided_at) FROM draft p WHERE p.published = d.hash), d.deployed_at),
  coalesce((SELECT p.decided_by FROM draft p WHERE p.published = d.hash
            ORDER BY p.decided_at DESC LIMIT 1), d.deployed_by),
  (SELECT s.hash FROM definition s WHERE s.process = d.process AND s.deployed_by = 'shipped'
   ORDER BY s.number DESC LIMIT 1)
FROM definition d WHERE d.active
"""


def upgrade() -> None:
    op.add_column("draft", sa.Column("shared", sa.String(length=64), nullable=True))
    op.create_index("ix_draft_process", "draft", ["process", "created_at"])
    op.create_table(
        "draft_save",
        sa.Column("draft", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["content"], ["snapshot.hash"], name=op.f("fk_draft_save_content_snapshot")),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_draft_save_draft_draft")),
        sa.PrimaryKeyConstraint("draft", "version", name=op.f("pk_draft_save")),
    )
    op.create_index(op.f("ix_draft_save_content"), "draft_save", ["content"])
    op.create_table(
        "draft_presence",
        sa.Column("draft", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_draft_presence_draft_draft")),
        sa.PrimaryKeyConstraint("draft", "person", name=op.f("pk_draft_presence")),
    )
    op.create_table(
        "draft_comment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("draft", sa.String(length=36), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_draft_comment_draft_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index(op.f("ix_draft_comment_draft"), "draft_comment", ["draft"])
    op.create_table(
        "shared_model",
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("came_at", UTCDateTime(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("declined_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("process", "hash", name=op.f("pk_shared_model")),
    )
    op.create_table(
        "model_choice",
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("shared", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition"], ["definition.hash"], name=op.f("fk_model_choice_definition_definition")
        ),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_model_choice")),
    )
    op.execute(_SHARED)
    op.execute(_CHOICES)
