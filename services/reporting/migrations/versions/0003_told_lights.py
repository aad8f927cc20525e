"""The light that was last told of a message's clock; empty where nothing was told since it began or moved.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was told of clocks that were heard of before is not known here; their light follows from their moments."""
    op.add_column("instruction_clocks", sa.Column("told", sa.String(length=10), nullable=True))
