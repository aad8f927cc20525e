"""The first shape of reporting's store: facts with their moments, findings, frozen figures, and the plumbing.

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
        "case_steps",
        sa.Column("case_no", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("occurred_at", sa.Float, nullable=False),
        sa.Column("responsible", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("case_no", "kind", "number"),
    )
    op.create_index("case_steps_kind", "case_steps", ["kind", "case_no", "occurred_at"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case_no", sa.String(length=120), nullable=False),
        sa.Column("project_code", sa.String(length=200), nullable=False),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("matter_code", sa.String(length=200), nullable=False),
        sa.Column("matter_name", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_table(
        "clock_facts",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.Float, nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.Float, nullable=True),
        sa.Column("overdue_working_days", sa.Integer, nullable=True),
        sa.Column("on_time", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("clock_id", "number"),
    )
    op.create_table(
        "clocks",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("clock_kind", sa.String(length=60), nullable=False),
        sa.Column("about_kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=60), nullable=False),
        sa.Column("stopped_at", sa.Float, nullable=True),
        sa.Column("set_aside", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("clock_id"),
    )
    op.create_index(op.f("ix_clocks_stopped_at"), "clocks", ["stopped_at"], unique=False)
    op.create_table(
        "complaint_steps",
        sa.Column("complaint_no", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", sa.Float, nullable=False),
        sa.Column("without_case", sa.Boolean, nullable=False),
        sa.Column("upheld", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("complaint_no", "number"),
    )
    op.create_index(op.f("ix_complaint_steps_occurred_at"), "complaint_steps", ["occurred_at"], unique=False)
    op.create_table(
        "dead_reasons",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "findings",
        sa.Column("finding_no", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("raised_at", sa.Float, nullable=False),
        sa.Column("settled_at", sa.Float, nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("finding_no"),
        sa.UniqueConstraint("rule", "about", "round", name="findings_once"),
    )
    op.create_index(op.f("ix_findings_year"), "findings", ["year"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("routing_key", sa.String(length=120), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("parked_subject", "parked", ["source", "subject", "sequence"], unique=False)
    op.create_table(
        "sequences",
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", "subject"),
    )
    op.create_table(
        "snapshots",
        sa.Column("snapshot_no", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("as_of", sa.String(length=40), nullable=False),
        sa.Column("running", sa.Boolean, nullable=False),
        sa.Column("frozen_at", sa.Float, nullable=False),
        sa.Column("frozen_by", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("snapshot_no"),
        sa.UniqueConstraint("month", "number", name="snapshots_number"),
    )
