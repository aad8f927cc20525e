"""The shape of the timer's store once several clocks of one kind run beside each other: a fact says which it is about.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was heard earlier is about the only one of its kind."""
    op.add_column("facts", sa.Column("item", sa.Integer, nullable=False, server_default="0"))
