"""Ladder at work: a rung that was crossed, or an answer that is overdue, asks for a letter, once and only upwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping

from services.contracts.clocks import ClockFact, ClockStopped, LightChanged, RungCrossed
from services.contracts.envelope import Event
from services.contracts.ladder import ACTIONS, CLIMBS, VERSION, is_harder, second_time
from services.contracts.letter_drafts import DraftSettled, Figure, LetterDrafted, LetterDraftState
from services.contracts.vocabulary import (
    APPLICANTS,
    ZONE,
    ClockKind,
    InstructionKind,
    Light,
    SubjectKind,
)
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said, TakeFact, on
from services.reporting.drafts.store import Drafts, as_json
from services.reporting.instructions.store import Instructions

_SUBJECTS: Final = (SubjectKind.CASE, SubjectKind.COMPLAINT)


@dataclass(frozen=True)
class Wish:
    """A letter that is asked for: about what, to whom, because of which overdue clocks."""

    kind: InstructionKind
    about: str
    addressee: str
    department: str
    responsible: str
    items: list[dict[str, Any]]
    figures: list[Figure]
    #: The letter that was not answered.
    unanswered: str = ""
    cause: tuple[str, str, int] | None = None
    by: str = ""


# --- facts ------------------------------------------------------------------------------------------------------------


def rung_crossed(office: Office, fact: Fact[RungCrossed]) -> Outcome:
    """A case or complaint has come to a rung that asks for a letter."""
    event = fact.event
    action = ACTIONS.get(event.rung)
    if action is None or action.drafts is None or not _is_ours_to_warn(office, fact):
        return NOTHING
    item = {
        "clock_id": event.clock_id,
        "clock_kind": event.clock_kind,
        "due_on": event.due_on.isoformat() if event.due_on else None,
        "overdue_working_days": event.overdue_working_days,
    }
    figures = [Figure(name="overdue_working_days", value=str(event.overdue_working_days), reference=reference(fact))]
    if event.due_on:
        figures.insert(0, Figure(name="due_on", value=event.due_on.isoformat(), reference=reference(fact)))
    wish = Wish(
        kind=second_time(action.drafts, supervised_before=supervised(office, event.about)),
        about=event.about,
        addressee=office.authority,
        department=event.department,
        responsible=event.responsible,
        items=[item],
        figures=figures,
        cause=(event.clock_id, event.rung, event.crossing),
    )
    return Outcome(said=draft(office, wish))


def _is_ours_to_warn(office: Office, fact: Fact[RungCrossed]) -> bool:
    event = fact.event
    return not (
        event.about_kind not in _SUBJECTS
        or event.clock_kind in APPLICANTS
        or is_silent(office, event.crossed_at)
        or Drafts(office.connection).is_unconfirmed(event.about)
        or Drafts(office.connection).stopped_at(event.clock_id) is not None
    )


def is_silent(office: Office, at: datetime) -> bool:
    """Whether nothing is sent of what happened then: a trial run, or before the authority counts."""
    since = office.beginning.moment
    return office.beginning.is_trial(office.now) or (since is not None and at < since)


def answer_overdue(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A letter of ours was not answered in time: the next harder one is asked for."""
    event = fact.event
    if event.light is not Light.RED or event.clock_kind != ClockKind.INSTRUCTION_ANSWER:
        return NOTHING
    row = Instructions(office.connection).get(event.about)
    if row is None or row["issuer"] != office.authority or is_silent(office, event.turned_at):
        return NOTHING
    harder = CLIMBS.get(InstructionKind(row["kind"]))
    if harder is None:
        return NOTHING
    about = next(iter(json.loads(row["about"])), row["instruction_no"])
    due_on = event.due_on.isoformat() if event.due_on else None
    item = {"clock_id": event.clock_id, "clock_kind": event.clock_kind, "due_on": due_on, "overdue_working_days": 1}
    wish = Wish(
        kind=second_time(harder, supervised_before=supervised(office, about)),
        about=about,
        addressee=row["addressee"],
        department=row["department"],
        responsible=event.responsible,
        items=[item],
        figures=[Figure(name="due_on", value=due_on or "", reference=reference(fact))],
        unanswered=row["instruction_no"],
        cause=(event.clock_id, str(event.light.value), event.crossing or 1),
    )
    return Outcome(said=draft(office, wish))


def clock_stopped(office: Office, fact: Fact[ClockStopped]) -> Outcome:
    """What had ended before a letter was drafted about it needs none; what ends afterwards is a person's to judge."""
    kept, said = Drafts(office.connection), list[Said]()
    for row in kept.waiting_of_clock(fact.event.clock_id):
        stops = [kept.stopped_at(one) for one in kept.causes(row["draft_no"])]
        if row["drafted_by"] == "" and all(at is not None and at < row["drafted_at"] for at in stops):
            said.append(settled(office, row, LetterDraftState.VOID))
    return Outcome(said=said)


