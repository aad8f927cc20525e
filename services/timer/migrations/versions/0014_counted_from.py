"""The shape of the timer's store once the time for a decision may count from the receipt.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was heard before counts from the acceptance, as it was told."""
    op.add_column("facts", sa.Column("from_receipt", sa.Integer, nullable=False, server_default="0"))
