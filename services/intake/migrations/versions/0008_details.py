"""The shape of intake's store once a step says more than its columns: a special procedure, the day of a document.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Steps that were taken earlier say no more than they did."""
    op.add_column("steps", sa.Column("details", sa.Text, nullable=True))
