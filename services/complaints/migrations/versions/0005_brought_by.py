"""The shape of complaints' store once a complaint says which partner brought it in.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of complaints that came earlier nobody knows; they are for the authority's own people."""
    op.add_column("complaints", sa.Column("brought_by", sa.String(length=80), nullable=False, server_default=""))
