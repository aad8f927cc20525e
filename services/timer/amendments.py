"""Decides which limits an authority may set for clock rules, and takes those that its superiors have set."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from services.contracts.commands import SetRules
from services.contracts.divisions import name_of
from services.contracts.quantities import WireLimit
from services.contracts.rules import RuleLimit, RulesSet
from services.contracts.vocabulary import ZONE, Unit
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said
from services.timer.domain import local_day
from services.timer.handlers import Rules
from services.timer.limits import Limit, parse_limit, unit_of
from services.timer.rulebook import Setting, shortest
from services.timer.rules import RULES
from services.timer.store import Shelf

#: Who has set what the environment says: this authority, for itself alone.
BY_ENVIRONMENT: Final = ""
_CARRIED: Final = "The limit of {rule} comes with each case or message and is not set here."
_LONGER: Final = "{authority} has set {most} for {rule} ({basis}); {amount} is longer, and it may only be shortened."
_SINCE_EVER: Final = datetime.fromtimestamp(0, ZONE)


def set_rules(office: Office, order: SetRules, rules: Rules = RULES) -> Outcome:
    """Shorter limits for clocks that start from a day on, here and at everybody below; running clocks keep theirs."""
    person = office.acting(order.actor)
    shelf = Shelf(office.connection)
    settings = shelf.settings()
    dated = not office.problems.has("in_force_from")
    since = _in_force_at(order.in_force_from, office.now) if dated else office.now
    if dated and order.in_force_from < local_day(office.now):
        office.problems.add("in_force_from", "Running clocks keep their limit; a rule begins on {today} or later.",
                            today=str(local_day(office.now)))  # fmt: skip
    above = [one for one in settings if one.authority not in (BY_ENVIRONMENT, office.authority)]
    accepted = _checked(office, order, rules, above, since)
    office.problems.refuse()
    assert person is not None
    by = f"{person.name}@{person.department}"
    number = max((one.number for one in settings if one.authority == office.authority), default=0) + 1
    shelf.add_settings(
        Setting(name, limit, office.authority, number, order.in_force_from, since, order.basis, office.now, by)
        for name, limit in accepted.items()
    )
    said = RulesSet(
        number=number,
        in_force_from=order.in_force_from,
        basis=order.basis,
        rules=tuple(RuleLimit(rule=name, limit=_wire(limit)) for name, limit in accepted.items()),
    )
    answer = {"number": number, "in_force_from": str(order.in_force_from), "in_force_at": since.isoformat()}
    return Outcome(answer, [Said(said, office.now, by)])


def heard_from_above(office: Office, fact: Fact[Any]) -> Outcome:
    """What an authority above has set, in force here on its day, or now if that has come already."""
    event, envelope = fact.event, fact.envelope
    if not isinstance(event, RulesSet) or envelope.authority == office.authority:
        return NOTHING
    since = _in_force_at(event.in_force_from, office.now)
    limits = {one.rule: parse_limit(one.limit.amount, one.limit.unit) for one in event.rules}
    Shelf(office.connection).add_settings(
        Setting(
            name,
            limit,
            envelope.authority,
            event.number,
            event.in_force_from,
            since,
            event.basis,
            envelope.time,
            envelope.actor or "",
        )
        for name, limit in limits.items()
    )
    return NOTHING


def note_environment(office: Office, rule: str, limit: Limit, setting_of: str) -> Outcome:
    """Keep what the environment says as a setting of its own, so that a change of it leaves running clocks alone too.

    What it says when nothing was heard yet counts for everything that is entered later, however old.
    """
    shelf = Shelf(office.connection)
    noted = [one for one in shelf.settings() if (one.authority, one.rule) == (BY_ENVIRONMENT, rule)]
    law = {name: base for each in RULES for name, base in each.named_limits().items()}[rule]
    if limit == (noted[-1].limit if noted else law):
        return NOTHING
    since = office.now if noted or not shelf.is_empty() else _SINCE_EVER
    number = noted[-1].number + 1 if noted else 1
    today = local_day(office.now)
    shelf.add_settings([Setting(rule, limit, BY_ENVIRONMENT, number, today, since, setting_of, office.now, setting_of)])
    return NOTHING


def _in_force_at(day: date, now: datetime) -> datetime:
    return max(datetime.combine(day, time(), ZONE), now)


def _checked(
    office: Office, order: SetRules, rules: Rules, above: Sequence[Setting], since: datetime
) -> dict[str, Limit]:
    """The limits that may be set; everything that is wrong with the others is noted."""
    law = {name: limit for rule in rules for name, limit in rule.named_limits().items()}
    promised = {rule.kind for rule in rules if not rule.named_limits()}
    accepted: dict[str, Limit] = {}
    for at, asked in enumerate(order.rules or ()):
        field, name = f"rules.{at}", asked.rule
        if name in promised:
            office.problems.add(f"{field}.rule", _CARRIED, rule=name)
        elif name not in law:
            office.problems.add(f"{field}.rule", "There is no clock rule {rule}; one of: {rules}.",
                                rule=name, rules=", ".join(sorted(law)))  # fmt: skip
        elif name in accepted:
            office.problems.add(f"{field}.rule", "The rule {rule} is named twice.", rule=name)
        elif asked.limit.unit.value != unit_of(law[name]):
            office.problems.add(f"{field}.limit.unit", "The rule {rule} is counted in {unit}.",
                                rule=name, unit=unit_of(law[name]))  # fmt: skip
        elif asked.limit.amount < 1:
            office.problems.add(f"{field}.limit.amount", "This must be at least {ge}.", ge=1)
        else:
            accepted[name] = parse_limit(asked.limit.amount, asked.limit.unit)
            _check_shorter(office, f"{field}.limit.amount", name, accepted[name], law[name], above, since)
    return accepted


def _check_shorter(
    office: Office, field: str, name: str, limit: Limit, law: Limit, above: Sequence[Setting], since: datetime
) -> None:
    """An authority may only shorten what the law and its superiors have set."""
    most, whose = shortest(law, above, name, since)
    if limit.count <= most.count:
        return
    facts: dict[str, Any] = {"rule": name, "most": most.count, "amount": limit.count}
    if whose is None:
        office.problems.add(
            field, "The rules give {most} for {rule}; {amount} is longer, and it may only be shortened.", **facts
        )
    else:
        office.problems.add(field, _LONGER, **facts, authority=name_of(whose.authority), basis=whose.basis)


def _wire(limit: Limit) -> WireLimit:
    return WireLimit(amount=limit.count, unit=Unit(unit_of(limit)))
