"""Dead letters are kept whole, with what people decided about them.

Revision ID: 0002
"""

from services.plumbing.migrate import dead_letters

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0001."""
    dead_letters()
