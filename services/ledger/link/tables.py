"""The tables of links, of other authorities' ledgers and of what was agreed about them.

Entries of others can be added, never changed or removed, like our own: a fork that an operator accepts begins another
branch beside the old one, which stays as evidence.
"""

from sqlalchemy import DDL, Column, Float, Index, Integer, LargeBinary, String, Table, Text, event

from services.ledger.store import metadata

# The authorities that we have a link to: at most one superior, any number of children.
links = Table(
    "links",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("relation", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    Column("level", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    # Hex of the SHA-256 of the invitation's secret, which is what proves a hello; empty once it was used.
    Column("secret_hash", String(64), nullable=False),
    Column("amqp_user", String(40), nullable=False),
    Column("joined_at", Float),
    Column("last_contact", Float),
)

# The public keys of other authorities and our own, in the order in which they came into use.
known_keys = Table(
    "known_keys",
    metadata,
    Column("authority", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("public_key", String(200), nullable=False),
    Column("since", Float, nullable=False),
)

# One row a ledger that we hold or hand on: `size`, `root` and `frontier` are what was verified (of our own: what was
# cut into pages); `receipted` and `up_state` say how far the superior has come with it.
origins = Table(
    "origins",
    metadata,
    Column("origin", String(6), primary_key=True),
    Column("via", String(6), nullable=False),
    Column("name", String(80), nullable=False),
    Column("level", String(10), nullable=False),
    Column("branch", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    # The number of the newest key that has signed a checkpoint: older ones sign nothing new.
    Column("key_number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("problem", Text, nullable=False),
    Column("verified_at", Float),
    # When the newest entry was recorded, by the origin's clock.
    Column("recorded_at", Float),
    Column("last_contact", Float),
    Column("receipted", Integer, nullable=False),
    Column("up_state", String(10), nullable=False),
    Column("up_problem", Text, nullable=False),
    Column("up_contact", Float),
    # Open lines by light as the origin counted them at `lights_size`, and as they were counted here: JSON.
    Column("lights_size", Integer),
    Column("lights_below", Text),
    Column("lights_above", Text),
)

origin_entries = Table(
    "origin_entries",
    metadata,
    Column("origin", String(6), primary_key=True),
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    # Null where the payload does not reach us; the columns after it are then null as well.
    Column("body", LargeBinary),
    Column("stem", String(120)),
    Column("subject", String(120)),
    Column("about", String(120)),
    Column("time", Float),
    Column("recorded", Float),
    Index("origin_entries_about", "origin", "about", "idx"),
)

# Where a branch leaves the former one, and who decided so. Branch 0 has no row.
origin_branches = Table(
    "origin_branches",
    metadata,
    Column("origin", String(6), primary_key=True),
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("from_index", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String(140), nullable=False),
)

# Signed checkpoints: of our own ledger those that end a page, of others those that came with one.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("origin", String(6), primary_key=True),
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    # Open lines by light at just this size, where they were counted: JSON.
    Column("lights", Text),
    Column("at", Float, nullable=False),
)

# What the superior has confirmed, with both signatures.
receipts = Table(
    "receipts",
    metadata,
    Column("origin", String(6), primary_key=True),
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Float, nullable=False),
)

# What contradicted what; kept for ever.
forks = Table(
    "forks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("origin", String(6), nullable=False),
    Column("branch", Integer, nullable=False),
    # The first index that is known to differ, or after which something was lost.
    Column("from_index", Integer, nullable=False),
    Column("known_size", Integer, nullable=False),
    Column("known_note", Text, nullable=False),
    Column("told_note", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("accepted_at", Float),
    Index("forks_origin", "origin", "id"),
)

# The mailboxes of our children: `note` is written when it is signed, `answered_idx` when the child signs for it.
letters_down = Table(
    "letters_down",
    metadata,
    Column("child", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event_id", String(64), nullable=False),
    Column("stem", String(120), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("said_at", Float, nullable=False),
    Column("answered_idx", Integer),
    Column("answered_at", Float),
    Index("letters_down_open", "child", "answered_idx", "number"),
)

# The mail that our superior wrote to us.
letters_taken = Table(
    "letters_taken",
    metadata,
    Column("sender", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event_id", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Float, nullable=False),
)

_FINAL = "what other levels said and signed is never changed or removed"


def _sqlite(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{_FINAL}'); END"
        for verb in ("UPDATE", "DELETE")
    )


def _postgresql(table: str) -> tuple[str, ...]:
    return (
        "CREATE OR REPLACE FUNCTION evidence_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{_FINAL}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final()",
    )


for _table in (origin_entries, checkpoints, receipts):
    for _dialect, _statements in (("sqlite", _sqlite(_table.name)), ("postgresql", _postgresql(_table.name))):
        for _statement in _statements:
            _trigger = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy gives its constructor no types
            event.listen(_table, "after_create", _trigger.execute_if(dialect=_dialect))
