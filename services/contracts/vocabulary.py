"""The vocabulary: words that several services speak, and what belongs to a word itself. Standard library only.

A member's value is the code on the wire and in the stores and never changes; its `msgid` names it in `locales/`. A
reader takes a code that it does not know as it stands: a newer authority may have more words (DOMAIN 2).
"""

from collections.abc import Iterable
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from services.contracts.clock_kinds import ClockKind as ClockKind
from services.contracts.word import Word as Word

#: Everything is counted and shown in one time zone (DOMAIN 4.1).
ZONE: Final = ZoneInfo("Asia/Shanghai")
#: So many problems are told of one request: who sends 150,000 is not to get 150,000 back.
MOST_PROBLEMS: Final = 100
MORE: Final = "There are {number} more problems; these are the first ones."


# --- places ---------------------------------------------------------------------------------------------------------


class Level(Word):
    """The level on which an authority stands, from above to below."""

    REGION = "region", "Region"
    CITY = "city", "City or league"
    BANNER = "banner", "Banner or county"

    @property
    def height(self) -> int:
        """The higher, the further up: banner 0, city 1, region 2."""
        return len(Level) - 1 - list(Level).index(self)


class AuthorityCode(str):
    """The six digits of a division in GB/T 2260, such as 150424."""

    __slots__ = ()

    @property
    def level(self) -> Level:
        """150000 is a region, 150400 a city or league, 150424 a banner; by what they decide, not by rank."""
        if self.endswith("0000"):
            return Level.REGION
        return Level.CITY if self.endswith("00") else Level.BANNER


class CaseNo(str):
    """The number of a case, such as 150424-2026-000123."""

    __slots__ = ()

    @property
    def authority(self) -> AuthorityCode:
        """Whose number it is; empty for a number that begins otherwise."""
        return AuthorityCode(self[:6])


# --- people ---------------------------------------------------------------------------------------------------------


class Role(Word):
    """What a caller may be; what each may do stands in services/contracts/rights.py."""

    PARTNER = "partner", "Partner system"
    HOTLINE = "hotline", "Hotline operator"
    WINDOW = "window", "Window"
    HANDLER = "handler", "Handler"
    HEAD = "head", "Head of department"
    SUPERVISOR = "supervisor", "Supervisor"
    STEWARD = "steward", "Steward"
    ADMIN = "admin", "Administrator"
    OPS = "ops", "Operations"


#: What a department may have named a person for: the roles of whoever has a case in hand.
Duty = Literal[Role.WINDOW, Role.HANDLER, Role.HEAD]
DUTIES: Final[tuple[Duty, ...]] = (Role.WINDOW, Role.HANDLER, Role.HEAD)


# --- cases ----------------------------------------------------------------------------------------------------------


class AcceptedBy(Word):
    """Who says whether an application for a matter is accepted; where nobody said so, the window may (P1-05)."""

    WINDOW = "window", "The window"
    DEPARTMENT = "department", "The department"


class CountedFrom(Word):
    """From where the time for a decision counts: most statutes say from acceptance, some from receipt (DOMAIN 3.4)."""

    RECEIPT = "receipt", "From the receipt"
    ACCEPTANCE = "acceptance", "From the acceptance"


class Channel(Word):
    """How an application or a complaint came in; on the wire it is text, because partners have names of their own."""

    WINDOW = "window", "Service window"
    IMPORT = "import", "Import"
    HOTLINE = "12345", "12345 hotline"
    PARTNER = "partner", "Partner system"
    ONLINE = "online", "Online"
    MINI_PROGRAMME = "mini-programme", "Mini-programme"
    VISIT = "visit", "Visit to the owner"
    FORWARDED = "forwarded", "Handed up from below"


#: By which ways an application can be taken in: a closed list, as the online rate is counted by it (P0-15).
ReceiptChannel = Literal[Channel.WINDOW, Channel.ONLINE, Channel.PARTNER, Channel.MINI_PROGRAMME, Channel.VISIT]
RECEIPT_CHANNELS: Final[tuple[ReceiptChannel, ...]] = (
    Channel.WINDOW, Channel.ONLINE, Channel.PARTNER, Channel.MINI_PROGRAMME, Channel.VISIT,
)  # fmt: skip


