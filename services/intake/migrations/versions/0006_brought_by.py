"""The shape of intake's store once a case says which partner, or which import, brought it in.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of cases that came earlier only the imports are known, by their channel; of the others the department's people
    take the steps."""
    op.add_column("cases", sa.Column("brought_by", sa.String(length=80), nullable=False, server_default=""))
    op.execute("UPDATE cases SET brought_by = 'import' WHERE channel = 'import'")
