"""Tables of official messages: what they say, their steps and clocks, and whom they can be sent to.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Four tables; nothing that was there changes."""
    op.create_table(
        "authorities",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("via", sa.String(length=6), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "instruction_clocks",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("instruction_no", sa.String(length=40), nullable=False),
        sa.Column("clock_kind", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.Float, nullable=True),
        sa.Column("yellow_at", sa.Float, nullable=True),
        sa.Column("stopped_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("clock_id"),
    )
    op.create_index(op.f("ix_instruction_clocks_instruction_no"), "instruction_clocks", ["instruction_no"])
    op.create_table(
        "instruction_steps",
        sa.Column("instruction_no", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("recorded_at", sa.Float, nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("instruction_no", "step"),
    )
    op.create_table(
        "instructions",
        sa.Column("instruction_no", sa.String(length=40), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("document_no", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=6), nullable=False),
        sa.Column("addressee", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("reply_working_days", sa.Integer, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.Float, nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("arrived_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("instruction_no"),
        sa.UniqueConstraint("issuer", "kind", "year", "serial", name="instructions_serial"),
    )
    for column in ("at", "issuer", "addressee", "state"):
        op.create_index(op.f(f"ix_instructions_{column}"), "instructions", [column])
