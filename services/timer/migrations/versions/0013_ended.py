"""The shape of the timer's store once its index of what ends a case spells those facts as the code does.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index of before had line breaks inside of its words, and so served no question."""
    ended = sa.text(
        "what IN ("
        "'case.acceptance-refused', 'case.delivered', 'case.delivered-below', "
        "'case.ended-with-project', 'case.given-up', 'case.handed-back', 'case.not-required', "
        "'case.outcome-acceptance-refused', 'case.outcome-not-required', 'case.outcome-refused', "
        "'case.outcome-withdrawn', 'case.permit-withdrawn', 'case.refused', 'case.revoked', "
        "'case.withdrawn', 'case.withdrawn-before-acceptance'"
        ")"
    )
    op.drop_index("facts_ended", "facts")
    op.create_index("facts_ended", "facts", ["heard_at"], sqlite_where=ended, postgresql_where=ended)
