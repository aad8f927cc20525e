"""The shape of a ledger that knows projects, with or without a case, and the days of completion of its lines.

Revision ID: 0006
"""

import json
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\u2024\u25cf\u00b7", "\u00b7"),
    **dict.fromkeys("[\u3014\u3010\u300a\u2039", "("),
    **dict.fromkeys("]\u3015\u3011\u300b\u203a", ")"),
}
_TOLD = ("qidi.project.registered", "qidi.project.changed", "qidi.project.moved", "qidi.case.received")
_ZONE = timezone(timedelta(hours=8))
_NO_DAY = "9999-12-31"


def upgrade() -> None:
    """The projects are read out of the entries; lines get what a search reads, and the day their decision is due."""
    _tables()
    connection = op.get_bind()
    own = sa.text("SELECT '' AS authority, body FROM entries WHERE stem IN :stems ORDER BY idx")
    theirs = sa.text(
        "SELECT origin AS authority, body FROM origin_entries WHERE stem IN :stems AND body IS NOT NULL"
        " ORDER BY origin, branch, idx"
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for query in (own, theirs):
        rows = connection.execute(query.bindparams(sa.bindparam("stems", expanding=True)), {"stems": list(_TOLD)})
        for authority, body in rows:
            _hear(found, authority, json.loads(bytes(body)))
    if found:
        connection.execute(_projects().insert(), list(found.values()))
    _lines(connection)


def _tables() -> None:
    op.create_table(
        "projects",
        sa.Column("authority", sa.String(6), primary_key=True),
        sa.Column("project_code", sa.String(200), primary_key=True),
        sa.Column("project_name", sa.String(200), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("library", sa.String(10), nullable=False),
        sa.Column("initiated_on", sa.String(10)),
        sa.Column("started_on", sa.String(10)),
        sa.Column("initiated_in", sa.Integer, nullable=False),
        sa.Column("registered_on", sa.String(10), nullable=False),
        sa.Column("found_by", sa.Text, nullable=False),
    )
    op.create_index("projects_initiated", "projects", ["authority", "initiated_in", "project_code"])
    op.add_column("lines", sa.Column("named_by", sa.String(10)))
    op.add_column("lines", sa.Column("decision_due", sa.String(10)))
    op.add_column("lines", sa.Column("found_by", sa.Text, nullable=False, server_default=""))
    op.create_index("lines_received", "lines", ["authority", "standing", "received_on"])


def _projects() -> sa.TableClause:
    names = ("authority", "project_code", "project_name", "owner_name", "library", "initiated_on", "started_on")
    return sa.table("projects", *(sa.column(one) for one in (*names, "initiated_in", "registered_on", "found_by")))


def _hear(found: dict[tuple[str, str], dict[str, Any]], authority: str, envelope: dict[str, Any]) -> None:
    data, stem = envelope["data"], envelope["type"].rsplit(".v", 1)[0]
    code = data["project_code"]
    row = found.setdefault(
        (authority, code),
        {"authority": authority, "project_code": code, "project_name": code, "owner_name": "", "library": "active"}
        | {"initiated_on": None, "started_on": None, "initiated_in": _year(code)}
        | {"registered_on": datetime.fromisoformat(envelope["time"]).astimezone(_ZONE).date().isoformat()},
    )
    if stem in _TOLD[:2] or (stem == "qidi.case.received" and not row["owner_name"]):
        row |= {"project_name": data["project_name"], "owner_name": data["owner_name"]}
    if "library" in data:
        row["library"] = data["library"]
    row["found_by"] = _found_by(code, row["project_name"], row["owner_name"])


def _year(code: str) -> int:
    head = code[:4]
    if not (head.isascii() and head.isdecimal() and code[4:5] == "-"):
        return 0
    return 2000 + int(head[:2]) if int(head[:2]) >= 21 and 1 <= int(head[2:]) <= 12 else int(head)


def _lines(connection: sa.Connection) -> None:
    names = ("case_no", "project_code", "project_name", "owner_name", "matter_name", "handler")
    rows = connection.execute(sa.text(f"SELECT {', '.join(names)}, standing, due_on, clocks FROM lines")).mappings()  # noqa: S608  # our own names only
    changed = []
    for row in rows.all():
        kept = [one for one in json.loads(row["clocks"]).values() if one["kind"] == "decision"]
        due = kept[0]["due_on"] if kept else row["due_on"] if row["standing"] != "open" else _NO_DAY
        found = _found_by(*(row[name] for name in names))
        changed.append({"n": row["case_no"], "f": found, "d": None if due == _NO_DAY else due})
    if changed:
        connection.execute(sa.text("UPDATE lines SET found_by = :f, decision_due = :d WHERE case_no = :n"), changed)


def _found_by(*words: str) -> str:
    return "\n".join(("", *map(_folded, words), ""))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        _ALIKE.get(letter, letter)
        for letter in plain
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
