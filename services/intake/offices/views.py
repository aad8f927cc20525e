"""Answers about departments and their people, with the open cases of each."""

from typing import Any

from services.contracts.offices import objection_to
from services.intake.offices.domain import Appointment
from services.intake.offices.register import Register, today
from services.intake.offices.store import Offices
from services.intake.phrases import TO_BE_NAMED
from services.intake.store import Records
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office


def departments(office: Office) -> dict[str, Any]:
    """All departments that there are or were: the open ones first, each by name."""
    offices, register = Offices(office.connection), Register(office.connection)
    counts, reasons, day = offices.open_counts(), offices.reasons(), today(office)
    listed = Records(office.connection).matters().values()
    items = [
        {
            "name": one.name,
            "short_names": list(one.short_names),
            "opened_on": one.opened_on.isoformat() if one.opened_on else None,
            "closed_on": one.closed_on.isoformat() if one.closed_on else None,
            "successor": one.successor or None,
            "reason": reasons[one.name] or None,
            "is_front_office": one.is_front_office,
            "matters": sum(body["department"] == one.name for body in listed),
            "reviewing": sum(one.name in (body.get("reviewing") or ()) for body in listed),
            "officers": len({each.name for each in register.people(one.name) if each.covers(day)}),
            "has_named": bool(register.people(one.name)),
            "open_cases": counts.get(one.name, 0),
        }
        for one in register.departments.values()
    ]
    return {"items": sorted(items, key=lambda item: (item["closed_on"] is not None, item["name"]))}


def officers(office: Office, department: str | None = None) -> dict[str, Any]:
    """The people of one department, or of all: those named, and whoever has an open case without being named.

    Raises NotFound for a department that there is not.
    """
    register = Register(office.connection)
    if department and department not in register.departments:
        against = objection_to(department, register.departments)
        if against is not None:
            raise NotFound(Problem("department", against.template, dict(against.params)))
    in_hand = Offices(office.connection).in_hand()
    names = [department] if department else [*register.departments, *(name for name, _ in in_hand)]
    items = [one for name in dict.fromkeys(names) for one in _of(name, register.people(name), dict(in_hand))]
    return {"today": today(office).isoformat(), "items": items}


def _of(department: str, named: list[Appointment], in_hand: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Those who are named now come first, then who holds cases without it, then who was once."""
    own = {name: count for (of, name), count in in_hand.items() if of == department}
    current = [_person(one, own.pop(one.name, 0)) for one in named if one.is_current]
    holding: list[dict[str, Any]] = [
        {"name": name, "department": department, "open_cases": count, "duties": [], **dict.fromkeys(_DAYS)}
        for name, count in sorted(own.items())
        if name != TO_BE_NAMED
    ]
    former = [_person(one, 0) for one in named if not one.is_current]
    return current + holding + former


_DAYS = ("appointed_on", "dismissed_on", "away_from", "away_until")


def _person(one: Appointment, count: int) -> dict[str, Any]:
    days = {name: getattr(one, name) for name in _DAYS}
    return {
        "name": one.name,
        "department": one.department,
        "open_cases": count,
        "duties": [duty.value for duty in one.duties],
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
