"""Drafts of calendars: one person drafts days and sees what they would move, a second person releases them.

How time counts moves every case, so nobody changes it alone (DOMAIN 4, rule 7). A draft moves nothing. It is counted
when it is made; who releases it releases what was counted under the calendar that is in force, and is asked where a
year would have fewer holidays than the law gives. What is long is counted and released by time itself (`work`), in one
transaction each: killed in the middle, nothing has happened, and it is done when the service is there again.
"""

from dataclasses import replace
from typing import Any, Final

from services.contracts.calendar_orders import CountDraft, DraftCalendar, DraftWithdrawal, GiveUpDraft, ReleaseDraft
from services.contracts.divisions import name_of
from services.contracts.drafts import CalendarForm, DraftState
from services.contracts.names import folded
from services.contracts.quantities import RecordedPerson
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.switchboard import NOTHING, Office, Outcome
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.desktop import Desktop
from services.timer.drafts.store import Draft, Drawer
from services.timer.drafts.views import UNKNOWN, missing, row_of, told
from services.timer.recount import Move, Recount, check, count_with, lay_down, withdrawal
from services.timer.rules import RULES, ClockRules
from services.timer.store import Shelf

#: So many cases are counted while the caller waits.
AT_ONCE: Final = 2_000
_OVER: Final = "Draft {number} is over: {state}."
_IN_WORK: Final = "Draft {number} is in work: {state}. Look again in a minute."
_ONESELF: Final = "{name} has drafted it; a second person releases it."
_FROM_ABOVE: Final = "The State Council's notices come from {superior}; here an authority adds its own days only."
_CHANGED: Final = "The calendar has changed since draft {number} was counted. Count it again, then release it."
_FEWER: Final = "{year} would have fewer holidays than the law gives: {festivals}. Confirm that this is so meant."


def draft_calendar(office: Office, order: DraftCalendar, rules: ClockRules = RULES) -> Outcome:
    """Days are drafted and what they would move is counted; nothing moves."""
    if order.known_until is not None and order.superior:
        office.problems.add("known_until", _FROM_ABOVE, superior=name_of(order.superior))
    stray = sorted(set(order.festivals or {}) - set(order.days or {}))
    if stray:
        office.problems.add("festivals", "{day} is none of the days.", day=stray[0].isoformat())
    person = check(office, order)
    drawer = Drawer(office.connection)
    draft = Draft(
        draft_no=drawer.next_no(),
        form=order.form,
        notice=order.notice,
        days=dict(order.days),
        festivals={day: name for day, name in order.festivals.items() if name},
        known_until=order.known_until,
        drafted_at=office.now,
        drafted_by=person.label,
        drafted_as=office.caller.account_id,
    )
    return _drafted(office, drawer, draft, rules)


def draft_withdrawal(office: Office, order: DraftWithdrawal, rules: ClockRules = RULES) -> Outcome:
    """That an own release counts no more is drafted, and what would move back is counted."""
    person = _acting(office, order)
    rows, drawer = Shelf(office.connection).releases(), Drawer(office.connection)
    given = withdrawal(office, rows, order.release_no, order.reason, person.label)
    draft = Draft(
        draft_no=drawer.next_no(),
        form=CalendarForm.DAYS,
        notice=given.notice,
        withdraws=order.release_no,
        why=order.reason,
        drafted_at=office.now,
        drafted_by=person.label,
        drafted_as=office.caller.account_id,
    )
    return _drafted(office, drawer, draft, rules)


def count_draft(office: Office, order: CountDraft, rules: ClockRules = RULES) -> Outcome:
    """What a draft would move, counted anew."""
    _acting(office, order)
    drawer = Drawer(office.connection)
    draft = replace(_open(drawer, order.draft_no), state=DraftState.COUNTING)
    return _worked(office, drawer, draft, rules)


def release_draft(office: Office, order: ReleaseDraft, rules: ClockRules = RULES) -> Outcome:
    """A second person releases a draft: its days count from now on."""
    drawer, person = Drawer(office.connection), office.acting(order.actor)
    draft = _open(drawer, order.draft_no) if not office.problems else None
    if draft is not None and person is not None:
        _check_release(office, draft, order, person)
    if draft is None or person is None or office.problems:
        raise Refused(*office.problems.found)
    if draft.counted_under != almanac.current(Shelf(office.connection)).version:
        raise Conflict(Problem("draft_no", _CHANGED, {"number": draft.draft_no}))
    ending = replace(draft, state=DraftState.RELEASING, ended_at=office.now, ended_by=person.label)
    return _worked(office, drawer, ending, rules)


def give_up_draft(office: Office, order: GiveUpDraft) -> Outcome:
    """A draft will not be released; it stays on record with who gave it up and why."""
    person, drawer = _acting(office, order), Drawer(office.connection)
    ended = replace(
        _open(drawer, order.draft_no),
        state=DraftState.GIVEN_UP,
        ended_at=office.now,
        ended_by=person.label,
        reason=order.reason,
    )
    drawer.save(ended)
    return Outcome(told(office, ended))


