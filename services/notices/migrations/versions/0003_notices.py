"""Tables of the follower, of inboxes, wishes and deliveries.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Six tables; there were none."""
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(length=20), primary_key=True),
        sa.Column("read_to", sa.Integer, nullable=False),
        sa.Column("tells_from", sa.Integer, nullable=False),
    )
    op.create_table(
        "heads",
        sa.Column("department", sa.String(length=200), primary_key=True),
        sa.Column("name", sa.String(length=60), primary_key=True),
    )
    op.create_table(
        "notices",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("about_kind", sa.String(length=20), nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("entry", "addressee", name="notices_once"),
    )
    op.create_index("notices_of", "notices", ["addressee", "number"])
    op.create_table(
        "readers",
        sa.Column("reader", sa.String(length=200), primary_key=True),
        sa.Column("read_to", sa.Integer, nullable=False),
    )
    op.create_table(
        "wishes",
        sa.Column("person", sa.String(length=200), primary_key=True),
        sa.Column("addressees", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("webhook_url", sa.String(length=500), nullable=False),
        sa.Column("webhook_secret", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.Boolean, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("notice", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(length=200), primary_key=True),
        sa.Column("channel", sa.String(length=20), primary_key=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("done_at", sa.Float, nullable=True),
        sa.Column("error", sa.Text, nullable=True),
    )
    op.create_index("deliveries_due", "deliveries", ["state", "due_at"])
