"""The moment at which a clock turns yellow, and what was told of a clock left empty where nothing was told.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of clocks that were heard of before, nobody knows the moment; what was told of them still holds."""
    with op.batch_alter_table("clocks") as table:
        table.add_column(sa.Column("yellow_at", sa.Float, nullable=True))
        table.alter_column("told", existing_type=sa.String(length=10), nullable=True)
    op.execute(sa.text("UPDATE clocks SET told = NULL WHERE told = 'green'"))
