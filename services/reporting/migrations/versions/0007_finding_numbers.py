"""The shape in which the next number of a finding is found without a look at every finding of its year.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index instead of another."""
    op.create_index("findings_number", "findings", ["year", "serial"], unique=False)
    op.drop_index(op.f("ix_findings_year"), table_name="findings")
