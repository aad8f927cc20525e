"""Tables of complaints that are handled below or came from above, and of whom they can be sent to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    RowMapping,
    String,
    Table,
    Text,
    func,
    select,
    text,
)

from services.complaints.store import complaints, metadata

#: The authorities of the subtree, as the ledger tells of them, and the key with which each can be told who complained.
authorities = Table(
    "authorities",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("standing", String(20), nullable=False),
    Column("public_key", String(60)),
)

#: By which public key others seal what is for us; one row. The key itself lies in a file beside the authority's others.
confidant = Table(
    "confidant",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Empty. Until version 0.2.0 the key lay here; opening such a store takes it out.
    Column("private_key", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    Column("public_key", String(60), nullable=False, server_default=""),
)

#: Every time that a complaint was sent down, and what the addressee said of it.
referrals = Table(
    "referrals",
    metadata,
    Column("complaint_no", String(40), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("addressee", String(6), nullable=False),
    Column("sent_at", Float, nullable=False),
    # Its number there, and what the record there shows.
    Column("number_below", String(40)),
    Column("check", String(20)),
    Column("cases_found", Integer),
    Column("arrived_at", Float),
    Column("signed_at", Float),
    Column("answered_at", Float),
    Column("returned_at", Float),
    Column("reason", Text),
)


class Below:
    """The authorities below, as far as this service has heard of them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, code: str, name: str) -> None:
        """It has joined, perhaps once more."""
        self._db.execute(
            text(
                "INSERT INTO authorities (code, name, standing) VALUES (:c, :n, 'joined')"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name, standing = 'joined'"
            ),
            {"c": code, "n": name},
        )

    def stands(self, code: str, standing: str) -> None:
        self._db.execute(authorities.update().where(authorities.c.code == code).values(standing=standing))

    def has_key(self, code: str, public_key: str) -> None:
        """Its key, which may be heard before that it has joined."""
        self._db.execute(
            text(
                "INSERT INTO authorities (code, name, standing, public_key) VALUES (:c, '', 'unknown', :k)"
                " ON CONFLICT (code) DO UPDATE SET public_key = excluded.public_key"
            ),
            {"c": code, "k": public_key},
        )

    def get(self, code: str) -> RowMapping | None:
        return self._db.execute(select(authorities).where(authorities.c.code == code)).mappings().one_or_none()


class Referrals:
    """The ways that complaints took, down and back."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, complaint_no: str, addressee: str, at: float) -> int:
        """Sent down once more; the number of this time."""
        table = referrals.c
        last = self._db.execute(select(func.max(table.round)).where(table.complaint_no == complaint_no)).scalar()
        number = int(last or 0) + 1
        self._db.execute(
            referrals.insert().values(complaint_no=complaint_no, round=number, addressee=addressee, sent_at=at)
        )
        return number

    def of(self, complaint_no: str) -> Sequence[RowMapping]:
        """All times, the first one first."""
        query = select(referrals).where(referrals.c.complaint_no == complaint_no).order_by(referrals.c.round)
        return self._db.execute(query).mappings().all()

    def change(self, complaint_no: str, round: int, values: Mapping[str, Any]) -> None:
        this_one = (referrals.c.complaint_no == complaint_no, referrals.c.round == round)
        self._db.execute(referrals.update().where(*this_one).values(**values))

    def arrived_as(self, number_above: str) -> str | None:
        """Our own number of a complaint that came from above."""
        query = select(complaints.c.complaint_no).where(complaints.c.number_above == number_above)
        found = self._db.execute(query).scalar()
        return None if found is None else str(found)
