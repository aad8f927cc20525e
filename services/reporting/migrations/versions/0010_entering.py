"""The shape of steps that say who entered them and when, and of findings that hold the word of those concerned.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was heard before says none of it."""
    op.add_column("cases", sa.Column("at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("case_steps", sa.Column("person", sa.String(200), nullable=True))
    op.create_index("case_steps_person", "case_steps", ["recorded_at", "person"])
    op.add_column("clock_facts", sa.Column("left_working_days", sa.Integer(), nullable=True))
    for name in ("statement", "review"):
        op.add_column("findings", sa.Column(name, sa.Text(), nullable=True))
    for name in ("stated_at", "reviewed_at", "counts_from"):
        op.add_column("findings", sa.Column(name, sa.Float(), nullable=True))
    for name in ("stated_by", "reviewed_by"):
        op.add_column("findings", sa.Column(name, sa.String(200), nullable=True))
