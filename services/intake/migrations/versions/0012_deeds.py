"""The shape of intake's store once papers are handed over, and an application follows another.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No papers are on their way, and which case follows which nobody has noted."""
    op.add_column("cases", sa.Column("follows", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("handed_to_name", sa.String(length=60), nullable=True))
    op.add_column("cases", sa.Column("handed_to_department", sa.String(length=80), nullable=True))
    op.create_index("cases_that_follow", "cases", ["follows"])
