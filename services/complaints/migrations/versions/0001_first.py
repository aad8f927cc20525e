"""The first shape of the complaints store: the record as heard, the complaints, and the plumbing.

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
        "cases",
        sa.Column("case_no", sa.String(length=120), nullable=False),
        sa.Column("project_code", sa.String(length=200), nullable=False),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("matter_code", sa.String(length=200), nullable=False),
        sa.Column("matter_name", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("handler", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("blzt", sa.Integer, nullable=True),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_index(op.f("ix_cases_project_code"), "cases", ["project_code"], unique=False)
    op.create_table(
        "clocks",
        sa.Column("clock_id", sa.String(length=160), nullable=False),
        sa.Column("clock_kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.Float, nullable=True),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("told", sa.String(length=10), nullable=False),
        sa.Column("stopped_at", sa.Float, nullable=True),
        sa.Column("overdue_working_days", sa.Integer, nullable=True),
        sa.Column("on_time", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("clock_id"),
    )
    op.create_index(op.f("ix_clocks_about"), "clocks", ["about"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("complaint_no", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("work_order_no", sa.String(length=200), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("matter_code", sa.String(length=200), nullable=True),
        sa.Column("matter_name", sa.String(length=200), nullable=True),
        sa.Column("project_code", sa.String(length=200), nullable=True),
        sa.Column("project_name", sa.String(length=200), nullable=True),
        sa.Column("check", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("registered_at", sa.Float, nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("last_step_at", sa.Float, nullable=False),
        sa.Column("upheld", sa.Boolean, nullable=True),
        sa.Column("satisfied", sa.Boolean, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("complaint_no"),
        sa.UniqueConstraint("work_order_no"),
    )
    op.create_index(op.f("ix_complaints_state"), "complaints", ["state"], unique=False)
    op.create_index(op.f("ix_complaints_year"), "complaints", ["year"], unique=False)
    op.create_table(
        "dead_reasons",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "disclosures",
        sa.Column("complaint_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("shown_to", sa.String(length=200), nullable=False),
        sa.Column("token_id", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("complaint_no", "number"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "notices",
        sa.Column("case_no", sa.String(length=120), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("told_at", sa.Float, nullable=False),
        sa.Column("defects", sa.Integer, nullable=False),
        sa.Column("old_defects", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("case_no", "round"),
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
        "projects",
        sa.Column("project_code", sa.String(length=200), nullable=False),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("squeezed", sa.Text, nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("project_code"),
    )
    op.create_table(
        "sequences",
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", "subject"),
    )
    op.create_table(
        "steps",
        sa.Column("complaint_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.Float, nullable=False),
        sa.Column("recorded_at", sa.Float, nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("dispatched_to", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("upheld", sa.Boolean, nullable=True),
        sa.Column("satisfied", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("complaint_no", "number"),
    )
