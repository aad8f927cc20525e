"""Soundness of the table of clock rules, looked at when the service starts: a rule is data, so data can be wrong."""

from collections.abc import Iterable, Iterator, Set

from services.timer.rules import ClockRule


class UnsoundRules(ValueError):
    """The table of clock rules has rows that cannot count."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def check(rules: Iterable[ClockRule], heard: Set[str]) -> None:
    """Raise UnsoundRules with every fault of the table; `heard` names the facts that the timer hears."""
    faults: list[str] = []
    kinds: set[str] = set()
    for rule in rules:
        if rule.kind in kinds:
            faults.append(f"{rule.kind}: stands twice")
        kinds.add(rule.kind)
        faults += [f"{rule.kind}: {fault}" for fault in _faults(rule, heard)]
    if faults:
        raise UnsoundRules(faults)


def _faults(rule: ClockRule, heard: Set[str]) -> Iterator[str]:
    if not rule.starts or not rule.stops:
        yield "no fact starts it, or none stops it"
    for name in sorted((rule.starts | rule.stops) - heard - rule.awaits):
        yield f"{name} is a fact that the timer does not hear"
    if rule.awaits and rule.awaits <= heard:
        yield "it waits for facts that are all told: take the list away, so that it counts"
    if not rule.law.strip():
        yield "it names no law, plan or choice"
    for name, limit in rule.named_limits().items():
        if limit.count < 1:
            yield f"the limit of {name} is no limit"
