"""The shape of steps that say when they were recorded, and of clocks that count from there.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there counts on the day that it names, as it has until now."""
    op.add_column("cases", sa.Column("signed_at", sa.Float(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("recorded_at", sa.Float(), nullable=True))
    op.add_column("case_steps", sa.Column("recorded_at", sa.Float(), nullable=True))
    op.add_column("case_steps", sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.text("FALSE")))
    op.add_column("clock_facts", sa.Column("named_at", sa.Float(), nullable=True))
