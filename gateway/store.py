"""Store of the gateway itself: tokens, as hashes, and who they were issued to."""

from pathlib import Path

from sqlalchemy import Column, Float, MetaData, String, Table

from services.plumbing.switchboard import Switchboard

metadata = MetaData()

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    #: SHA-256 of the secret, in hexadecimal.
    Column("hash", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", String(60), nullable=False, default=""),
    Column("department", String(80), nullable=False, default=""),
    Column("note", String(200), nullable=False, default=""),
    # moments in seconds since 1970, UTC
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
)

BOARD = Switchboard(name="gateway", metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
