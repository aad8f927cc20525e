"""Tables of official messages: what they say, every step, their clocks, and whom they can be sent to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)

from services.contracts.vocabulary import InstructionState, Light, light_of
from services.reporting.store import metadata, some

#: The authorities of the subtree, as the ledger tells of them, and whoever is above.
authorities = Table(
    "authorities",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("level", String(10), nullable=False),
    Column("via", String(6), nullable=False),
    Column("standing", String(20), nullable=False),
)

instructions = Table(
    "instructions",
    metadata,
    Column("instruction_no", String(40), primary_key=True),
    # When we issued or received it: the order of the list.
    Column("at", Float, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    # Of our own only: the last one of each kind and year is looked up here.
    Column("serial", Integer),
    Column("kind", String(30), nullable=False),
    Column("document_no", String(40), nullable=False),
    Column("issuer", String(6), nullable=False, index=True),
    Column("addressee", String(6), nullable=False, index=True),
    Column("department", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("reply_working_days", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("issued_at", Float, nullable=False),
    Column("issued_by", String(200), nullable=False),
    Column("arrived_at", Float),
    # JSON: what its figures rest on, each with its entry.
    Column("figures", Text, nullable=False, server_default="[]"),
    Column("issuer_name", String(80), nullable=False, server_default=""),
    UniqueConstraint("issuer", "kind", "year", "serial", name="instructions_serial"),
)

instruction_steps = Table(
    "instruction_steps",
    metadata,
    Column("instruction_no", String(40), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("at", Float, nullable=False),
    Column("recorded_at", Float, nullable=False),
    Column("person", String(60), nullable=False),
    Column("department", String(80), nullable=False),
    Column("text", Text),
)

instruction_clocks = Table(
    "instruction_clocks",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("instruction_no", String(40), nullable=False, index=True),
    Column("clock_kind", String(60), nullable=False),
    Column("due_on", String(10)),
    Column("due_at", Float),
    Column("yellow_at", Float),
    Column("stopped_at", Float),
    # The light that was last told of these moments; the light itself is derived. Empty: nothing was told yet.
    Column("told", String(10)),
)


def told_light(clock: RowMapping) -> Light | None:
    """The light that was last told of a clock, where one was."""
    return None if clock["told"] is None else light_of(clock["told"])


class Subtree:
    """The authorities below, as far as this service has heard of them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, code: str, name: str, level: str = "", via: str = "", standing: str = "joined") -> None:
        """It stands there from now on, perhaps once more."""
        self._db.execute(
            text(
                "INSERT INTO authorities (code, name, level, via, standing) VALUES (:c, :n, :l, :v, :s)"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, via = excluded.via,"
                " standing = excluded.standing"
            ),
            {"c": code, "n": name, "l": level, "v": via, "s": standing},
        )

    def stands(self, code: str, standing: str) -> None:
        self._db.execute(authorities.update().where(authorities.c.code == code).values(standing=standing))

    def get(self, code: str) -> RowMapping | None:
        return self._db.execute(select(authorities).where(authorities.c.code == code)).mappings().one_or_none()

    def names(self) -> dict[str, str]:
        """What those that we know are called."""
        rows = self._db.execute(select(authorities.c.code, authorities.c.name))
        return {code: name for code, name in rows if name}

    def joined_ones(self) -> Sequence[RowMapping]:
        """Those that a message can be sent to."""
        query = select(authorities).where(authorities.c.standing == "joined").order_by(authorities.c.code)
        return self._db.execute(query).mappings().all()


class Instructions:
    """The official messages, sent and received."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def next_serial(self, issuer: str, kind: str, year: int) -> int:
        table = instructions.c
        query = select(func.max(table.serial)).where(table.issuer == issuer, table.kind == kind, table.year == year)
        return int(self._db.execute(query).scalar() or 0) + 1

    def add(self, values: Mapping[str, Any], about: Iterable[str]) -> None:
        self._db.execute(instructions.insert().values(**values, about=json.dumps(list(about), ensure_ascii=False)))

    def get(self, instruction_no: str) -> RowMapping | None:
        query = select(instructions).where(instructions.c.instruction_no == instruction_no)
        return self._db.execute(query).mappings().one_or_none()

    def about(self, subject: str) -> Sequence[RowMapping]:
        """The messages about a case or a complaint, the oldest first."""
        named = instructions.c.about.contains(json.dumps(subject, ensure_ascii=False), autoescape=True)
        query = select(instructions).where(named).order_by(instructions.c.at, instructions.c.instruction_no)
        return self._db.execute(query).mappings().all()

    def change(self, instruction_no: str, values: Mapping[str, Any]) -> None:
        this_one = instructions.c.instruction_no == instruction_no
        self._db.execute(instructions.update().where(this_one).values(**values))

    def succeed(self, department: str, successor: str, addressee: str) -> None:
        """What a department of ours has still to answer is its successor's."""
        theirs = (instructions.c.department == department, instructions.c.addressee == addressee)
        is_open = instructions.c.state != InstructionState.CLOSED.value
        self._db.execute(instructions.update().where(*theirs, is_open).values(department=successor))

    def add_step(self, values: Mapping[str, Any]) -> None:
        self._db.execute(instruction_steps.insert().values(**values))

    def steps_of(self, instruction_no: str) -> Sequence[RowMapping]:
        table = instruction_steps
        query = select(table).where(table.c.instruction_no == instruction_no).order_by(table.c.at, table.c.recorded_at)
        return self._db.execute(query).mappings().all()

    def put_clock(self, values: Mapping[str, Any]) -> None:
        """A clock runs from now on; one that was set aside may start again."""
        self._db.execute(
            text(
                "INSERT INTO instruction_clocks (clock_id, instruction_no, clock_kind, due_on, due_at, yellow_at)"
                " VALUES (:clock_id, :instruction_no, :clock_kind, :due_on, :due_at, :yellow_at)"
                " ON CONFLICT (clock_id) DO UPDATE SET due_on = excluded.due_on, due_at = excluded.due_at,"
                " yellow_at = excluded.yellow_at, stopped_at = NULL, told = NULL"
            ),
            dict(values),
        )

    def clock(self, clock_id: str) -> RowMapping | None:
        """One clock of a message."""
        query = select(instruction_clocks).where(instruction_clocks.c.clock_id == clock_id)
        return self._db.execute(query).mappings().one_or_none()

    def change_clock(self, clock_id: str, values: Mapping[str, Any]) -> None:
        this_one = instruction_clocks.c.clock_id == clock_id
        self._db.execute(instruction_clocks.update().where(this_one).values(**values))

    def clocks_of(self, numbers: Sequence[str]) -> dict[str, list[RowMapping]]:
        """The clocks of each of these messages."""
        found: dict[str, list[RowMapping]] = {}
        query = select(instruction_clocks).order_by(instruction_clocks.c.clock_id)
        for row in some(self._db, query, instruction_clocks.c.instruction_no, numbers):
            found.setdefault(row["instruction_no"], []).append(row)
        return found

    def listed(
        self, filters: Mapping[str, str], after: tuple[float, str] | None, limit: int, about: str | None = None
    ) -> Sequence[RowMapping]:
        """Newest first."""
        table = instructions.c
        query = select(instructions).order_by(table.at.desc(), table.instruction_no.desc()).limit(limit)
        if about:
            query = query.where(table.about.contains(json.dumps(about, ensure_ascii=False), autoescape=True))
        for name, value in filters.items():
            query = query.where(table[name] == value)
        if after is not None:
            at, number = after
            query = query.where((table.at < at) | ((table.at == at) & (table.instruction_no < number)))
        return self._db.execute(query).mappings().all()
