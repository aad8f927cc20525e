"""The shape of intake's store once a case from below is known by its receipt there, not by its number.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of cases that came earlier the receipt below was not kept; they go on being known by their number."""
    op.add_column("cases", sa.Column("below_received_at", sa.Float(), nullable=True))
