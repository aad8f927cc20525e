"""Answers about links: who belongs to whom, whether levels agree, what was written, and the proof of a case."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from services.contracts.vocabulary import ZONE
from services.ledger.link import pages, store
from services.ledger.link.proofs import prove
from services.ledger.link.store import Origin
from services.ledger.link.tables import forks, letters_down, letters_taken, origin_branches, receipts
from services.ledger.link.troubles import CONTRADICTIONS, LinkTrouble, Side, said_of, troubles_of
from services.ledger.store import Book, entries
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office


def links(office: Office) -> dict[str, Any]:
    """Superior and children, each with its state, key, last contact and mail."""
    return {"items": [_link(office, one) for one in store.all_links(office.connection)]}


def _link(office: Office, one: store.Link) -> dict[str, Any]:
    keys = store.keys_of(office.connection, one.code)
    table = letters_down.c
    said, answered = office.connection.execute(
        select(func.count(), func.count(table.answered_idx)).where(table.child == one.code)
    ).one()
    taken = office.connection.execute(select(func.count()).where(letters_taken.c.sender == one.code)).scalar_one()
    return {
        "code": one.code,
        "relation": one.relation,
        "name": one.name,
        "level": one.level,
        "state": one.state.value,
        "public_key": keys[0][1].text if keys else None,
        "joined_at": _iso(one.joined_at),
        "last_contact": _iso(one.last_contact),
        "letters_said": int(said),
        "letters_answered": int(answered),
        "letters_taken": int(taken),
    }


def reconciliation(office: Office) -> dict[str, Any]:
    """Per ledger what was recorded, sent, signed for and verified, how far behind it is, and whether roots are equal.

    `lights` compares the open lines by light as the origin counted them at one index with ours at the same index.
    """
    return {"items": [_reconciled(office, one) for one in store.all_origins(office.connection)]}


def _reconciled(office: Office, one: Origin) -> dict[str, Any]:
    size = one.size if one.via else Book(office.connection).frontier().size
    found = troubles_of(office, one)
    contradicted = {trouble.side for trouble in found if trouble.kind in CONTRADICTIONS}
    return {
        "origin": one.origin,
        "name": one.name,
        "level": one.level,
        "via": one.via or None,
        "entries": size,
        "verified": one.size,
        "root": one.root.hex(),
        "state": one.state.value,
        "problem": one.problem or None,
        "troubles": [_told(trouble) for trouble in found],
        "verified_at": _iso(one.verified_at),
        "last_contact": _iso(one.last_contact),
        "lag_seconds": _lag(one),
        "branch": one.branch,
        # Of a ledger that is contradicted, counts and roots would be compared with the branch that is in doubt.
        "up": _above(office, one, size, contradicted=Side.ABOVE in contradicted),
        "lights": None if Side.BELOW in contradicted else _lights(one),
    }


def _above(office: Office, one: Origin, size: int, *, contradicted: bool) -> dict[str, Any] | None:
    """How far the superior has come with it; None without a superior."""
    if store.superior(office.connection) is None:
        return None
    newest = _newest_receipt(office, one)
    kept = store.signed_at(office.connection, one, newest[0]) if newest else None
    equal = None if newest is None or kept is None else not contradicted and newest[1] == kept.root
    return {
        "receipted": one.receipted,
        "waiting": size - one.receipted,
        "waiting_seconds": _waiting(office, one, size),
        "state": one.up_state.value,
        "problem": one.up_problem or None,
        "last_contact": _iso(one.up_contact),
        "roots_equal": equal,
    }


def _lights(one: Origin) -> dict[str, Any] | None:
    """Open lines by light at one size, as the origin counted them and as they were counted here."""
    below, above = _counts(one.lights_below), _counts(one.lights_above)
    if below is None:
        return None
    equal = None if above is None else below == above
    return {"index": one.lights_size, "below": below, "above": above, "equal": equal}


def _told(trouble: LinkTrouble) -> dict[str, Any]:
    return {"side": trouble.side.value, "kind": trouble.kind.value, "facts": trouble.facts}


def _counts(text: str | None) -> dict[str, int] | None:
    return None if text is None else {light: int(count) for light, count in json.loads(text).items() if count}


def _lag(one: Origin) -> float | None:
    """Seconds between the recording of the newest entry there and its verification here."""
    if not one.via or one.verified_at is None or one.recorded_at is None:
        return None
    return max(0.0, one.verified_at - one.recorded_at)


def _waiting(office: Office, one: Origin, size: int) -> float:
    """How long the oldest entry without a receipt has waited."""
    if one.receipted >= size:
        return 0.0
    if one.via:
        return max(0.0, office.now.timestamp() - (one.verified_at or office.now.timestamp()))
    recorded = office.connection.execute(select(entries.c.recorded).where(entries.c.idx == one.receipted)).scalar()
    return max(0.0, office.now.timestamp() - recorded) if recorded is not None else 0.0


def _newest_receipt(office: Office, one: Origin) -> tuple[int, bytes] | None:
    table = receipts.c
    row = office.connection.execute(
        select(table.size, table.root)
        .where(table.origin == one.origin, table.branch == one.branch, table.size <= one.receipted)
        .order_by(table.size.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.size, bytes(row.root))


def troubles(office: Office) -> dict[str, Any]:
    """Every contradiction that was ever noticed, the newest first, and how it was decided.

    `side` says where: in what came from `below`, or in what the superior said (`above`), who decides those.
    """
    joined = forks.outerjoin(
        origin_branches,
        (origin_branches.c.origin == forks.c.origin) & (origin_branches.c.branch == forks.c.branch + 1),
    )
    decided = case((forks.c.accepted_at.is_not(None), origin_branches.c.person))
    reason = case((forks.c.accepted_at.is_not(None), origin_branches.c.reason))
    rows = office.connection.execute(
        select(forks, decided.label("person"), reason.label("reason")).select_from(joined).order_by(forks.c.id.desc())
    ).mappings()
    found = [
        {name: row[name] for name in ("origin", "from_index", "known_size", "known_note", "told_note")}
        | {"side": Side.BELOW.value, "at": _iso(row["at"]), "accepted_at": _iso(row["accepted_at"])}
        | {"person": row["person"], "reason": row["reason"]}
        for row in rows
    ]
    for one in store.all_origins(office.connection):
        found += _noticed_above(office, one.origin)
    return {"items": sorted(found, key=lambda item: datetime.fromisoformat(item["at"]), reverse=True)}


def _noticed_above(office: Office, origin: str) -> list[dict[str, Any]]:
    found, is_open = list[dict[str, Any]](), False
    for at, fact in said_of(office, origin):
        if fact.get("side") == Side.ABOVE and fact["trouble"] in ("lost", "fork"):
            evidence, is_open = fact["evidence"], True
            numbers = {"from_index": evidence.get("own_size"), "known_size": evidence.get("size")}
            found.append(
                {"origin": origin, **numbers, "known_note": evidence.get("note", ""), "told_note": ""}
                | {"side": Side.ABOVE.value, "at": at, "accepted_at": None, "person": None, "reason": None}
            )
        elif is_open and "side" not in fact:
            found[-1]["accepted_at"], is_open = at, False
    return found


def mail(office: Office, *, child: str) -> dict[str, Any]:
    """What was written to a child, in order, and what it has signed for."""
    table = letters_down.c
    rows = office.connection.execute(
        select(table.number, table.stem, table.event_id, table.said_at, table.answered_idx, table.answered_at)
        .where(table.child == child)
        .order_by(table.number)
    )
    return {
        "items": [
            {"number": number, "type": stem, "event_id": event_id, "said_at": _iso(said), "answered_index": idx}
            | {"answered_at": _iso(answered)}
            for number, stem, event_id, said, idx, answered in rows
        ]
    }


def proof(office: Office, *, case_no: str) -> dict[str, Any]:
    """The case's entries with their paths to the newest signed root; see `proofs`."""
    found = prove(office, case_no)
    if found is None:
        raise NotFound(Problem("case_no", "There is no case {case_no} in the ledger.", {"case_no": case_no}))
    return found


def lights(office: Office, *, authority: str | None = None) -> dict[str, int]:
    """Open lines by told light, of one authority of the subtree or (without one) our own."""
    return pages.count_lights(office, "" if authority in (None, office.authority) else str(authority))


def _iso(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, ZONE).isoformat()