class Library(Word):
    """Where a project stands: reserved, in the active library, or removed from it (plan, P0-04)."""

    RESERVE = "reserve", "Reserve library"
    ACTIVE = "active", "Active library"
    REMOVED = "removed", "Removed"


class CaseState(Word):
    """Where a case stands."""

    blzt: int | None
    is_finished: bool

    def __new__(cls, code: str, msgid: str = "", blzt: int | None = None, is_finished: bool = False) -> Self:
        """`is_finished`: nothing more is owed to the applicant. `blzt`: the number that leads here, if any."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.msgid, member.blzt, member.is_finished = msgid, blzt, is_finished
        return member

    @property
    def is_granted(self) -> bool:
        """A permit that is granted is still owed (Licensing Law 44)."""
        return self.blzt in (11, 12)

    RECEIVED = "received", "Received", 1
    WITHDRAWN_BEFORE_ACCEPTANCE = "withdrawn-before-acceptance", "Withdrawn before acceptance", 2, True
    ACCEPTED = "accepted", "Accepted", 3
    ACCEPTED_WITH_DEFICIENCIES = "accepted-with-deficiencies", "Accepted with deficiencies", 3
    #: Accepted by law, because nothing was told in time (Licensing Law 32(4)).
    DEEMED_ACCEPTED = "deemed-accepted", "Deemed accepted", 3
    NOT_REQUIRED = "not-required", "No approval required", 4, True
    ACCEPTANCE_REFUSED = "acceptance-refused", "Acceptance refused", 5, True
    CORRECTION_REQUESTED = "correction-requested", "Correction requested", 6
    CORRECTION_COMPLETED = "correction-completed", "Correction completed", 7
    GIVEN_UP = "not-corrected", "Given up by the applicant", 2, True
    UNDER_REVIEW = "under-review", "Under review", 8
    #: The count stands still while it runs (Licensing Law 45).
    IN_PROCEDURE = "in-procedure", "In a special procedure", 9
    PROCEDURE_ENDED = "procedure-ended", "Special procedure ended", 10
    #: A granted permit is still owed until it is delivered (Licensing Law 44).
    GRANTED = "granted", "Granted", 11
    GRANTED_ON_COMMITMENT = "granted-on-commitment", "Granted on commitment", 11
    GRANTED_WITH_DEFICIENCIES = "granted-with-deficiencies", "Granted with deficiencies", 12
    REFUSED = "refused", "Refused", 13, True
    WITHDRAWN = "withdrawn", "Withdrawn", 14, True
    #: Licensing Law 8 and 69.
    PERMIT_WITHDRAWN = "permit-withdrawn", "Permit withdrawn by the authority", 14, True
    REVOKED = "revoked", "Permit revoked", 15, True
    DELIVERED = "delivered", "Delivered", None, True
    #: Its project was removed from the library; the standard's 14 stands nearest (our choice).
    ENDED_WITH_PROJECT = "ended-with-project", "Ended with its removed project", 14, True
    #: Handed up, and not acknowledged there yet: still held here, waiting for the superior's word.
    FORWARDED = "forwarded", "Forwarded, waiting for the superior"
    HELD_ABOVE = "held-above", "Held by a higher authority"
    #: A higher authority holds it and has asked for a correction: the window hands up what the applicant brings.
    ASKED_ABOVE = "asked-above", "Correction asked for by the superior", 6
    RETURNED = "returned", "Returned by the superior"
    #: Came from below and was given back there undecided.
    HANDED_BACK = "handed-back", "Given back to the lower authority", None, True


def case_state(code: str) -> CaseState | None:
    """The state of a code; None for none, or for one that only a newer version knows."""
    return CaseState(code) if code in set(CaseState) else None


def state_msgid(told: str) -> str:
    """The msgid of a state that was told by its code; what is no code of ours stands for itself."""
    known = case_state(told)
    return told if known is None else known.msgid


class StepKind(Word):
    """What can happen to a case after receipt, in the office's words and in the order in which forms offer it."""

    ACCEPT = "accept", "Accept the application"
    ACCEPT_WITH_DEFICIENCIES = "accept-with-deficiencies", "Accept with materials still missing"
    SUPPLY_MATERIAL = "supply-material", "A missing material has come in"
    REQUEST_CORRECTION = "request-correction", "Tell at once all that has to be corrected"
    COMPLETE_CORRECTION = "complete-correction", "The corrections are complete"
    GIVE_UP = "give-up", "Close as given up by the applicant"
    BEGIN_REVIEW = "begin-review", "Begin the review"
    BEGIN_PROCEDURE = "begin-procedure", "Begin a special procedure"
    END_PROCEDURE = "end-procedure", "End the special procedure"
    FORWARD = "forward", "Forward to the superior: {place}"
    EXTEND = "extend", "Extend the limit"
    HANDLE_JOINTLY = "handle-jointly", "Handle it jointly with other departments"
    CHANGE_LIMIT = "change-limit", "Put the limit of this case right"
    GRANT = "grant", "Grant the permit"
    GRANT_WITH_DEFICIENCIES = "grant-with-deficiencies", "Grant with materials still missing"
    GRANT_ON_COMMITMENT = "grant-on-commitment", "Grant on a written commitment"
    REFUSE = "refuse", "Refuse the permit"
    DELIVER = "deliver", "Permit delivered"
    CHECK_COMMITMENT = "check-commitment", "Check of the commitment"
    RECORD_BREACH = "record-breach", "Credit note about a broken undertaking"
    REVOKE = "revoke", "Revoke the permit"
    WITHDRAW_PERMIT = "withdraw-permit", "Withdraw the permit because law or circumstances have changed"
    CANCEL_PERMIT = "cancel-permit", "Cancel the permit in the register"
    NOT_REQUIRED = "not-required", "Say that no approval is required"
    REFUSE_ACCEPTANCE = "refuse-acceptance", "Refuse acceptance"
    RETURN = "return", "Give back to the lower authority: {place}"
    WITHDRAW_BEFORE_ACCEPTANCE = "withdraw-before-acceptance", "Withdrawn by the applicant before acceptance"
    WITHDRAW = "withdraw", "Withdrawn by the applicant"
    ASK_WITHDRAWAL = "ask-withdrawal", "Ask {place} to end it, because the applicant withdraws"
    END_WITH_PROJECT = "end-with-project", "End it, because its project was removed"
    HAND_OVER = "hand-over", "Hand the papers to the back office"
    TAKE_OVER = "take-over", "Take the papers over"
    REASSIGN = "reassign", "Hand to another person"
    NAME_COMPLETION = "name-completion", "Name the day of completion"
    NOTE = "note", "Add a note"


