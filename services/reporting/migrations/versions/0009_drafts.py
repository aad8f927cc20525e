"""Tables of drafted letters and listed supervision; letters with their figures and their issuer's name.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables and two columns; letters that are there keep the numbers that they have."""
    op.create_table(
        "drafts",
        sa.Column("draft_no", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("addressee", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("unanswered", sa.String(length=40), nullable=False),
        sa.Column("ladder", sa.String(length=20), nullable=False),
        sa.Column("drafted_at", sa.Float, nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.Float, nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("instruction_no", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("draft_no"),
    )
    op.create_index(op.f("ix_drafts_about"), "drafts", ["about"])
    op.create_index(op.f("ix_drafts_state"), "drafts", ["state"])
    op.create_table(
        "draft_causes",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("crossing", sa.Integer, nullable=False),
        sa.Column("draft_no", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("clock_id", "rung", "crossing"),
    )
    op.create_table(
        "listings",
        sa.Column("listing_no", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.String(length=6), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closed_at", sa.Float, nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("listing_no"),
    )
    op.create_index(op.f("ix_listings_authority"), "listings", ["authority"])
    op.create_index(op.f("ix_listings_closed_at"), "listings", ["closed_at"])
    op.add_column("instructions", sa.Column("figures", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("instructions", sa.Column("issuer_name", sa.String(length=80), nullable=False, server_default=""))
