"""The shape of lines that say whether they count: history, waiting for a signature, or counted.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every line that is there counted so far, and goes on counting."""
    op.add_column("lines", sa.Column("first_day", sa.String(10), nullable=False, server_default=""))
    op.add_column("lines", sa.Column("unconfirmed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("lines", sa.Column("ended_on", sa.String(10), nullable=False, server_default=""))
    op.add_column("lines", sa.Column("counting", sa.String(20), nullable=False, server_default="counted"))
