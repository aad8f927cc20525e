"""The shape of the timer's store once calendars and clock rules come from above: who released, who set.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Releases on record so far were this authority's own, each with the number that it had here."""
    for column in (
        sa.Column("authority", sa.String(length=6), nullable=False, server_default=""),
        sa.Column("release_no", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=400), nullable=False, server_default=""),
        sa.Column("heard_at", sa.Float(), nullable=False, server_default="0"),
    ):
        op.add_column("calendars", column)
    op.execute("UPDATE calendars SET release_no = number, heard_at = released_at")
    op.create_table(
        "rule_settings",
        sa.Column("authority", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.String(length=10), nullable=False),
        sa.Column("in_force_at", sa.Float(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.Float(), nullable=False),
        sa.Column("set_by", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("authority", "number", "rule"),
    )
