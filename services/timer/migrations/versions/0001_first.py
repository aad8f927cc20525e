"""The first shape of the timer's store: facts, clocks, warnings, calendar releases, and the plumbing.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an empty store to the first shape."""
    op.create_table(
        "calendars",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("known_until", sa.String(length=10), nullable=True),
        sa.Column("released_at", sa.Float(), nullable=False),
        sa.Column("released_by", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "clocks",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("yellow_at", sa.Float(), nullable=False),
        sa.Column("deemed_at", sa.Float(), nullable=True),
        sa.Column("settled_at", sa.Float(), nullable=True),
        sa.Column("stopped_at", sa.Float(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("used_working_days", sa.Integer(), nullable=False),
        sa.Column("overdue_working_days", sa.Integer(), nullable=False),
        sa.Column("next_change_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("clock_id"),
    )
    op.create_index("clocks_about", "clocks", ["about"], unique=False)
    op.create_index(
        "clocks_next",
        "clocks",
        ["next_change_at", "clock_id"],
        unique=False,
        sqlite_where=sa.text("next_change_at IS NOT NULL"),
        postgresql_where=sa.text("next_change_at IS NOT NULL"),
    )
    op.create_index(
        "clocks_open",
        "clocks",
        ["department", "yellow_at", "due_at"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "dead_reasons",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "facts",
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("about_kind", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("heard_at", sa.Float(), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("about", "about_kind", "sequence"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "late_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("routing_key", sa.String(length=120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("parked_subject", "parked", ["source", "subject", "sequence"], unique=False)
    op.create_table(
        "rungs",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("rung", sa.String(length=8), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("fires_at", sa.Float(), nullable=False),
        sa.Column("said_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("clock_id", "rung"),
    )
    op.create_index("rungs_about", "rungs", ["about"], unique=False)
    op.create_table(
        "sequences",
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject"),
    )