# --- clocks and lights ----------------------------------------------------------------------------------------------


class Light(Word):
    """What a clock shows, the worst first. Grey while lawfully paused, done once it has stopped."""

    RED = "red", "Red light"
    YELLOW = "yellow", "Yellow light"
    GREEN = "green", "Green light"
    GREY = "grey", "Grey light"
    DONE = "done", "Done"

    @property
    def severity(self) -> int:
        """0 for the worst."""
        return list(Light).index(self)


def light_of(code: str) -> Light:
    """The light of a code; one that only a newer version knows counts as paused."""
    return Light(code) if code in set(Light) else Light.GREY


def worst(lights: Iterable[Light], otherwise: Light) -> Light:
    """The light that several clocks show together: the worst of them, or `otherwise` where there is none."""
    return min(lights, key=lambda light: light.severity, default=otherwise)


class SubjectKind(Word):
    """What a clock can run against."""

    CASE = "case", "Case"
    COMPLAINT = "complaint", "Complaint"
    CATALOGUE = "catalogue", "List of matters"
    INSTRUCTION = "instruction", "Letter or task"
    PROJECT = "project", "Project"


class Holder(Word):
    """Whose a day of a case is (DOMAIN 3, rule 16): every day is exactly one's."""

    APPLICANT = "applicant", "The applicant"
    DEPARTMENT = "department", "This department"
    OTHER_DEPARTMENT = "other-department", "Another department"
    SUPERIOR = "superior", "The superior"
    PROCEDURE = "procedure", "Special procedure"


