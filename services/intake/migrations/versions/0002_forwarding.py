"""The shape of intake's store once cases change hands between levels: way and holder of each, the superior.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases on record so far are decided here and held by whoever received them, which is what the defaults say."""
    for name, size in (("decided_by", 10), ("forward_to", 6)):
        op.add_column("cases", sa.Column(name, sa.String(length=size), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("forward_round", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("forwarded_from", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("below_round", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("origin_case_no", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("held_by", sa.String(length=6), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("held_since", sa.Float(), nullable=True))
    op.create_index("cases_from_below", "cases", ["forwarded_from", "below_round"], unique=False)
    op.add_column("steps", sa.Column("held_by", sa.String(length=6), nullable=True))
    op.add_column("steps", sa.Column("held_at", sa.Float(), nullable=True))
    op.create_table(
        "superiors",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("named_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
