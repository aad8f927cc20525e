"""The shape of intake's store once departments and people are the authority's own.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty: at its start intake enters the departments of its list and of its open cases, and says so."""
    op.create_table(
        "departments",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.String(length=10), nullable=True),
        sa.Column("closed_on", sa.String(length=10), nullable=True),
        sa.Column("successor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("short_names", sa.Text(), nullable=False),
        sa.Column("is_front_office", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("appointed_on", sa.String(length=10), nullable=False),
        sa.Column("dismissed_on", sa.String(length=10), nullable=True),
        sa.Column("away_from", sa.String(length=10), nullable=True),
        sa.Column("away_until", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("officers_by_department", "officers", ["department", "name"], unique=False)
