"""The subtree as a superior sees it: whose lines it holds, and the record of one case of a lower authority.

Everything comes from the entries that came up, which hold nothing that identifies a private person (DOMAIN 8).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from services.contracts import cases, clocks, forwarding
from services.contracts.envelope import Envelope, Event, NotKnown, NotReadable
from services.contracts.moments import Moments, told_after_move
from services.contracts.vocabulary import ZONE, CaseNo, Light
from services.ledger.domain import LIGHTS, LineStanding
from services.ledger.link import store
from services.ledger.link.states import HeldState
from services.ledger.link.store import Origin
from services.ledger.link.tables import origin_entries
from services.ledger.movements import holder_after
from services.ledger.store import lines
from services.ledger.views import ALL, by_authority, shown, told
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office

_NOTHING = dict.fromkeys((*(word.value for word in (*LIGHTS, *LineStanding)), "elsewhere"), 0)


def subtree(office: Office) -> dict[str, Any]:
    """Every authority whose ledger is held here, our own first: its open lines by light, and how fresh that is.

    `elsewhere` counts the open lines whose case another authority has in hand; a forwarded case is a line of both.
    """
    counts = {row["authority"]: row for row in by_authority(office, ALL)}
    own = {"authority": office.authority, "name": "", "level": "", "via": None, "state": HeldState.OK.value}
    own |= {"entries": None, "last_contact": None, "verified_at": None}
    known = [own, *(_origin(one) for one in store.all_origins(office.connection) if one.via)]
    return {"items": [_NOTHING | one | counts.get(str(one["authority"]), {}) for one in known]}


def _origin(one: Origin) -> dict[str, Any]:
    return {
        "authority": one.origin,
        "name": one.name,
        "level": one.level,
        "via": one.via,
        "state": one.state,
        "entries": one.size,
        "last_contact": _iso(one.last_contact),
        "verified_at": _iso(one.verified_at),
    }


def _iso(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, ZONE).isoformat()


# --- one case ---------------------------------------------------------------------------------------------------------


def record(office: Office, *, case_no: str) -> dict[str, Any]:
    """What is held here of a case of a lower authority: its line, who had it in hand, its clocks, its entries.

    Raises NotFound for our own cases as well: those have their full record.
    """
    row = (
        office.connection.execute(select(lines).where(lines.c.case_no == case_no, lines.c.authority != ""))
        .mappings()
        .one_or_none()
    )
    one = None if row is None else store.origin(office.connection, row["authority"])
    if row is None or one is None:
        raise NotFound(Problem("case_no", "No lower authority has told of a case {case_no}.", {"case_no": case_no}))
    kept = list(_entries(office, one, case_no))
    happened = list(_events(envelope for _, envelope in kept))
    return {
        "case_no": case_no,
        "authority": one.origin,
        "name": one.name,
        "line": shown(office, row),
        "holders": holders(case_no, happened, finished=row["standing"] != LineStanding.OPEN),
        "clocks": [vars(clock) for clock in clocks_of(happened)],
        "handed": handed(happened),
        "entries": [told(idx, envelope.model_dump(mode="json")) for idx, envelope in kept],
        "state": one.state,
        "verified_at": _iso(one.verified_at),
    }


def _entries(office: Office, one: Origin, case_no: str) -> Iterator[tuple[int, Envelope]]:
    """In the order of recording, of the history that counts after every accepted fork."""
    table = origin_entries.c
    parts = store.segments(office.connection, one)
    where = or_(*(and_(table.branch == branch, table.idx >= start, table.idx < end) for branch, start, end in parts))
    rows = office.connection.execute(
        select(table.idx, table.body)
        .where(table.origin == one.origin, table.about == case_no, table.body.is_not(None), where)
        .order_by(table.idx)
    )
    for idx, body in rows:
        yield idx, Envelope.parse(bytes(body))


def _events(envelopes: Iterable[Envelope]) -> Iterator[tuple[Event, datetime]]:
    for envelope in envelopes:
        try:
            yield envelope.event(), envelope.time
        except (NotKnown, NotReadable):
            continue  # newer than we are: shown as it is, understood by nobody here


def holders(
    case_no: str, happened: Iterable[tuple[Event, datetime]], *, finished: bool = False
) -> list[dict[str, Any]]:
    """Who had the case in hand from when until when; the last one has it still, or had it until it was `finished`."""
    found: list[dict[str, Any]] = []
    end: datetime | None = None
    for event, at in happened:
        end = at if isinstance(event, cases.CaseFact) else end
        held = holder_after(event, at)
        if held is None:
            continue
        authority, since = held[0] or CaseNo(case_no).authority, held[1].astimezone(ZONE).isoformat()
        if found and found[-1]["held_by"] == authority:
            continue
        if found:
            found[-1]["until"] = since
        found.append({"held_by": authority, "held_since": since, "until": None})
    if found and finished and end is not None:
        found[-1]["until"] = end.astimezone(ZONE).isoformat()
    return found


def handed(happened: Iterable[tuple[Event, datetime]]) -> dict[str, Any]:
    """The same application's cases at other levels: the one below from which it was opened, the one above it."""
    below, above = None, None
    for event, _ in happened:
        if isinstance(event, cases.CaseReceived):
            below = event.forwarded_from
        elif isinstance(event, forwarding.CaseForwardAcknowledged):
            above = event.superior_case_no or None
    return {"below": below, "above": above}


