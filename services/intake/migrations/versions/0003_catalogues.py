"""The shape of intake's store once lists of matters go from level to level.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing has been published so far."""
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.Float(), nullable=False),
        sa.Column("published_by", sa.String(length=160), nullable=False),
        sa.Column("adopt_by", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "upper_lists",
        sa.Column("publisher", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.Float(), nullable=False),
        sa.Column("arrived_at", sa.Float(), nullable=False),
        sa.Column("adopt_by", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.Float(), nullable=True),
        sa.Column("adopted_by", sa.String(length=160), nullable=True),
        sa.Column("own_number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("publisher", "number"),
    )
    op.create_table(
        "adoptions",
        sa.Column("authority", sa.String(length=6), nullable=False),
        sa.Column("publisher", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("arrived_at", sa.Float(), nullable=True),
        sa.Column("adopted_at", sa.Float(), nullable=True),
        sa.Column("person", sa.String(length=160), nullable=True),
        sa.Column("own_number", sa.Integer(), nullable=True),
        sa.Column("shorter", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "publisher", "number"),
    )
    op.create_table(
        "lower_lists",
        sa.Column("authority", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("adopted_at", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority"),
    )
