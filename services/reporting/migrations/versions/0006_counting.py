"""The shape of cases that say from which moment on they count.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every case that is there has always counted."""
    op.add_column("cases", sa.Column("counts_since", sa.Float(), nullable=True, server_default="0"))
