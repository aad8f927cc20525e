"""The shape of the timer's store once it knows whose a case's days were, and that nobody is named for it.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was heard before named nobody else."""
    op.add_column("facts", sa.Column("is_unnamed", sa.Integer, nullable=False, server_default="0"))
    op.add_column("facts", sa.Column("before", sa.Text, nullable=False, server_default=""))
    op.add_column("facts", sa.Column("authority", sa.String(length=6), nullable=False, server_default=""))
    ended = sa.text(
        "what IN ("
        "'case.acceptance-refused', 'case.delivered', 'case.delivered-below', 'case.ended-with- "
        "project', 'case.given-up', 'case.handed-back', 'case.not-required', 'case.outcome- "
        "acceptance-refused', 'case.outcome-not-required', 'case.outcome-refused', 'case.outcome- "
        "withdrawn', 'case.permit-withdrawn', 'case.refused', 'case.revoked', 'case.withdrawn', "
        "'case.withdrawn-before-acceptance'"
        ")"
    )
    op.create_index("facts_ended", "facts", ["heard_at"], sqlite_where=ended, postgresql_where=ended)
