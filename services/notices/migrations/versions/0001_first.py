"""The first shape of the store of notices: the tables that messages need.

Revision ID: 0001
"""

from services.plumbing.migrate import first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an empty store to the first shape."""
    first_tables()
