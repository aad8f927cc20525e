"""Tables of complaints that are handled below or came from above.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Complaints on record so far were taken here and are handled here."""
    op.create_table(
        "authorities",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("public_key", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "confidant",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("private_key", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "referrals",
        sa.Column("complaint_no", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("addressee", sa.String(length=6), nullable=False),
        sa.Column("sent_at", sa.Float, nullable=False),
        sa.Column("number_below", sa.String(length=40), nullable=True),
        sa.Column("check", sa.String(length=20), nullable=True),
        sa.Column("cases_found", sa.Integer, nullable=True),
        sa.Column("arrived_at", sa.Float, nullable=True),
        sa.Column("signed_at", sa.Float, nullable=True),
        sa.Column("answered_at", sa.Float, nullable=True),
        sa.Column("returned_at", sa.Float, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("complaint_no", "round"),
    )
    with op.batch_alter_table("complaints") as table:
        table.add_column(sa.Column("held_by", sa.String(length=6), nullable=True))
        table.add_column(sa.Column("from_above", sa.String(length=6), nullable=True))
        table.add_column(sa.Column("number_above", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("round_above", sa.Integer, nullable=True))
        table.create_unique_constraint("complaints_number_above", ["number_above"])
