"""The shape of intake's store once a line that an import brought in waits for its department's signature.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was brought in before counted from its first day on, and goes on counting."""
    op.add_column("cases", sa.Column("unconfirmed", sa.Integer(), nullable=False, server_default="0"))