#: The applicant has the ball: his own time, in nobody's rate.
APPLICANTS: Final = frozenset({ClockKind.CORRECTION, ClockKind.DEFICIENCY, ClockKind.HEARING_REQUEST})


class Unit(Word):
    """The unit of a limit; every matter carries one (DOMAIN 3.4)."""

    WORKING_DAYS = "working_days", "working days"
    HALF_WORKING_DAYS = "half_working_days", "half working days"
    CALENDAR_DAYS = "calendar_days", "calendar days"
    MONTHS = "months", "months"
    HOURS = "hours", "hours"


# --- complaints -----------------------------------------------------------------------------------------------------


class ComplaintKind(Word):
    """What a complaint is about (DOMAIN 6)."""

    BLOCKED = "blocked", "Blocked from submitting"
    DELAY = "delay", "Delay"
    EXTRA_MATERIALS = "extra-materials", "Extra materials"
    REPEATED_CORRECTIONS = "repeated-corrections", "Repeated corrections"
    HIDDEN_REVIEW = "hidden-review", "Hidden pre-review"
    OFF_SYSTEM = "off-system", "Off-system handling"
    ATTITUDE = "attitude", "Attitude"
    OTHER = "other", "Other"


class Urgency(Word):
    """How soon a complaint wants an answer."""

    GENERAL = "general", "General"
    COMPLEX = "complex", "Complex"
    URGENT = "urgent", "Urgent"


class ComplaintState(Word):
    """Where a complaint is. Every state but CLOSED and GIVEN_BACK is open."""

    REGISTERED = "registered", "Registered"
    DISPATCHED = "dispatched", "Dispatched"
    SIGNED = "signed", "Signed for"
    ANSWERED = "answered", "Answered"
    REVISITED = "revisited", "Revisited"
    CLOSED = "closed", "Closed"
    GIVEN_BACK = "given-back", "Given back"


class ComplaintStepKind(Word):
    """What can happen to a complaint after it was registered; the msgid says it as done."""

    DISPATCH = "dispatch", "Dispatched"
    SIGN = "sign", "Signed for"
    ANSWER = "answer", "Answered"
    REVISIT = "revisit", "Revisited"
    CLOSE = "close", "Closed"
    GIVE_BACK = "give-back", "Given back"


class CheckVerdict(Word):
    """What the record showed when a complaint came in."""

    CASE_FOUND = "case-found", "Case found in the record"
    NO_CASE_EXISTS = "no-case-exists", "No case exists in the record"
    #: It is about no project, so that the absence of a case says nothing.
    NOT_CHECKED = "not-checked", "About no project"


# --- instructions: letters and tasks --------------------------------------------------------------------------------


class InstructionKind(Word):
    """What an official instruction is: 提醒函, 督办函, 挂牌督办, 通报 or 任务交办单; each is numbered for itself."""

    REMINDER = "reminder-letter", "Reminder letter"
    SUPERVISION = "supervision-letter", "Supervision letter"
    LISTED = "listed-supervision", "Listed supervision"
    CIRCULAR = "circular", "Circular"
    TASK = "task-slip", "Task slip"


class InstructionState(Word):
    """Where an instruction is. Every state but CLOSED is open."""

    ISSUED = "issued", "Issued"
    SIGNED = "signed", "Signed for"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class InstructionStepKind(Word):
    """What can happen to an instruction; the msgid says it as done."""

    SIGN = "sign", "Signed for"
    ANSWER = "answer", "Answered"
    CLOSE = "close", "Closed"


class FindingState(Word):
    """What a person has said of a finding (DOMAIN 7)."""

    OPEN = "open", "Open"
    CONFIRMED = "confirmed", "Confirmed"
    DISMISSED = "dismissed", "Dismissed"
    OVERTURNED = "overturned", "Overturned on review"
