"""The shape of the timer's facts once cases are forwarded: on which way a case is.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases on record so far were received here and are decided here."""
    for name in ("decided_above", "from_below"):
        op.add_column("facts", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
