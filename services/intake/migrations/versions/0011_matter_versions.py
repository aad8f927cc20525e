"""The shape of intake's store once matters are kept in every version, and cases keep the one of their receipt.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier versions are not kept: the list in force stands for them, and for every case on record."""
    op.create_table(
        "matter_versions",
        sa.Column("code", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.add_column("cases", sa.Column("list_number", sa.Integer, nullable=False, server_default="0"))
    bind = op.get_bind()
    number = bind.execute(sa.text("SELECT MAX(number) FROM catalogues")).scalar_one() or 0
    told = {"n": number}
    bind.execute(sa.text("INSERT INTO matter_versions SELECT code, :n, body FROM matters"), told)
    bind.execute(sa.text("UPDATE cases SET list_number = :n"), told)
