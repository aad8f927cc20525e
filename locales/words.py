"""Names of the codes that services speak, each an English msgid: the vocabulary's, and those of single services."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from locales.labels import FIELDS
from locales.recorded import ENTRIES, FACTS
from services.contracts.beginning import Counting
from services.contracts.drafts import CalendarForm, DraftState
from services.contracts.entrances import AccountState, Entrance, Occasion, Rejection, SessionEnd
from services.contracts.grounds import Consequence, EndGround, PauseGround, Waiver
from services.contracts.ladder import Recipient, Rung
from services.contracts.letter_drafts import LetterDraftState
from services.contracts.lists import SavedList
from services.contracts.notice_words import NoticeChannel, NoticeKind
from services.contracts.vocabulary import (
    AcceptedBy,
    CaseState,
    Channel,
    CheckVerdict,
    ClockKind,
    ComplaintKind,
    ComplaintState,
    ComplaintStepKind,
    CountedFrom,
    FindingState,
    Holder,
    InstructionKind,
    InstructionState,
    InstructionStepKind,
    Level,
    Library,
    Light,
    Role,
    StepKind,
    Unit,
    Urgency,
    Word,
)
from services.reporting.detectors import RULES as DETECTED


def names_of(kind: type[Word]) -> Mapping[str, str]:
    """Code -> msgid of every word of a closed set."""
    return {word.value: word.msgid for word in kind}


#: A light is told by word, shape, number and colour; the shape's name is that of its SVG symbol.
LIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    Light.RED: (Light.RED.msgid, "overdue"),
    Light.YELLOW: (Light.YELLOW.msgid, "due soon"),
    Light.GREEN: (Light.GREEN.msgid, "in time"),
    Light.GREY: (Light.GREY.msgid, "clock not running"),
    Light.DONE: (Light.DONE.msgid, "finished"),
}

STATES: Final = names_of(CaseState)

UNITS: Final = names_of(Unit)

COUNTINGS: Final = names_of(Counting)

#: What a list may be asked for that has another name elsewhere, or none.
FILTERS: Final[Mapping[str, str]] = {"struck": "Struck off", "all": "all", **COUNTINGS}
#: By what a list of lines may be ordered.
ORDERS: Final[Mapping[str, str]] = {"due": "Due on", "light": "Light", "received": "Received on", "number": "No."}

#: What can be done to a case, as its button says it.
STEPS: Final = names_of(StepKind)

CLOCKS: Final = names_of(ClockKind)

GROUNDS: Final = names_of(PauseGround)

STARTS: Final = names_of(CountedFrom)
WAIVERS: Final = names_of(Waiver)

CONSEQUENCES: Final = names_of(Consequence)

END_GROUNDS: Final = names_of(EndGround)

#: Why a day of the walk was counted or not: what stands in the day's cell.
DAYS: Final[Mapping[str, str]] = {
    "day of the event": "Start day",
    "working day": "Working day",
    "weekend": "Weekend",
    "holiday": "Holiday",
    "make-up working day": "Make-up day",
    "lawful pause": "Paused",
    "rolled": "Rolled on",
}

#: What a release of days makes of one.
DAY_KINDS: Final[Mapping[str, str]] = {"holiday": "Holiday", "workday": "Working day"}

KINDS: Final = names_of(ComplaintKind)

COMPLAINT_STATES: Final = names_of(ComplaintState)

#: The steps that lead to these states.
COMPLAINT_STEPS: Final[Mapping[str, str]] = {"register": "Registered", **names_of(ComplaintStepKind)}

INSTRUCTION_KINDS: Final = names_of(InstructionKind)

INSTRUCTION_STATES: Final = names_of(InstructionState)

NOTICE_KINDS: Final = names_of(NoticeKind)
NOTICE_CHANNELS: Final = names_of(NoticeChannel)

LETTER_DRAFT_STATES: Final = names_of(LetterDraftState)

#: Papers of a case that can be printed.
CASE_PAPERS: Final[Mapping[str, str]] = {
    "acceptance-notice": "Notice of acceptance",
    "correction": "Notice of corrections",
    "decision": "Decision on the permit",
    "delivery": "Receipt of delivery",
}

INSTRUCTION_STEPS: Final = names_of(InstructionStepKind)

DIRECTIONS: Final[Mapping[str, str]] = {"sent": "Sent", "received": "Received from above"}

#: The names of the rules, and of what their findings rest on: each detector declares its own.
RULES: Final[Mapping[str, str]] = {name: rule.title for name, rule in DETECTED.items()}
EVIDENCE: Final[Mapping[str, str]] = {
    name: title for rule in DETECTED.values() for name, title in rule.evidence.items()
}

FINDING_STATES: Final = names_of(FindingState)

COUNTS: Final[Mapping[str, str]] = {
    "received": "Received",
    "accepted": "Accepted",
    "decided": "Decided",
    "decided_on_time": "Decided on time",
    "decided_judged": "Decided and timed",
    "on_time_rate": "On-time rate",
    "overdue_open": "Overdue and open",
    "overdue_closed": "Overdue and closed",
    "turned_red": "Turned red",
    "struck_off": "Struck off",
    "registered": "Registered",
    "without_case": "Without a case",
    "answered": "Answered",
    "closed": "Closed",
    "upheld": "Upheld",
}

LEVELS: Final = names_of(Level)

RELATIONS: Final[Mapping[str, str]] = {"child": "Below us", "superior": "Above us"}

LINK_STATES: Final[Mapping[str, str]] = {
    "invited": "Invited",
    "joined": "Joined",
    "suspended": "Suspended",
    "removed": "Removed",
}

VERDICTS: Final[Mapping[str, str]] = {
    "agrees": "Both levels hold the same",
    "waits": "Entries are on their way",
    "interrupted": "The way is interrupted further below",
    "differs": "The levels contradict each other",
}

CHANNELS: Final = names_of(Channel)

ROLES: Final = names_of(Role)

LIBRARIES: Final = names_of(Library)

#: What a release of days counts for.
STANDINGS: Final[Mapping[str, str]] = {
    "in-force": "In force",
    "repeated": "Counts once, from above",
    "withdrawn": "Withdrawn by who released it",
}

#: What becomes of a difference from the list above once that is adopted.
OUTCOMES: Final[Mapping[str, str]] = {
    "refused": "goes beyond it: refused",
    "kept": "is less: stays",
    "taken": "follows the list above",
}

#: The parts of a matter, and what can happen to a whole one.
PARTS: Final[Mapping[str, str]] = {
    "name": "Name",
    "department": "Department",
    "promised": "Promised limit",
    "statutory": "Statutory limit",
    "stage": "Stage",
    "item_type": "Kind of matter",
    "legal_basis": "Legal basis",
    "deciding_level": "Decided by",
    "materials": "Materials",
    "special_steps": "Special steps",
    "reviewing": "Reviewing departments",
    "pauses": "Lawful pauses",
    "accepted_by": "Acceptance by",
    "extension": "Extension",
    "counted_from": "Time counts",
    "conditions": "Conditions",
    "process": "Process",
    "criteria": "Criteria",
    "forms": "Forms",
    "special_processes": "Way of the special steps",
    "everyday_names": "Everyday names",
    "contact": "Contact",
    "national": "In the national database",
    "tolerance": "Materials that may come later",
    "commitment": "Decided on a commitment",
}
CHANGES: Final[Mapping[str, str]] = {"added": "Added", "removed": "Taken out", "changed": "Changed"}

#: How far the import of a file is, what becomes of its rows, and how its columns are understood.
IMPORT_STATES: Final[Mapping[str, str]] = {
    "waiting": "Waits for its turn",
    "trying": "Is being tried",
    "tried": "Tried, to be confirmed",
    "entering": "Is being entered",
    "entered": "Entered in the ledger",
    "stopped": "Stopped by a person",
    "interrupted": "Interrupted",
    "failed": "Broke off",
    "unreadable": "Cannot be read",
}
IMPORT_OUTCOMES: Final[Mapping[str, str]] = {
    "new": "new cases",
    "changed": "changed cases",
    "same": "as in the record",
    "refused": "refused rows",
}
COLUMN_USES: Final[Mapping[str, str]] = {
    "own": "by its own title",
    "same": "by a title that means the same",
    "loose": "by a title that may mean it: look whether it does",
    "derived": "worked out anew from the record, not read",
    "note": "kept as a note of the case",
    "left": "stays in the file, is not read",
}

ACCOUNT_STATES: Final = names_of(AccountState)
ENTRANCES: Final = names_of(Entrance)
OCCASIONS: Final = names_of(Occasion)
#: How somebody came in, why not, why it ended, or what he was made: what stands behind an occasion in the record.
CAUSES: Final = {**ENTRANCES, **names_of(SessionEnd), **names_of(Rejection), **ACCOUNT_STATES, **ROLES}

_BOOKS: Final[Mapping[str, Mapping[str, str]]] = {
    "state": STATES,
    "state_above": STATES,
    "step": STEPS,
    "field": FIELDS,
    "unit": UNITS,
    "counting": COUNTINGS,
    "filter": FILTERS,
    "order": ORDERS,
    "clock": CLOCKS,
    "ground": GROUNDS,
    "holder": names_of(Holder),
    "counted_from": STARTS,
    "because": END_GROUNDS,
    "consequence": CONSEQUENCES,
    "confirm": {"credit_code": "Credit code", "festivals": "fewer holidays than by law"},
    "day": DAYS,
    "day_kind": DAY_KINDS,
    "entry": ENTRIES,
    "fact": FACTS,
    "kind": KINDS,
    "complaint_state": COMPLAINT_STATES,
    "complaint_step": COMPLAINT_STEPS,
    "instruction_kind": INSTRUCTION_KINDS,
    "instruction_state": INSTRUCTION_STATES,
    "instruction_step": INSTRUCTION_STEPS,
    "notice_kind": NOTICE_KINDS,
    "notice_channel": NOTICE_CHANNELS,
    "letter_draft_state": LETTER_DRAFT_STATES,
    "case_paper": CASE_PAPERS,
    "rung": names_of(Rung),
    "recipient": names_of(Recipient),
    "direction": DIRECTIONS,
    "urgency": names_of(Urgency),
    "check": names_of(CheckVerdict),
    "rule": RULES,
    "evidence": EVIDENCE,
    "finding_state": FINDING_STATES,
    "count": COUNTS,
    "channel": CHANNELS,
    "waiver": WAIVERS,
    "role": ROLES,
    "accepted_by": names_of(AcceptedBy),
    "library": LIBRARIES,
    "list": names_of(SavedList),
    "level": LEVELS,
    "relation": RELATIONS,
    "link_state": LINK_STATES,
    "verdict": VERDICTS,
    "standing": STANDINGS,
    "draft_state": names_of(DraftState),
    "calendar_form": names_of(CalendarForm),
    "outcome": OUTCOMES,
    "part": PARTS,
    "change": CHANGES,
    "account_state": ACCOUNT_STATES,
    "entrance": ENTRANCES,
    "occasion": OCCASIONS,
    "cause": CAUSES,
    "import_state": IMPORT_STATES,
    "import_outcome": IMPORT_OUTCOMES,
    "column_use": COLUMN_USES,
}


def word(book: str, code: Any) -> str:
    """The msgid for a code; a code that is new to this board stands for itself, so that nothing disappears."""
    code = "" if code is None else str(code)
    if book == "entry":
        code = code.rpartition(".v")[0] or code
    return _BOOKS[book].get(code, code)


#: Whose codes stand in messages; where two have the same code, the first one's name is meant.
_IN_MESSAGES: Final = (
    *(
        "state",
        "step",
        "unit",
        "clock",
        "light",
        "list",
        "counted_from",
        "library",
        "role",
        "level",
        "kind",
        "complaint_state",
        "ground",
        "because",
        "consequence",
        "confirm",
    ),
    *("complaint_step", "instruction_kind", "instruction_state", "instruction_step", "letter_draft_state"),
    *("finding_state", "urgency", "check", "channel", "link_state", "rule", "direction", "day_kind", "accepted_by"),
    *("occasion", "draft_state", "calendar_form", "case_paper", "waiver", "notice_kind", "notice_channel"),
)


def spoken_words() -> Iterator[tuple[str, str]]:
    """Code and msgid of every word of ours that can stand in a message; numbers are none."""
    books = {**_BOOKS, "light": names_of(Light)}
    for book in _IN_MESSAGES:
        yield from ((code, msgid) for code, msgid in books[book].items() if not code.isdecimal())


def every_msgid() -> set[str]:
    """All names of codes, to hold the catalogue against."""
    lights = {text for pair in LIGHTS.values() for text in pair}
    return lights | {text for book in _BOOKS.values() for text in book.values()}
