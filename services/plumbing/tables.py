"""Tables that messages need in every service's store: inbox, outbox, sequences, parked messages, dead letters."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

#: Sequences are counted by others, and may be as high as 2^63 - 1.
SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


def plumbing_tables(metadata: MetaData) -> None:
    """Add the tables that messages need to a service's own."""
    _inbox(metadata)
    _outbox(metadata)
    _sequences(metadata)
    _parked(metadata)
    _dead_letters(metadata)


def _inbox(metadata: MetaData) -> None:
    """Which messages had their effect. For commands also what was answered, so that a repeat gets the same answer."""
    Table(
        "inbox",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("body_hash", String(64), nullable=False, default=""),
        Column("answer", Text),
        Column("at", Float, nullable=False),
    )


def _outbox(metadata: MetaData) -> None:
    """What must still be said. Rows leave when the broker has confirmed them."""
    Table(
        "outbox",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("event_id", String(64), nullable=False),
        Column("routing_key", String(120), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
    )


def _sequences(metadata: MetaData) -> None:
    """Per subject: the last sequence said (source "") and the last one heard (source of the sender)."""
    Table(
        "sequences",
        metadata,
        Column("source", String(120), primary_key=True),
        Column("subject", String(120), primary_key=True),
        Column("last", SEQUENCE, nullable=False),
    )


def _parked(metadata: MetaData) -> None:
    """Messages that cannot be handled now: early ones, unknown types, newer versions. Kept, counted, replayed."""
    Table(
        "parked",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("source", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("sequence", SEQUENCE, nullable=False),
        Column("reason", String(200), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
        Index("parked_subject", "source", "subject", "sequence"),
    )


def _dead_letters(metadata: MetaData) -> None:
    """Messages that had no effect, by their queue and the digest of their bytes; nothing is ever deleted.

    Without a queue and a body: only the reason is known, because an earlier version left the letter with the broker.
    """
    Table(
        "dead_letters",
        metadata,
        Column("queue", String(120), primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("state", String(12), nullable=False),
        Column("reason", String(200), nullable=False),
        Column("deaths", Integer, nullable=False),
        Column("first_at", Float, nullable=False),
        Column("at", Float, nullable=False),
        Column("body", LargeBinary),
        Index("dead_letters_state", "state", "queue"),
    )
    Table(
        "dead_letter_acts",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("queue", String(120), nullable=False),
        Column("digest", String(64), nullable=False),
        #: What the letter came to by this.
        Column("state", String(12), nullable=False),
        Column("person", String(160), nullable=False),
        Column("why", Text, nullable=False),
        Column("at", Float, nullable=False),
        Index("dead_letter_acts_letter", "queue", "digest"),
    )
