"""The table of clock rules as a whole: the rows that are code and those of rules.toml, checked row by row.

A row that waits for facts which no service tells yet lies idle: it is in `ALL`, and not `IN_FORCE`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from services.contracts.vocabulary import ClockKind, SubjectKind, Urgency
from services.timer.limits import UNITS, Limit, NotALimit, parse_limit
from services.timer.rules import RULES, ByUrgency, ClockRule, ClockRules, Planned, Promised, Way
from services.timer.soundness import UnsoundRules

ROWS: Final = Path(__file__).parent / "rules.toml"
_COLUMNS: Final = frozenset(
    {"kind", "about", "starts", "stops", "limit", "pausable", "way", "law", "awaits", "extended_by"}
)
_NEEDED: Final = _COLUMNS - {"way", "awaits", "extended_by"}


def read(text: str) -> ClockRules:
    """The rules of a table in TOML. Raises UnsoundRules with everything that is wrong in its rows."""
    try:
        rows = tomllib.loads(text).get("rules", [])
    except tomllib.TOMLDecodeError as error:
        raise UnsoundRules([f"rules.toml: {error}"]) from None
    faults: list[str] = []
    found: list[ClockRule] = []
    for number, row in enumerate(rows, start=1):
        name = f"row {number} ({row.get('kind', '?')})"
        wrong = [f"{name}: {column} is missing" for column in sorted(_NEEDED - row.keys())]
        wrong += [f"{name}: {column} is no column" for column in sorted(row.keys() - _COLUMNS)]
        if not wrong:
            try:
                found.append(_rule(row))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                wrong.append(f"{name}: {error}")
        faults += wrong
    if faults:
        raise UnsoundRules(faults)
    return tuple(found)


def _rule(row: Mapping[str, Any]) -> ClockRule:
    return ClockRule(
        kind=ClockKind(row["kind"]),
        about=SubjectKind(row["about"]),
        starts=frozenset(row["starts"]),
        stops=frozenset(row["stops"]),
        limit=_limit(row["limit"]),
        pausable=bool(row["pausable"]),
        law=row["law"],
        only=Way(row.get("way", Way.ALWAYS)),
        extended_by=row.get("extended_by", ""),
        awaits=frozenset(row.get("awaits", ())),
    )


def _limit(told: Mapping[str, Any]) -> Limit | Promised | ByUrgency | Planned:
    if "promised" in told:
        return Promised()
    if "planned" in told:
        return Planned(_fixed(told["or"]) if "or" in told else None)
    if "urgency" in told:
        named = tuple((Urgency(word), _fixed(limit)) for word, limit in told["urgency"].items())
        return ByUrgency(named, is_closed=True)
    return _fixed(told)


def _fixed(told: Mapping[str, Any]) -> Limit:
    if len(told) != 1 or next(iter(told)) not in UNITS:
        raise NotALimit("limit", f"one of {', '.join(UNITS)} with a whole number, or promised, planned, urgency")
    ((unit, amount),) = told.items()
    return parse_limit(amount, unit)


def in_force(rules: Iterable[ClockRule]) -> ClockRules:
    """Those whose facts are all told."""
    return tuple(rule for rule in rules if not rule.awaits)


#: Every rule, and those that count.
ALL: Final[ClockRules] = (*RULES, *read(ROWS.read_text(encoding="utf-8")))
IN_FORCE: Final[ClockRules] = in_force(ALL)
