"""The shape of the timer's store once it knows when a step was recorded, and who has confirmed its day.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was heard earlier counts as it did: on the day that it names."""
    op.add_column("facts", sa.Column("recorded_at", sa.Float, nullable=True))
    op.add_column("facts", sa.Column("proves", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("clocks", sa.Column("entered_at", sa.Float, nullable=True))
