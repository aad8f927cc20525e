"""Files that were brought in, and how far their import is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("key", sa.String(36), unique=True),
        sa.Column("uploaded_at", sa.Float, nullable=False),
        sa.Column("uploaded_by", sa.String(160), nullable=False),
        sa.Column("bearer", sa.String(80), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("post_id", sa.String(16), nullable=False),
        sa.Column("token_id", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("confirmed_by", sa.String(160), nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("tried", sa.Text, nullable=False),
        sa.Column("entered", sa.Text, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("orders", sa.Text, nullable=False),
        sa.Column("replaces", sa.Integer, index=True),
        sa.Column("is_kept", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("imports")
