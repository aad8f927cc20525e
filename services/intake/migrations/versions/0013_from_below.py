"""The shape of intake's store once a case from below knows whether somebody is named for it, and its days below.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases that came before are whose they are; nobody has said their days below."""
    op.add_column("cases", sa.Column("is_unnamed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("days_below", sa.Text(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("above", sa.Text(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("accepted_on", sa.String(10)))
    op.add_column("cases", sa.Column("decision_due", sa.String(10)))
    op.add_column("cases", sa.Column("is_provisional", sa.Integer(), nullable=False, server_default="0"))
