"""The unsealing key leaves the store: what stays here is its public half, by which its file is known.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The key itself is taken out when the store is opened (`services/complaints/referrals/confidant.py`)."""
    with op.batch_alter_table("confidant") as table:
        table.add_column(sa.Column("public_key", sa.String(length=60), nullable=False, server_default=""))