def reference(fact: Fact[Any]) -> str:
    """The entry of the record that a fact is: its authority, service, subject and sequence."""
    envelope = fact.envelope
    return f"{envelope.source.removeprefix('/authorities/')}/{envelope.subject}/{envelope.sequence}"


def supervised(office: Office, about: str) -> bool:
    """Whether a supervision letter about this went out within the year (or as long as is set)."""
    since = (office.now - timedelta(days=office.letterhead.repeat_days)).timestamp()
    return any(
        row["kind"] == InstructionKind.SUPERVISION and row["issuer"] == office.authority and row["issued_at"] >= since
        for row in Instructions(office.connection).about(about)
    )


# --- drafting ---------------------------------------------------------------------------------------------------------


def draft(office: Office, wish: Wish) -> list[Said]:
    """Keep what is asked for and say it; what waits already takes it in, and a softer letter gives way to it."""
    kept = Drafts(office.connection)
    if wish.cause is not None and kept.has_asked(*wish.cause):
        return []
    said = list[Said]()
    for waiting in kept.waiting_about(wish.about):
        if not is_harder(wish.kind, InstructionKind(waiting["kind"])):
            _take_in(kept, waiting, wish)
            return said
        said.append(settled(office, waiting, LetterDraftState.CLIMBED))
    return [*said, _made(office, kept, wish)]


def _take_in(kept: Drafts, waiting: RowMapping, wish: Wish) -> None:
    items = {one["clock_id"]: one for one in json.loads(waiting["items"])} | {
        one["clock_id"]: one for one in wish.items
    }
    figures = json.loads(waiting["figures"]) + [one.model_dump() for one in wish.figures]
    kept.change(waiting["draft_no"], {"items": as_json(list(items.values())), "figures": as_json(figures)})
    if wish.cause is not None:
        kept.add_cause(*wish.cause, waiting["draft_no"])


def _made(office: Office, kept: Drafts, wish: Wish) -> Said:
    year = office.now.astimezone(ZONE).year
    serial = kept.next_serial(year)
    number = f"{office.authority}-ND{year}-{serial:06d}"
    kept.add(
        {
            "draft_no": number,
            "year": year,
            "serial": serial,
            "kind": wish.kind.value,
            "about": wish.about,
            "addressee": wish.addressee,
            "department": wish.department,
            "responsible": wish.responsible,
            "state": LetterDraftState.WAITING.value,
            "items": as_json(wish.items),
            "figures": as_json([one.model_dump() for one in wish.figures]),
            "unanswered": wish.unanswered,
            "ladder": VERSION,
            "drafted_at": office.now.timestamp(),
            "drafted_by": wish.by,
        }
    )
    if wish.cause is not None:
        kept.add_cause(*wish.cause, number)
    event = LetterDrafted(
        draft_no=number,
        kind=wish.kind,
        about=wish.about,
        department=wish.department,
        clock_id=wish.cause[0] if wish.cause else "",
        rung=wish.cause[1] if wish.cause else "",
        ladder=VERSION,
        figures=tuple(wish.figures),
        responsible=wish.responsible,
    )
    return Said(event, office.now, wish.by or None)


def settled(office: Office, row: RowMapping, state: LetterDraftState) -> Said:
    """The ladder itself has gone on."""
    Drafts(office.connection).change(row["draft_no"], {"state": state.value, "settled_at": office.now.timestamp()})
    event = DraftSettled(draft_no=row["draft_no"], kind=InstructionKind(row["kind"]), about=row["about"], state=state)
    return Said(event, office.now)


# --- after a batch ----------------------------------------------------------------------------------------------------


def _for_later(office: Office, fact: Fact[ClockFact]) -> Outcome:
    """The ladder looks when the whole batch is on record: what was crossed and ended in it asks for nothing."""
    office.noted.append(fact)
    return NOTHING


def settle(office: Office) -> Outcome:
    """What the facts of the batch ask for, in their order."""
    said: list[Said] = []
    for fact in office.noted:
        take = _TAKES[type(fact.event)]
        said += [replace(one, causation=fact.envelope.id) for one in take(office, fact).said]
    return Outcome(said=said)


_TAKES: Final[Mapping[type[Event], TakeFact]] = dict(
    (on(RungCrossed, rung_crossed), on(LightChanged, answer_overdue), on(ClockStopped, clock_stopped))
)
LINES: Final = (
    on(RungCrossed, _for_later),
    on(LightChanged, _for_later),
    on(ClockStopped, _for_later),
)
