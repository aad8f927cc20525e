"""The shape of the timer's store once a mistake on record can be corrected.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing that was heard earlier corrects anything."""
    op.add_column("facts", sa.Column("corrects", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("facts", sa.Column("moved_to", sa.Float, nullable=True))
