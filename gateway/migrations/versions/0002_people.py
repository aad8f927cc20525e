"""Accounts, posts, sessions, what failed lately, and the record of who came in; a token has an owner."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tokens", sa.Column("owner", sa.String(80), nullable=False, server_default=""))
    op.add_column("tokens", sa.Column("read_only", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("tokens", sa.Column("issued_by", sa.String(16), nullable=False, server_default=""))
    _people()
    _doors()
    _record()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("login", sa.String(60), nullable=False, unique=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("password_at", sa.Float),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("initial_until", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("locked_at", sa.Float),
        sa.Column("last_post", sa.String(16), nullable=False),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(16), nullable=False, index=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("department", sa.String(80), nullable=False),
        sa.Column("from_day", sa.String(10), nullable=False),
        sa.Column("until_day", sa.String(10)),
        sa.Column("ended_at", sa.Float),
    )


def _doors() -> None:
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("account_id", sa.String(16), nullable=False, index=True),
        sa.Column("post_id", sa.String(16), nullable=False),
        sa.Column("token_id", sa.String(16), nullable=False, index=True),
        sa.Column("entrance", sa.String(16), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("agent", sa.String(120), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("why", sa.String(30), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Float, nullable=False, index=True),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_table(
        "flows",
        sa.Column("state", sa.String(64), primary_key=True),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False, index=True),
    )


def _record() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("occasion", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("token_id", sa.String(16), nullable=False),
        sa.Column("session_id", sa.String(16), nullable=False),
        sa.Column("who", sa.String(160), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("agent", sa.String(120), nullable=False),
        sa.Column("why", sa.String(30), nullable=False),
        sa.Column("about", sa.String(160), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
    )
    op.create_index("audit_by_account", "audit", ["account_id", "at"])


def downgrade() -> None:
    for table in ("audit", "flows", "attempts", "sessions", "posts", "accounts"):
        op.drop_table(table)
    for column in ("owner", "read_only", "issued_by"):
        op.drop_column("tokens", column)
