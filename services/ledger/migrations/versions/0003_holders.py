"""The shape of lines that say who has their case in hand, and since when.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until a case changes hands its own authority has it, since the day of receipt (+08:00)."""
    op.add_column("lines", sa.Column("held_by", sa.String(6), nullable=False, server_default=""))
    op.add_column("lines", sa.Column("held_since", sa.Float()))
    op.execute("UPDATE lines SET held_by = substr(case_no, 1, 6)")
