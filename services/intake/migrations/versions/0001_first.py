"""The first shape of intake's store: the library, the catalogue, cases, their history, and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("routing_key", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_table(
        "sequences",
        sa.Column("source", sa.String(120), primary_key=True),
        sa.Column("subject", sa.String(120), primary_key=True),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("parked_subject", "parked", ["source", "subject", "sequence"])
    op.create_table(
        "dead_reasons",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_table(
        "projects",
        sa.Column("project_code", sa.String(24), primary_key=True),
        sa.Column("project_name", sa.String(200), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("credit_code", sa.String(18)),
        sa.Column("investment_yuan", sa.BigInteger()),
        sa.Column("planned_start", sa.String(10)),
        sa.Column("library", sa.String(10), nullable=False),
        sa.Column("look_back_on", sa.String(10)),
        sa.Column("registered_at", sa.Float(), nullable=False),
    )
    op.create_index("projects_by_library", "projects", ["library", "project_code"])
    op.create_table(
        "matters",
        sa.Column("code", sa.String(200), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "catalogues",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("adopted_at", sa.Float(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("case_no", sa.String(40), primary_key=True),
        sa.Column("project_code", sa.String(24), nullable=False),
        sa.Column("matter_code", sa.String(200), nullable=False),
        sa.Column("matter_name", sa.String(200), nullable=False),
        sa.Column("department", sa.String(200), nullable=False),
        sa.Column("handler_name", sa.String(60), nullable=False),
        sa.Column("handler_department", sa.String(80), nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.String(20), nullable=False),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("received_on", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("external_no", sa.String(200)),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("blzt", sa.Integer()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("notice_open", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Float()),
        sa.Column("effective_on", sa.String(10)),
    )
    op.create_index("cases_by_department", "cases", ["department", "case_no"])
    op.create_index("cases_by_external_no", "cases", ["external_no"], unique=True)
    op.create_index("cases_by_key", "cases", ["project_code", "matter_code", "received_on"])
    op.create_index("cases_by_matter", "cases", ["matter_code", "case_no"])
    op.create_index("cases_by_state", "cases", ["state", "case_no"])
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("case_no", sa.String(40), nullable=False),
        sa.Column("step", sa.String(30), nullable=False),
        sa.Column("blzt", sa.Integer()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("person_name", sa.String(60), nullable=False),
        sa.Column("person_department", sa.String(80), nullable=False),
        sa.Column("new_handler_name", sa.String(60)),
        sa.Column("new_handler_department", sa.String(80)),
        sa.Column("reason", sa.Text()),
        sa.Column("remedies", sa.Text()),
        sa.Column("document_no", sa.String(200)),
        sa.Column("defects", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("clock_id", sa.String(200)),
    )
    op.create_index("steps_by_case", "steps", ["case_no", "id"])
    op.create_table(
        "case_numbers",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Remove every table."""
    op.drop_table("case_numbers")
    op.drop_table("steps")
    op.drop_table("cases")
    op.drop_table("catalogues")
    op.drop_table("matters")
    op.drop_table("projects")
    op.drop_table("dead_reasons")
    op.drop_table("parked")
    op.drop_table("sequences")
    op.drop_table("outbox")
    op.drop_table("inbox")
