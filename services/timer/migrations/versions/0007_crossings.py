"""The shape of the timer's store once a clock climbs a ladder, and crosses a rung again after it was moved.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was said so far was the first crossing; clocks that are red go on up the ladder with the next sweep."""
    op.add_column("rungs", sa.Column("crossing", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("rungs", sa.Column("stands", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE clocks SET next_change_at = due_at"
        " WHERE stopped_at IS NULL AND next_change_at IS NULL AND due_at IS NOT NULL"
    )
