"""Limits that authorities set for clock rules: our own, those of the superiors, and what the environment says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from services.contracts.commands import NewLimit, SetRules
from services.contracts.divisions import name_of
from services.contracts.quantities import WireLimit
from services.contracts.rules import RuleLimit, RulesSet
from services.contracts.vocabulary import ZONE
from services.plumbing.errors import Refused
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said
from services.timer.domain import local_day
from services.timer.limits import Limit, parse_limit, unit_of
from services.timer.occurrences import settle
from services.timer.rulebook import Setting, shortest
from services.timer.rules import RULES, ClockRules
from services.timer.store import Shelf

#: Who has set what the environment says: this authority, for itself alone.
BY_ENVIRONMENT: Final = ""
_CARRIED: Final = "The limit of {rule} comes with each case or message and is not set here."
_LONGER: Final = "{authority} has set {most} for {rule} ({basis}); {amount} is longer, and it may only be shortened."
_LONGER_THAN_LAW: Final = "The rules give {most} for {rule}; {amount} is longer, and it may only be shortened."
_SINCE_EVER: Final = datetime.fromtimestamp(0, ZONE)


@dataclass(frozen=True)
class Amendment:
    """Limits that may be set: by whom, by which document, and since when they are in force here."""

    limits: Mapping[str, Limit]
    number: int
    in_force_from: date
    in_force_at: datetime
    basis: str
    by: str

    def settings(self, authority: str, set_at: datetime) -> list[Setting]:
        """One row for each rule."""
        return [
            Setting(
                rule=rule,
                limit=limit,
                authority=authority,
                number=self.number,
                in_force_from=self.in_force_from,
                in_force_at=self.in_force_at,
                basis=self.basis,
                set_at=set_at,
                set_by=self.by,
            )
            for rule, limit in self.limits.items()
        ]

    def as_said(self) -> RulesSet:
        """What everybody here and below is told."""
        limits = {rule: WireLimit(amount=one.count, unit=unit_of(one)) for rule, one in self.limits.items()}
        return RulesSet(
            number=self.number,
            in_force_from=self.in_force_from,
            basis=self.basis,
            rules=tuple(RuleLimit(rule=rule, limit=limit) for rule, limit in limits.items()),
        )


def set_rules(office: Office, order: SetRules, rules: ClockRules = RULES) -> Outcome:
    """Shorter limits for clocks that start from a day on, here and at everybody below; running clocks keep theirs."""
    shelf = Shelf(office.connection)
    amendment = check(office, order, rules, shelf.settings())
    shelf.add_settings(amendment.settings(office.authority, office.now))
    answer = {
        "number": amendment.number,
        "in_force_from": str(amendment.in_force_from),
        "in_force_at": amendment.in_force_at.isoformat(),
    }
    return Outcome(answer, [Said(amendment.as_said(), office.now, amendment.by)])


def set_above(office: Office, fact: Fact[RulesSet], rules: ClockRules = RULES) -> Outcome:
    """What an authority above has set, in force here on its day, or now if that has come already."""
    event, envelope = fact.event, fact.envelope
    if envelope.authority == office.authority:
        return NOTHING
    earlier = settle(office, rules)  # what was heard before it starts by the limits from before
    amendment = Amendment(
        limits={one.rule: parse_limit(one.limit.amount, one.limit.unit) for one in event.rules},
        number=event.number,
        in_force_from=event.in_force_from,
        in_force_at=_in_force_at(event.in_force_from, office.now),
        basis=event.basis,
        by=envelope.actor or "",
    )
    Shelf(office.connection).add_settings(amendment.settings(envelope.authority, envelope.time))
    return earlier


def note_environment(office: Office, rule: str, limit: Limit, setting_of: str) -> Outcome:
    """Keep what the environment says as a setting of its own, so that a change of it leaves running clocks alone too.

    What it says when nothing was heard yet counts for everything that is entered later, however old.
    """
    shelf = Shelf(office.connection)
    noted = [one for one in shelf.settings() if (one.authority, one.rule) == (BY_ENVIRONMENT, rule)]
    if limit == (noted[-1].limit if noted else _law(RULES)[rule]):
        return NOTHING
    amendment = Amendment(
        limits={rule: limit},
        number=noted[-1].number + 1 if noted else 1,
        in_force_from=local_day(office.now),
        in_force_at=office.now if noted or not shelf.is_empty() else _SINCE_EVER,
        basis=setting_of,
        by=setting_of,
    )
    shelf.add_settings(amendment.settings(BY_ENVIRONMENT, office.now))
    return NOTHING


def check(office: Office, order: SetRules, rules: ClockRules, known: Sequence[Setting]) -> Amendment:
    """The limits that may be set. Raises Refused with everything that is wrong."""
    person = office.acting(order.actor)
    dated = not office.problems.has("in_force_from")
    since = _in_force_at(order.in_force_from, office.now) if dated else office.now
    if dated and order.in_force_from < local_day(office.now):
        office.problems.add("in_force_from", "Running clocks keep their limit; a rule begins on {today} or later.",
                            today=str(local_day(office.now)))  # fmt: skip
    above = [one for one in known if one.authority not in (BY_ENVIRONMENT, office.authority)]
    limits: dict[str, Limit] = {}
    for at, asked in enumerate(order.rules or ()):
        if asked.rule in limits:
            office.problems.add(f"rules.{at}.rule", "The rule {rule} is named twice.", rule=asked.rule)
        elif (limit := _accepted(office, f"rules.{at}", asked, rules)) is not None:
            limits[asked.rule] = limit
            _check_shorter(office, f"rules.{at}.limit.amount", asked.rule, limit, _law(rules), above, since)
    if person is None or office.problems:
        raise Refused(*office.problems.found)
    own = [one.number for one in known if one.authority == office.authority]
    return Amendment(limits, max(own, default=0) + 1, order.in_force_from, since, order.basis, person.label)


def _accepted(office: Office, field: str, asked: NewLimit, rules: ClockRules) -> Limit | None:
    """The limit of a rule that may be set, in its own unit; else what is wrong with it is noted."""
    law, name = _law(rules), asked.rule
    if name in {rule.kind for rule in rules if not rule.named_limits()}:
        office.problems.add(f"{field}.rule", _CARRIED, rule=name)
    elif name not in law:
        office.problems.add(f"{field}.rule", "There is no clock rule {rule}; one of: {rules}.",
                            rule=name, rules=", ".join(sorted(law)))  # fmt: skip
    elif asked.limit.unit is not unit_of(law[name]):
        office.problems.add(f"{field}.limit.unit", "The rule {rule} is counted in {unit}.",
                            rule=name, unit=unit_of(law[name]).value)  # fmt: skip
    elif asked.limit.amount < 1:
        office.problems.add(f"{field}.limit.amount", "This must be at least {ge}.", ge=1)
    else:
        return parse_limit(asked.limit.amount, asked.limit.unit)
    return None


def _check_shorter(
    office: Office,
    field: str,
    name: str,
    limit: Limit,
    law: Mapping[str, Limit],
    above: Sequence[Setting],
    since: datetime,
) -> None:
    """An authority may only shorten what the law and its superiors have set."""
    most, whose = shortest(law[name], above, name, since)
    if limit.count <= most.count:
        return
    facts: dict[str, Any] = {"rule": name, "most": most.count, "amount": limit.count}
    if whose is None:
        office.problems.add(field, _LONGER_THAN_LAW, **facts)
    else:
        office.problems.add(field, _LONGER, **facts, authority=name_of(whose.authority), basis=whose.basis)


def _law(rules: ClockRules) -> dict[str, Limit]:
    """The limits that can be shortened, as the law has them."""
    return {name: limit for rule in rules for name, limit in rule.named_limits().items()}


def _in_force_at(day: date, now: datetime) -> datetime:
    return max(datetime.combine(day, time(), ZONE), now)