def work(office: Office, rules: ClockRules = RULES) -> Outcome:
    """What waits to be counted or released, one draft at a time, each wholly or not at all. What has become impossible
    meanwhile, such as a second withdrawal, waits for a person again, who is told why.
    """
    drawer = Drawer(office.connection)
    draft = drawer.in_work()
    if draft is None:
        return NOTHING
    try:
        return replace(_do(office, drawer, draft, rules), answer={})
    except Refused:
        return replace(_put_back(office, drawer, draft), answer={})


# --- counting and releasing -------------------------------------------------------------------------------------------


def _drafted(office: Office, drawer: Drawer, draft: Draft, rules: ClockRules) -> Outcome:
    drawer.add(draft)
    return _worked(office, drawer, draft, rules)


def _worked(office: Office, drawer: Drawer, draft: Draft, rules: ClockRules) -> Outcome:
    """At once where few cases are open; else time itself does it."""
    if len(Shelf(office.connection).abouts_with_open_clocks()) <= AT_ONCE:
        return _do(office, drawer, draft, rules)
    row_of(office, Shelf(office.connection).releases(), draft)  # what cannot be is told at once, and not queued
    drawer.save(draft)
    return Outcome(told(office, draft))


def _put_back(office: Office, drawer: Drawer, draft: Draft) -> Outcome:
    """It waits for a second person again: nobody has released it."""
    waiting = replace(draft, state=DraftState.COUNTED, ended_at=None, ended_by="")
    drawer.save(waiting)
    return Outcome(told(office, waiting))


def _do(office: Office, drawer: Drawer, draft: Draft, rules: ClockRules) -> Outcome:
    desktop = Desktop(office, rules)
    rows, before = desktop.shelf.releases(), desktop.calendar
    if draft.state is DraftState.RELEASING and draft.counted_under != before.version:  # it has changed in the queue
        return _put_back(office, drawer, draft)
    row = row_of(office, rows, draft)
    if draft.state is DraftState.RELEASING:
        recount, said = lay_down(office, desktop, rows, row)
        done = replace(draft, state=DraftState.RELEASED, release_no=row.withdraws or row.release_no)
    else:
        recount, said = count_with(desktop, rows, row, dry_run=True), []
        done = replace(draft, state=DraftState.COUNTED)
    done = _counted(office, done, recount, before)
    drawer.save(done)
    drawer.put_moves(draft.draft_no, [_kept(one) for one in recount.moved])
    return Outcome(told(office, done), said)


def _counted(office: Office, draft: Draft, recount: Recount, before: Calendar) -> Draft:
    return replace(
        draft,
        counted_at=office.now,
        counted_under=before.version,
        version=recount.calendar.version,
        moved=len(recount.moved),
        confirmed=recount.confirmed,
        lights=sum(one.light != one.light_after for one in recount.moved),
    )


def _kept(move: Move) -> dict[str, Any]:
    clock = move.clock
    return {
        "clock_id": clock.clock_id,
        "clock_kind": clock.kind,
        "about_kind": clock.about_kind,
        "about": clock.about,
        "department": clock.department,
        "responsible": clock.responsible,
        "due_from": move.due_from,
        "due_to": move.due_to,
        "light": move.light,
        "light_after": move.light_after,
    }


# --- what is checked --------------------------------------------------------------------------------------------------


def _acting(office: Office, order: DraftWithdrawal | CountDraft | GiveUpDraft) -> RecordedPerson:
    person = office.acting(order.actor)
    if person is None or office.problems:
        raise Refused(*office.problems.found)
    return person


def _open(drawer: Drawer, draft_no: int) -> Draft:
    """A draft that waits for a word. Raises NotFound, Conflict."""
    draft = drawer.one(draft_no)
    facts: dict[str, Any] = {"number": draft_no}
    if draft is None:
        raise NotFound(Problem("draft_no", UNKNOWN, facts))
    if draft.state is not DraftState.COUNTED:
        is_over = draft.state in (DraftState.RELEASED, DraftState.GIVEN_UP)
        raise Conflict(Problem("draft_no", _OVER if is_over else _IN_WORK, facts | {"state": draft.state.value}))
    return draft


def _check_release(office: Office, draft: Draft, order: ReleaseDraft, person: RecordedPerson) -> None:
    own = bool(draft.drafted_as) and draft.drafted_as == office.caller.account_id
    if own or folded(draft.drafted_by) == folded(person.label):
        office.problems.add("actor", _ONESELF, name=draft.drafted_by)
    if draft.known_until is not None and order.superior:
        office.problems.add("draft_no", _FROM_ABOVE, superior=name_of(order.superior))
    if "festivals" not in order.confirm:
        for year, festivals in missing(office, draft).items():
            office.problems.add("confirm", _FEWER, year=year, festivals="、".join(festivals))
