"""Tables that messages need in every service's store: inbox, outbox, sequences, parked messages, dead reasons."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text


def plumbing_tables(metadata: MetaData) -> None:
    """Add the tables that messages need to a service's own."""
    _inbox(metadata)
    _outbox(metadata)
    _sequences(metadata)
    _parked(metadata)
    _dead_reasons(metadata)


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
        Column("last", Integer, nullable=False),
    )


def _parked(metadata: MetaData) -> None:
    """Messages that cannot be handled now: early ones, unknown types, newer versions. Kept, counted, replayed."""
    Table(
        "parked",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("source", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("reason", String(200), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
        Index("parked_subject", "source", "subject", "sequence"),
    )


def _dead_reasons(metadata: MetaData) -> None:
    """Why a message went to the dead letters, by the digest of its bytes."""
    Table(
        "dead_reasons",
        metadata,
        Column("digest", String(64), primary_key=True),
        Column("reason", String(200), nullable=False),
        Column("at", Float, nullable=False),
    )
