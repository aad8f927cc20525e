"""The shape of intake's store once projects have days of initiation and start, and cases a day of completion.

Revision ID: 0010
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said them so far; projects get what a search reads."""
    op.add_column("projects", sa.Column("initiated_on", sa.String(10)))
    op.add_column("projects", sa.Column("started_on", sa.String(10)))
    op.add_column("projects", sa.Column("found_by", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    op.add_column("cases", sa.Column("complete_by", sa.String(10)))
    op.add_column("steps", sa.Column("complete_by", sa.String(10)))


_ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\u2024\u25cf\u00b7", "\u00b7"),
    **dict.fromkeys("[\u3014\u3010\u300a\u2039", "("),
    **dict.fromkeys("]\u3015\u3011\u300b\u203a", ")"),
}


def _fill(connection: sa.Connection) -> None:
    rows = connection.execute(sa.text("SELECT project_code, project_name, owner_name FROM projects")).all()
    told = [{"c": row[0], "f": "\n".join(map(_folded, row))} for row in rows]
    if told:
        connection.execute(sa.text("UPDATE projects SET found_by = :f WHERE project_code = :c"), told)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        _ALIKE.get(letter, letter)
        for letter in plain
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
