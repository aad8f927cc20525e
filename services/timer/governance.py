"""Answers about what governs the clocks: the days of a year, who released them, and the rules in force."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from services.plumbing.switchboard import Office
from services.timer import almanac
from services.timer.amendments import BY_ENVIRONMENT
from services.timer.calendar import FIRST_DAY, LAST_DAY, ExceptionalDay
from services.timer.limits import Limit, unit_of
from services.timer.releases import Release, ReleaseStanding, authority_of, rank, sameness, standings, withdrawal_of
from services.timer.rulebook import Setting, standing
from services.timer.rules import RULES, ClockRule, ClockRules, GivenTime, rules_with
from services.timer.store import Shelf


def calendar(office: Office, year: int | str) -> dict[str, Any]:
    """The exceptional days of a year, each with its notice and who released it; of an unannounced year only the
    statutory ones."""
    shelf = Shelf(office.connection)
    found = almanac.current(shelf)
    if not str(year).isdecimal() or not FIRST_DAY.year <= int(year) <= LAST_DAY.year:
        office.problems.add("year", "This must be a year from {first} to {last}.",
                            first=FIRST_DAY.year, last=LAST_DAY.year)  # fmt: skip
        office.problems.refuse()
    first = date(int(year), 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    exceptions = [found.exception(day) for day in days if day.year == first.year]
    by = {row.key: row.released_by for row in shelf.releases() if row.withdraws is None}
    return {
        "version": found.version,
        "known_from": found.known_from.isoformat(),
        "known_until": found.known_until.isoformat(),
        "days": [_day(one, by.get(one.release)) for one in exceptions if one is not None],
    }


def _day(one: ExceptionalDay, released_by: str | None) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "kind": one.kind.value,
        "festival": one.festival or None,
        "notice": one.notice or None,
        "release": one.release or None,
        "authority": authority_of(one.release),
        "released_by": (released_by or None) if one.release else None,
    }


def releases(office: Office) -> dict[str, Any]:
    """Every release of days, of this authority and those above it, the one that was laid down last first."""
    shelf = Shelf(office.connection)
    found, rows = almanac.current(shelf), shelf.releases()
    laid = standings(rows)
    return {
        "version": found.version,
        "known_until": found.known_until.isoformat(),
        "items": [_release(office, row, status, rows, laid) for row, status in reversed(laid)],
    }


def _release(
    office: Office,
    row: Release,
    status: ReleaseStanding,
    rows: Sequence[Release],
    laid: Sequence[tuple[Release, ReleaseStanding]],
) -> dict[str, Any]:
    withdrawal = withdrawal_of(rows, row.authority, row.release_no)
    return {
        "authority": row.authority or office.authority,
        "own": row.authority in ("", office.authority),
        "release_no": row.release_no,
        "notice": row.notice,
        "is_notice": row.is_notice,
        "days": {str(day): kind for day, kind in sorted(row.days.items())},
        "known_until": row.known_until.isoformat() if row.known_until else None,
        "released_at": row.released_at.isoformat(),
        "released_by": row.released_by,
        "drafted_by": row.drafted_by or None,
        "standing": status.value,
        "repeats": _repeated(row, laid) if status is ReleaseStanding.REPEATED else None,
        "withdrawn": {
            "at": withdrawal.released_at.isoformat(),
            "by": withdrawal.released_by,
            "why": withdrawal.why,
        }
        if withdrawal
        else None,
    }


def _repeated(row: Release, laid: Sequence[tuple[Release, ReleaseStanding]]) -> dict[str, Any] | None:
    """The higher authority's copy of the same notice that counts instead, and on which days the two differ."""
    copies = [
        one
        for one, status in laid
        if status is ReleaseStanding.IN_FORCE
        and sameness(one) == sameness(row)
        and rank(one.authority) < rank(row.authority)
    ]
    if not copies:
        return None
    theirs = {day: kind for one in copies for day, kind in one.days.items()}
    differing = [day for day in {*theirs, *row.days} if theirs.get(day) != row.days.get(day)]
    return {
        "authority": copies[-1].authority,
        "release_no": copies[-1].release_no,
        "differing_days": [str(day) for day in sorted(differing)],
    }


# --- clock rules ------------------------------------------------------------------------------------------------------


def rules(office: Office, table: ClockRules = RULES) -> dict[str, Any]:
    """Every clock rule with the limit of a clock that starts now, whose it is, and what is going to change it."""
    settings = Shelf(office.connection).settings()
    return {"items": [item for rule in rules_with(table, settings) for item in _rule(office, rule)]}


def _rule(office: Office, rule: ClockRule) -> list[dict[str, Any]]:
    common = {"clock_kind": rule.kind, "about": rule.about, "law": rule.law}
    named = rule.named_limits()
    if not named:
        given = spelt_limit(rule.limit.otherwise) if isinstance(rule.limit, GivenTime) else None
        nobodys: dict[str, Any] = {"limit": given, "law_limit": given, "set": None, "standing": [], "coming": []}
        return [{"rule": rule.kind, "urgency": None, "promised": given is None} | common | nobodys]
    return [_named(office, rule, name, law) | common for name, law in named.items()]


def _named(office: Office, rule: ClockRule, name: str, law: Limit) -> dict[str, Any]:
    limit, whose = rule.in_force_as(name, office.now)
    now = standing(rule.settings, name, office.now)
    coming = [one for one in rule.settings if one.rule == name and one.in_force_at > office.now]
    return {
        "rule": name,
        "urgency": name.partition(".")[2] or None,
        "promised": False,
        "limit": spelt_limit(limit),
        "law_limit": spelt_limit(law),
        "set": told(office, whose) if whose else None,
        "standing": [told(office, one) for one in now],
        "coming": [told(office, one) for one in sorted(coming, key=lambda one: (one.in_force_at, one.number))],
    }


def spelt_limit(limit: Limit) -> dict[str, Any]:
    """A limit as JSON data."""
    return {"amount": limit.count, "unit": unit_of(limit)}


def told(office: Office, setting: Setting) -> dict[str, Any]:
    """Who has set a limit, by which document, and since when it counts here."""
    return {
        "authority": setting.authority or office.authority,
        "own": setting.authority in (BY_ENVIRONMENT, office.authority),
        "by_environment": setting.authority == BY_ENVIRONMENT,
        "number": setting.number,
        "limit": spelt_limit(setting.limit),
        "basis": setting.basis,
        "in_force_from": setting.in_force_from.isoformat(),
        "in_force_at": setting.in_force_at.isoformat(),
        "set_at": setting.set_at.isoformat(),
        "set_by": setting.set_by,
    }
