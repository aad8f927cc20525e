"""The shape of what the ledger's store knows of other levels: links, their ledgers, receipts, letters.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Written out here as they were on this day; a migration does not change when the code does.
FINAL = "what other levels said and signed is never changed or removed"
TABLES = ("origin_entries", "checkpoints", "receipts")


def upgrade() -> None:
    """From one authority's ledger to one that has levels above and below."""
    _lines()
    _links()
    _evidence()
    _letters()
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{FINAL}'); END"
                )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION evidence_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{FINAL}'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final()"
        )


def _lines() -> None:
    # SQLite adds a column that may not be null only with a default; the code always gives a value.
    op.add_column("lines", sa.Column("authority", sa.String(6), nullable=False, server_default=""))
    op.add_column("lines", sa.Column("told_light", sa.String(10), nullable=False, server_default=""))
    op.execute("UPDATE lines SET told_light = light")
    op.create_index("lines_told", "lines", ["authority", "standing", "told_light"])


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("relation", sa.String(10), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("amqp_user", sa.String(40), nullable=False),
        sa.Column("joined_at", sa.Float),
        sa.Column("last_contact", sa.Float),
    )
    op.create_table(
        "known_keys",
        sa.Column("authority", sa.String(6), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("public_key", sa.String(200), nullable=False),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "origins",
        sa.Column("origin", sa.String(6), primary_key=True),
        sa.Column("via", sa.String(6), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("branch", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("key_number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("verified_at", sa.Float),
        sa.Column("recorded_at", sa.Float),
        sa.Column("last_contact", sa.Float),
        sa.Column("receipted", sa.Integer, nullable=False),
        sa.Column("up_state", sa.String(10), nullable=False),
        sa.Column("up_problem", sa.Text, nullable=False),
        sa.Column("up_contact", sa.Float),
        sa.Column("lights_size", sa.Integer),
        sa.Column("lights_below", sa.Text),
        sa.Column("lights_above", sa.Text),
    )


def _evidence() -> None:
    op.create_table(
        "origin_entries",
        sa.Column("origin", sa.String(6), primary_key=True),
        sa.Column("branch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("stem", sa.String(120)),
        sa.Column("subject", sa.String(120)),
        sa.Column("about", sa.String(120)),
        sa.Column("time", sa.Float),
        sa.Column("recorded", sa.Float),
    )
    op.create_index("origin_entries_about", "origin_entries", ["origin", "about", "idx"])
    op.create_table(
        "origin_branches",
        sa.Column("origin", sa.String(6), primary_key=True),
        sa.Column("branch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_index", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.String(140), nullable=False),
    )
    for table in ("checkpoints", "receipts"):
        op.create_table(
            table,
            sa.Column("origin", sa.String(6), primary_key=True),
            sa.Column("branch", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("root", sa.LargeBinary, nullable=False),
            sa.Column("note", sa.Text, nullable=False),
            *([sa.Column("lights", sa.Text)] if table == "checkpoints" else []),
            sa.Column("at", sa.Float, nullable=False),
        )
    op.create_table(
        "forks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(6), nullable=False),
        sa.Column("branch", sa.Integer, nullable=False),
        sa.Column("from_index", sa.Integer, nullable=False),
        sa.Column("known_size", sa.Integer, nullable=False),
        sa.Column("known_note", sa.Text, nullable=False),
        sa.Column("told_note", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("accepted_at", sa.Float),
    )
    op.create_index("forks_origin", "forks", ["origin", "id"])


def _letters() -> None:
    op.create_table(
        "letters_down",
        sa.Column("child", sa.String(6), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("stem", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("said_at", sa.Float, nullable=False),
        sa.Column("answered_idx", sa.Integer),
        sa.Column("answered_at", sa.Float),
    )
    op.create_index("letters_down_open", "letters_down", ["child", "answered_idx", "number"])
    op.create_table(
        "letters_taken",
        sa.Column("sender", sa.String(6), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
