"""Speed of counting one case with two hundred facts again, against a replay of it through the `holidays` library.

Two cases. One goes through correction after correction, each with a clock of its own for the applicant and another for
the next notice: two hundred clocks. The other has one decision that stands still for procedure after procedure. The
replay is the least that one would write with the library, whose object is built once: due days by its own n-th working
day, days used and paused by its own count. It knows no late entries, horizon, light or holder. Both must agree.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from time import process_time
from typing import Final

import holidays

from bench import Figure
from services.contracts.vocabulary import ZONE, ClockKind, SubjectKind
from services.timer.calendar import state_council
from services.timer.derivation import derive
from services.timer.domain import Occurrence
from services.timer.limits import WorkingDays
from services.timer.rule_table import IN_FORCE

FACTS: Final = 200
ROUNDS: Final = 7
AGAIN: Final = 20
BEGIN: Final = datetime(2023, 1, 9, 10, 0, tzinfo=ZONE)
NOTICE, CORRECTION, DECISION, DELIVERY = 5, 30, 20, 10


def figures() -> Iterator[Figure]:
    """Milliseconds of processor time of a recount; how many times as fast as the replay (aim: at least 20)."""
    oracle = holidays.country_holidays("CN", years=range(2022, 2028))
    yield _measured("corrections", _facts(), lambda facts: {due for due, _ in _replay(oracle, facts)})
    yield _measured("pauses", _paused(), lambda facts: {_replayed_pauses(oracle, facts)})


def _measured(name: str, facts: list[Occurrence], replay: Callable[[list[Occurrence]], set[date]]) -> Figure:
    calendar, as_of = state_council(), facts[-1].at + timedelta(days=1)
    clocks = derive(facts, calendar, as_of, IN_FORCE)
    wanted = {one.due_on for one in clocks if (one.kind == ClockKind.DECISION) == (name == "pauses")}
    if not {day for day in wanted if day} <= replay(facts):
        raise RuntimeError("the replay finds other days")
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(AGAIN):
            derive(facts, calendar, as_of, IN_FORCE)
        best[0] = min(best[0], (process_time() - began) / AGAIN)
        began = process_time()
        replay(facts)
        best[1] = min(best[1], process_time() - began)
    return Figure(f"recount.case_of_{FACTS}_facts.{name}", best[0] * 1e3, "ms", "holidays", best[1] / best[0])


def _paused() -> list[Occurrence]:
    """Received, accepted, and a special procedure of three days every week or so."""
    what = ["case.received", "case.accepted", *["case.procedure-begun", "case.procedure-ended"] * ((FACTS - 2) // 2)]
    at, facts = BEGIN, []
    for number, name in enumerate(what, start=1):
        limit = WorkingDays(FACTS) if number == 1 else None
        facts.append(Occurrence(SubjectKind.CASE, "x", number, name, at, at, "王芳", "发展改革委", limit))
        at += timedelta(days=3 if name == "case.procedure-begun" else 4)
    return facts


def _replayed_pauses(oracle: holidays.HolidayBase, facts: list[Occurrence]) -> date:
    """The due day of the decision: its working days, and those of the pauses."""
    begun, days = facts[1].at.date(), FACTS
    for first, last in zip(facts[2::2], facts[3::2], strict=True):
        on = first.at.date()
        days += oracle.get_working_days_count(on, last.at.date()) - oracle.is_working_day(on)
    return oracle.get_nth_working_day(begun, days)


def _facts() -> list[Occurrence]:
    """Received, asked for corrections again and again, each time given in three days later, granted and delivered."""
    what = ["case.received", *["case.correction-requested", "case.correction-completed"] * ((FACTS - 4) // 2)]
    what += ["case.accepted", "case.granted", "case.delivered"]
    return [
        Occurrence(
            SubjectKind.CASE, "150424-2023-000001", number, name, BEGIN + timedelta(days=3 * number),
            BEGIN + timedelta(days=3 * number), "王芳", "发展改革委", WorkingDays(DECISION) if number == 1 else None,
        )
        for number, name in enumerate(what, start=1)
    ]  # fmt: skip


def _replay(oracle: holidays.HolidayBase, facts: list[Occurrence]) -> list[tuple[date, int]]:
    """Each clock's due day, and the working days that were used until its stop."""
    running: dict[str, date] = {}
    limits = {"notice": NOTICE, "correction": CORRECTION, "decision": DECISION, "delivery": DELIVERY}
    found: list[tuple[date, int]] = []

    def stop(name: str, on: date) -> None:
        if (begun := running.pop(name, None)) is not None:
            due = oracle.get_nth_working_day(begun, limits[name])
            found.append((due, oracle.get_working_days_count(begun, on) - oracle.is_working_day(begun)))

    for fact in facts:
        on = fact.at.date()
        match fact.what:
            case "case.received" | "case.correction-completed":
                stop("correction", on)
                running["notice"] = on
            case "case.correction-requested":
                stop("notice", on)
                running["correction"] = on
            case "case.accepted":
                stop("notice", on)
                running["decision"] = on
            case "case.granted":
                stop("decision", on)
                running["delivery"] = on
            case "case.delivered":
                stop("delivery", on)
    return found


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
