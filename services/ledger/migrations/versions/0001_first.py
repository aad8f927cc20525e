"""The first shape of the ledger's store: entries that cannot be changed, the head, the list, and the plumbing.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out here as they were on this day; a migration does not change when the code does.
SQLITE = (
    "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN"
    " SELECT RAISE(ABORT, 'entries of the ledger are never changed or removed'); END",
    "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN"
    " SELECT RAISE(ABORT, 'entries of the ledger are never changed or removed'); END",
    "CREATE TRIGGER entries_next BEFORE INSERT ON entries"
    " WHEN NEW.idx <> (SELECT COALESCE(MAX(idx), -1) + 1 FROM entries)"
    " OR EXISTS (SELECT 1 FROM entries WHERE event_id = NEW.event_id) BEGIN"
    " SELECT RAISE(ABORT, 'an entry takes the next index, and an event is recorded once'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'entries of the ledger are never changed or removed'; END $$",
    "CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries"
    " FOR EACH STATEMENT EXECUTE FUNCTION entries_are_final()",
    "CREATE FUNCTION entries_take_the_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.idx <> (SELECT COALESCE(MAX(idx), -1) + 1 FROM entries) THEN"
    " RAISE EXCEPTION 'an entry takes the next index, and an event is recorded once'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER entries_next BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION entries_take_the_next()",
)


def upgrade() -> None:
    """From an empty store to the first shape."""
    _entries_and_head()
    _lines()
    _plumbing()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _entries_and_head() -> None:
    op.create_table(
        "entries",
        sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False, unique=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("stem", sa.String(120), nullable=False),
        sa.Column("time", sa.Float, nullable=False),
        sa.Column("recorded", sa.Float, nullable=False),
    )
    op.create_index("entries_about", "entries", ["about", "idx"])
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
    )


def _lines() -> None:
    op.create_table(
        "lines",
        sa.Column("case_no", sa.String(120), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("project_code", sa.String(200), nullable=False),
        sa.Column("project_name", sa.String(200), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("matter_code", sa.String(200), nullable=False),
        sa.Column("matter_name", sa.String(200), nullable=False),
        sa.Column("department", sa.String(200), nullable=False),
        sa.Column("handler", sa.String(200), nullable=False),
        sa.Column("received_on", sa.String(10), nullable=False),
        sa.Column("accepted_on", sa.String(10)),
        sa.Column("limit_amount", sa.Integer),
        sa.Column("limit_unit", sa.String(20)),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("light", sa.String(10), nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("turns_at", sa.Float),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("standing", sa.String(10), nullable=False),
        sa.Column("closed_on", sa.String(10)),
        sa.Column("struck_on", sa.String(10)),
        sa.Column("clocks", sa.Text, nullable=False),
    )
    op.create_index("lines_seq", "lines", ["seq"], unique=True)
    op.create_index("lines_due", "lines", ["standing", "due_on", "seq"])
    op.create_index("lines_department", "lines", ["department", "standing", "due_on", "seq"])
    op.create_index("lines_counts", "lines", ["standing", "department", "light"])
    op.create_index("lines_project", "lines", ["project_code"])
    op.create_index("lines_turns", "lines", ["turns_at"])


def _plumbing() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("routing_key", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "sequences",
        sa.Column("source", sa.String(120), primary_key=True),
        sa.Column("subject", sa.String(120), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("parked_subject", "parked", ["source", "subject", "sequence"])
    op.create_table(
        "dead_reasons",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
