"""Handlers of the ledger: facts become entries and move lines, lights turn, a finished line is struck off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.contracts.commands import StrikeOff
from services.contracts.ledgers import LineStruckOff
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ZONE
from services.ledger import own_entries
from services.ledger.domain import Line, check_strike_off
from services.ledger.link.mail import post
from services.ledger.movements import follow
from services.ledger.store import Book
from services.plumbing.errors import NotFound, Problem, Refused
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def record(office: Office, facts: Sequence[Fact[Any]]) -> Outcome:
    """Every fact becomes an entry, in the order in which it was heard; the lines of its cases follow."""
    if not facts:
        return NOTHING
    book = Book(office.connection)
    new = [own_entries.entry(fact.body) for fact in facts]
    frontier = book.append(new)
    post.file(office, [(fact.envelope, one.body) for fact, one in zip(facts, new, strict=True)])
    follow(book, [(fact.event, fact.envelope.time) for fact in facts], office.now.timestamp())
    return Outcome(said=(own_entries.extended(office, frontier),))


def turn_lights(office: Office) -> Outcome:
    """Lines whose light has changed by the passing of time alone are written anew; the ledger itself does not grow."""
    book, now = Book(office.connection), office.now.timestamp()
    due = book.lines_turning(now)
    for line in due:
        line.settle(now)
    book.write_lines(due)
    return NOTHING


def strike_off(office: Office, order: StrikeOff) -> Outcome:
    """A finished line leaves the list, on evidence and by a named person; that itself is an entry."""
    checked = _checked(office, order)
    line = checked.line
    line.struck_off(checked.at.astimezone(ZONE).date())
    Book(office.connection).write_lines([line])
    struck = LineStruckOff(case_no=line.case_no, evidence=order.evidence, person=checked.person)
    frontier = own_entries.say_and_record(office, [Said(struck, checked.at, office.caller.label or None)])
    return Outcome({"case_no": line.case_no, "struck_on": line.struck_on}, (own_entries.extended(office, frontier),))


@dataclass(frozen=True)
class _StrikeOff:
    """What is struck off, when and by whom: checked."""

    line: Line
    at: datetime
    person: RecordedPerson


def _checked(office: Office, order: StrikeOff) -> _StrikeOff:
    """Raises NotFound, Conflict, and Refused with everything that is wrong."""
    problems, person = office.problems, office.acting(order.actor)
    at = order.occurred_at or office.now
    line = Book(office.connection).lines_of([order.case_no]).get(order.case_no) if order.case_no else None
    if line is None or not line.state or line.authority:
        unknown = Problem("case_no", "There is no case {case_no} in the ledger.", {"case_no": order.case_no})
        if not problems:
            raise NotFound(unknown)
        raise Refused(*problems.found, *([unknown] if order.case_no else []))
    check_strike_off(problems, line, at.astimezone(ZONE), office.now)
    if problems or person is None:
        raise Refused(*problems.found)
    return _StrikeOff(line, at, person)
