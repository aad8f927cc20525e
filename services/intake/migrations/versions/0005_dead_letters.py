"""Dead letters are kept whole, with what people decided about them.

Revision ID: 0005
"""

from services.plumbing.migrate import dead_letters

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0004."""
    dead_letters()
