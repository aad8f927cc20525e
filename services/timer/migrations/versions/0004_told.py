"""The shape of the timer's store once a clock keeps the light that was last told of its end.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was said so far counts as told where it was said of the present end: no earlier than the light turns."""
    op.add_column("clocks", sa.Column("told", sa.String(length=8), nullable=True))
    for rung, turns_at in (("yellow", "yellow_at"), ("red", "due_at")):
        op.execute(
            f"UPDATE clocks SET told = '{rung}' WHERE EXISTS (SELECT 1 FROM rungs"  # noqa: S608  # our own words
            f" WHERE rungs.clock_id = clocks.clock_id AND rungs.rung = '{rung}'"
            f" AND rungs.fires_at >= clocks.{turns_at})"
        )
    op.drop_index("clocks_open", "clocks")
    still_open = sa.text("stopped_at IS NULL")
    op.create_index(
        "clocks_open",
        "clocks",
        ["department", "yellow_at", "due_at", "told"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
