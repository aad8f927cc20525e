"""The shape of the timer's store once a clock can stand still while a special procedure runs.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A clock that stands still has no due moment; of those from before none does."""
    op.add_column("facts", sa.Column("longest_amount", sa.Integer, nullable=True))
    op.add_column("facts", sa.Column("longest_unit", sa.String(length=20), nullable=True))
    with op.batch_alter_table("clocks") as clocks:
        clocks.alter_column("due_at", existing_type=sa.Float, nullable=True)
        clocks.alter_column("yellow_at", existing_type=sa.Float, nullable=True)
        clocks.add_column(sa.Column("pauses", sa.Text, nullable=False, server_default=""))
        clocks.add_column(sa.Column("paused_on", sa.String(length=10), nullable=True))
        clocks.add_column(sa.Column("budget", sa.Integer, nullable=True))
        clocks.add_column(sa.Column("resumes_at", sa.Float, nullable=True))