@dataclass
class ToldClock:
    """A clock as its authority last told of it; here nothing turns by the passing of time."""

    clock_id: str
    clock_kind: str
    limit: dict[str, Any]
    started_at: str
    due_on: str | None
    provisional: bool
    responsible: str
    light: str = Light.GREEN
    stopped_at: str | None = None
    overdue_working_days: int | None = None
    used_working_days: int | None = None
    overdue: int | None = None
    used: int | None = None
    on_time: bool | None = None


def clocks_of(happened: Iterable[tuple[Event, datetime]]) -> list[ToldClock]:
    """The clocks of a case, those that run first."""
    found: dict[str, tuple[ToldClock, Moments[datetime]]] = {}
    for event, _ in happened:
        if isinstance(event, clocks.ClockStarted):
            limit, at = event.limit.model_dump(mode="json"), event.started_at.astimezone(ZONE).isoformat()
            due = (_day(event), event.provisional, event.responsible)
            clock = ToldClock(event.clock_id, event.clock_kind, limit, at, *due)
            found[event.clock_id] = clock, _moments(event)
        elif isinstance(event, clocks.ClockFact) and event.clock_id in found:
            found[event.clock_id] = _follow(*found[event.clock_id], event)
    for clock, moments in found.values():
        clock.light = moments.light(None)
    return sorted((clock for clock, _ in found.values()), key=lambda clock: clock.stopped_at is not None)


def _moments(event: clocks.ClockStarted | clocks.ClockMoved, told: Light | None = None) -> Moments[datetime]:
    return Moments(event.yellow_at, event.due_at, told=told, paused=event.due_on is None and event.due_at is None)


def _follow(
    clock: ToldClock, moments: Moments[datetime], event: clocks.ClockFact
) -> tuple[ToldClock, Moments[datetime]]:
    match event:
        case clocks.ClockMoved():
            clock.due_on, clock.provisional = _day(event), event.provisional
            moments = _moments(event, told_after_move(moments.told, moments.due_at, event.due_at))
        case clocks.LightChanged():
            moments = replace(moments, told=event.light)
        case clocks.ClockStopped():
            clock.stopped_at = event.stopped_at.astimezone(ZONE).isoformat()
            clock.overdue_working_days, clock.on_time = event.overdue_working_days, event.on_time
            clock.used_working_days = event.used_working_days
            clock.overdue, clock.used = event.overdue, event.used
    return clock, moments


def _day(event: clocks.ClockStarted | clocks.ClockMoved) -> str | None:
    if event.due_on is not None or event.due_at is None:
        return event.due_on.isoformat() if event.due_on else None
    return event.due_at.astimezone(ZONE).date().isoformat()
