"""The authority's departments, as this service hears of them.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty: intake tells of all departments at its start; until then every name will do."""
    op.create_table(
        "departments",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short_names", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.String(length=10), nullable=True),
        sa.Column("successor", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
