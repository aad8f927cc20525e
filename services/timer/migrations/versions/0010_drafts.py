"""The shape of the timer's store once released days are drafted first: drafts, what they would move, who drafted.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was released earlier was released by one person, and its days have no festival."""
    op.add_column("calendars", sa.Column("festivals", sa.Text, nullable=False, server_default=""))
    op.add_column("calendars", sa.Column("drafted_by", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "drafts",
        sa.Column("draft_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("festivals", sa.Text(), nullable=False),
        sa.Column("known_until", sa.String(length=10), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("drafted_at", sa.Float(), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("drafted_as", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("release_no", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.Float(), nullable=True),
        sa.Column("counted_under", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("lights", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draft_no"),
    )
    op.create_table(
        "draft_moves",
        sa.Column("draft_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("clock_kind", sa.String(length=40), nullable=False),
        sa.Column("about_kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=60), nullable=False),
        sa.Column("due_from", sa.String(length=40), nullable=True),
        sa.Column("due_to", sa.String(length=40), nullable=True),
        sa.Column("light", sa.String(length=8), nullable=True),
        sa.Column("light_after", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("draft_no", "place"),
    )
