"""Dead letters are kept whole, with what people decided about them.

Revision ID: 0004
"""

from services.plumbing.migrate import dead_letters

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0003."""
    dead_letters()
