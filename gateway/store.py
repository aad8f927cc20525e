"""Store of the gateway itself: who may come in, who is in, who was, what was shown to whom, and which files came in.

Secrets are kept as hashes only. Moments are seconds since 1970, UTC; days are days in Beijing, as 2026-09-16.
"""

from pathlib import Path

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, false

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
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    #: The person or the system that has it and answers for it.
    Column("owner", String(80), nullable=False, server_default=""),
    Column("read_only", Boolean, nullable=False, server_default=false()),
    #: The administrator's account, or empty: from the command line.
    Column("issued_by", String(16), nullable=False, server_default=""),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(16), primary_key=True),
    #: As it is compared: without regard to capitals.
    Column("login", String(60), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    #: Argon2id with its salt and parameters; none where the person comes by the unified sign-in alone.
    Column("password", String(200)),
    Column("password_at", Float),
    Column("must_change", Boolean, nullable=False),
    #: Until when an initial password opens the door.
    Column("initial_until", Float),
    Column("created_at", Float, nullable=False),
    Column("locked_at", Float),
    #: The post in which the person acted last.
    Column("last_post", String(16), nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", String(16), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("department", String(80), nullable=False),
    Column("from_day", String(10), nullable=False),
    #: The last day.
    Column("until_day", String(10)),
    Column("ended_at", Float),
)

sessions = Table(
    "sessions",
    metadata,
    #: SHA-256 of what the cookie holds, in hexadecimal.
    Column("hash", String(64), primary_key=True),
    #: By which lists and records name it; opens nothing.
    Column("id", String(16), nullable=False, unique=True),
    Column("account_id", String(16), nullable=False, index=True),
    Column("post_id", String(16), nullable=False),
    Column("token_id", String(16), nullable=False, index=True),
    Column("entrance", String(16), nullable=False),
    Column("address", String(45), nullable=False),
    Column("agent", String(120), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("why", String(30), nullable=False),
)

#: How often a sign-in failed lately, by account and by address; keys are hashes, so that no list of names lies here.
attempts = Table(
    "attempts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Float, nullable=False, index=True),
    #: Until when nobody is let try again.
    Column("until", Float, nullable=False),
)

#: Sign-ins that are under way at the provider; each is taken once.
flows = Table(
    "flows",
    metadata,
    #: SHA-256 of the state.
    Column("state", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(64), nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("occasion", String(30), nullable=False),
    Column("account_id", String(16), nullable=False),
    Column("token_id", String(16), nullable=False),
    Column("session_id", String(16), nullable=False),
    #: Whoever it was: 王芳@发展改革委, the role of a system, or the login name that was tried.
    Column("who", String(160), nullable=False),
    Column("address", String(45), nullable=False),
    Column("agent", String(120), nullable=False),
    #: A word of Entrance, SessionEnd, Rejection, AccountState or Role, or empty.
    Column("why", String(30), nullable=False),
    #: What it was about: a complaint, an account, a post, a token.
    Column("about", String(160), nullable=False),
    Column("purpose", String(500), nullable=False),
    Index("audit_by_account", "account_id", "at"),
)

#: Files that were brought in; they and what was found in them lie in the authority's folder under `imports`.
imports = Table(
    "imports",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=True),
    Column("file", String(200), nullable=False),
    Column("bytes", Integer, nullable=False),
    #: SHA-256, in hexadecimal.
    Column("sha256", String(64), nullable=False),
    #: Under which the same upload is known when it is sent again.
    Column("key", String(36), unique=True),
    Column("uploaded_at", Float, nullable=False),
    Column("uploaded_by", String(160), nullable=False),
    #: The owner of the partner's token that brought it, or empty.
    Column("bearer", String(80), nullable=False),
    #: In whose name the present stage asks: of whoever uploaded it, later of whoever confirmed it.
    Column("account_id", String(16), nullable=False),
    Column("post_id", String(16), nullable=False),
    Column("token_id", String(16), nullable=False),
    #: A word of ImportState.
    Column("state", String(16), nullable=False),
    Column("confirmed_by", String(160), nullable=False),
    Column("ended_at", Float),
    Column("done", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    #: Counts by outcome, as JSON, or empty.
    Column("tried", Text, nullable=False),
    Column("entered", Text, nullable=False),
    #: A template and its facts, as JSON, or empty.
    Column("trouble", Text, nullable=False),
    #: Keys under which it was ordered to be entered, stopped or gone on with, as JSON: each has its effect once.
    Column("orders", Text, nullable=False),
    Column("replaces", Integer, index=True),
    Column("is_kept", Boolean, nullable=False),
)

BOARD = Switchboard(name="gateway", metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
