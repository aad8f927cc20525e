"""Clock rules: for each kind of clock what starts it, what stops it, its limit and the law behind it.

The one table of them (DOMAIN 3 and 6). How the clocks of one case follow from it is said in ``domain``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.contracts.attribution import ASKED_ABOVE, HANDED_UP, STOOD
from services.contracts.vocabulary import CaseState, ClockKind, SubjectKind, Urgency
from services.timer.limits import CalendarDays, HalfWorkingDays, Hours, Limit, WorkingDays
from services.timer.rulebook import Setting, shortest

#: The plan's limit for handing a case up, which an authority may shorten for itself.
FORWARD_WORKING_DAYS: Final = 7
#: Who answers for adopting a list of matters in time: the department that keeps it, the same everywhere (our choice).
ADOPTING_DEPARTMENT: Final = "政务服务局"


class Way(StrEnum):
    """The way of a case or complaint on which a clock runs."""

    ALWAYS = "always"
    #: The decision counts where it is decided; a complaint that was sent down is revisited and closed above.
    DECIDED_HERE = "decided-here"
    #: Naming a handler counts where a case came from below.
    FROM_BELOW = "from-below"
    #: Forwarding counts where it is handed up.
    DECIDED_ABOVE = "decided-above"
    #: Delivery counts where the applicant came to.
    RECEIVED_HERE = "received-here"


@dataclass(frozen=True, slots=True)
class Promised:
    """The limit that the case or message carries since receipt; a later change of the catalogue does not change it."""


@dataclass(frozen=True, slots=True)
class ByUrgency:
    """The limit depends on how urgent the complaint was said to be at registration; the first for an unknown word."""

    limits: tuple[tuple[Urgency, Limit], ...]
    #: Whether it is the limit of the urgencies that are named here alone: no clock for any other.
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class GivenTime:
    """The time that whoever asks for it has given, or else this limit."""

    otherwise: Limit


@dataclass(frozen=True, slots=True)
class Planned:
    """The time that the fact itself gives which starts the clock, or else this limit; without either no clock."""

    otherwise: Limit | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One kind of clock. ``starts`` and ``stops`` name facts by their stem without the leading ``qidi.``."""

    kind: ClockKind
    about: SubjectKind
    starts: frozenset[str]
    stops: frozenset[str]
    limit: Limit | Promised | ByUrgency | GivenTime | Planned
    #: May a lawful pause (Licensing Law 45) interrupt it?
    pausable: bool
    law: str
    only: Way = Way.ALWAYS
    #: What authorities have set instead of the law's limit, for clocks that start from a moment on.
    settings: tuple[Setting, ...] = ()
    #: The fact that lengthens the limit, once, if it comes before that has run out.
    extended_by: str = ""
    #: Facts that no service tells yet: until then the rule lies idle.
    awaits: frozenset[str] = frozenset()
    #: Facts that stop the clock of the one thing that they are about: each has its own, beside the others. Where there
    #: are none, one clock runs at a time.
    stops_one: frozenset[str] = frozenset()

    def named_limits(self) -> dict[str, Limit]:
        """The limits that can be shortened, by the names under which that is done; none where each case has its own."""
        if isinstance(self.limit, Promised | GivenTime | Planned):
            return {}
        if isinstance(self.limit, ByUrgency):
            return {f"{self.kind}.{urgency}": limit for urgency, limit in self.limit.limits}
        return {self.kind: self.limit}

    def in_force(self, at: datetime, urgency: str = "") -> tuple[Limit, Setting | None] | None:
        """The limit of a clock that starts at this moment, and who has set it; None where each case carries its own."""
        named = self.named_limits()
        if not named:
            return None
        name = self.kind if self.kind in named else f"{self.kind}.{urgency}"
        return self.in_force_as(name if name in named else next(iter(named)), at)

    def in_force_as(self, name: str, at: datetime) -> tuple[Limit, Setting | None]:
        """The limit of one of the `named_limits` at this moment, and who has set it; None where it is the law's."""
        return shortest(self.named_limits()[name], self.settings, name, at)


ClockRules = Sequence[ClockRule]

#: Any of these ends the acceptance stage: told in time or not, there is nothing left to be told.
_ANSWERED_WITHOUT_ACCEPTING: Final = frozenset(
    {"case.not-required", "case.acceptance-refused", "case.withdrawn-before-acceptance", "case.given-up"}
)
_GRANTED: Final = frozenset({"case.granted", "case.granted-with-deficiencies"})
_DECIDED: Final = _GRANTED | {"case.refused", "case.withdrawn", "case.ended-with-project"}
#: The permit is gone: nothing is delivered, supplied or checked any more (Licensing Law 69, 8).
_PERMIT_GONE: Final = frozenset({"case.revoked", "case.permit-withdrawn"})
#: The decision of a higher authority has come back; as facts they are one, `case.outcome-returned`, told apart here.
OUTCOMES: Final = frozenset(
    f"case.outcome-{ending}"
    for ending in (
        *(CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN),
        *(CaseState.NOT_REQUIRED, CaseState.ACCEPTANCE_REFUSED),
    )
)
#: Where a case stands above; as facts they are one, `case.stood-above`, told apart here.
STANDS_ABOVE: Final = frozenset(f"{STOOD}{state}" for state in CaseState)
#: It goes on above without waiting for the applicant.
_STANDS_ON: Final = STANDS_ABOVE - {ASKED_ABOVE}
#: Given back to the authority that forwarded it: nobody here owes anything any more.
_HANDED_BACK: Final = frozenset({"case.handed-back"})

#: The limit of the decision is extended, once (Licensing Law 42).
EXTENDED: Final = "case.extended"

ONE_TIME_NOTICE: Final = ClockRule(
    ClockKind.ONE_TIME_NOTICE,
    SubjectKind.CASE,
    # Every completed correction is a new submission, which has to be looked at within five days again.
    frozenset({"case.received", "case.correction-completed"}),
    # Who decides has accepted: a decision ends it as well. The deemed acceptance does not: the duty was missed, and the
    # light stays red until somebody acts.
    # Who hands it up has found the papers complete, and who gives it back has said why.
    frozenset({"case.accepted", "case.correction-requested", "case.forwarded"})
    | _ANSWERED_WITHOUT_ACCEPTING
    | _DECIDED
    | _HANDED_BACK,
    WorkingDays(5),
    False,
    "行政许可法第三十二条第一款第（四）项；大起底行动方案四（二）2一次性告知、四（三）1初审：5个工作日",
)
DECISION: Final = ClockRule(
    ClockKind.DECISION,
    SubjectKind.CASE,
    frozenset({"case.accepted"}),
    # The last three only where the acceptance was deemed and the office answered late instead of deciding.
    _DECIDED | _ANSWERED_WITHOUT_ACCEPTING | _HANDED_BACK,
    Promised(),
    True,
    "行政许可法第四十二条；承诺时限",
    Way.DECIDED_HERE,
    extended_by=EXTENDED,
)

#: To adopt a list that names no day of its own, counted from its arrival (our choice: no rule names one).
ADOPTION: Final = WorkingDays(10)

#: A special procedure for which the count stands still, and its end; with a decision it is over as well.
PROCEDURE_BEGUN: Final = "case.procedure-begun"
PROCEDURE_ENDED: Final = "case.procedure-ended"

CORRECTION_ASKED: Final = "case.correction-requested"
CORRECTION_DONE: Final = "case.correction-completed"

#: The head says that a fact was a mistake (DOMAIN 3, rule 11).
CORRECTED: Final = "case.entry-corrected"

#: What a step says beside its own fact, in the same moment: a correction of the one is a correction of the others.
BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "case.accepted": frozenset({"case.material-missing"}),
    "case.granted": frozenset({"case.commitment-given"}),
}
#: It is another one: the case is handled jointly (Licensing Law 42(2)), or its limit was wrong.
LIMIT_CHANGED: Final = frozenset({"case.handled-jointly", "case.limit-changed"})

RULES: Final[tuple[ClockRule, ...]] = (
    ONE_TIME_NOTICE,
    DECISION,
    ClockRule(
        ClockKind.CORRECTION,
        SubjectKind.CASE,
        # asked for above, it runs at the window as well, and what was handed in there goes up (DOMAIN 3, rule 17)
        frozenset({"case.correction-requested", ASKED_ABOVE}),
        frozenset({"case.correction-completed", "case.accepted", "case.forwarded", HANDED_UP, "case.forward-returned"})
        | _STANDS_ON
        | OUTCOMES
        | _ANSWERED_WITHOUT_ACCEPTING
        | _DECIDED
        | _HANDED_BACK,
        Planned(WorkingDays(30)),  # our choice: no rule names one (DOMAIN 3, rule 14)
        False,
        "补正告知书载明的期限；未载明的30个工作日",
    ),
    ClockRule(
        ClockKind.SPECIAL_PROCEDURE,
        SubjectKind.CASE,
        frozenset({PROCEDURE_BEGUN}),
        frozenset({PROCEDURE_ENDED}) | _DECIDED | _HANDED_BACK,
        Planned(),
        False,
        "行政许可法第四十五条：所需时间书面告知申请人",
        Way.DECIDED_HERE,
    ),
    ClockRule(
        ClockKind.DELIVERY,
        SubjectKind.CASE,
        # The outcome of a higher authority counts from its arrival: before, there was nothing here to deliver.
        _GRANTED | {"case.outcome-granted"},
        frozenset({"case.delivered"}) | _PERMIT_GONE,
        WorkingDays(10),
        False,
        "行政许可法第四十四条",
        Way.RECEIVED_HERE,
    ),
    # A material that may come later counts for itself, also after the grant (DOMAIN 3, rule 8).
    ClockRule(
        ClockKind.DEFICIENCY,
        SubjectKind.CASE,
        frozenset({"case.material-missing"}),
        frozenset({"case.material-supplied", "case.refused", "case.withdrawn"}) | _PERMIT_GONE | _HANDED_BACK,
        Planned(CalendarDays(15)),  # our choice: no rule names one
        False,
        "容缺受理告知书载明的补齐日期；未载明的15日",
        Way.DECIDED_HERE,
        stops_one=frozenset({"case.material-supplied"}),
    ),
    # Granted at once, and checked within a set time (DOMAIN 3, rule 9).
    ClockRule(
        ClockKind.COMMITMENT_CHECK,
        SubjectKind.CASE,
        frozenset({"case.commitment-given"}),
        frozenset({"case.commitment-checked"}) | _PERMIT_GONE,
        Planned(WorkingDays(20)),  # our choice: no rule names one
        False,
        "内工改办〔2021〕29号：告知承诺制，事后核查期限由事项载明；未载明的20个工作日",
        Way.DECIDED_HERE,
    ),
    ClockRule(
        ClockKind.FORWARD,
        SubjectKind.CASE,
        # Once more from the day on which the superior gave it back.
        frozenset({"case.received", "case.forward-returned"}),
        # The superior's own entry, at its own time; not the sender's word that it was sent.
        frozenset({"case.forward-acknowledged"}) | _ANSWERED_WITHOUT_ACCEPTING | _DECIDED | OUTCOMES | _HANDED_BACK,
        WorkingDays(FORWARD_WORKING_DAYS),
        False,
        "大起底行动方案四（二）3：需上报的自收件之日起7个工作日内转报",
        Way.DECIDED_ABOVE,
    ),
    ClockRule(
        ClockKind.NAMING,
        SubjectKind.CASE,
        frozenset({"case.received"}),
        frozenset({"case.reassigned", "case.taken-over"})
        | _ANSWERED_WITHOUT_ACCEPTING
        | _DECIDED
        | OUTCOMES
        | _HANDED_BACK,
        WorkingDays(1),
        False,
        "下级转报件自接收之日起1个工作日内指定经办人，逾期由部门负责人承办",
        Way.FROM_BELOW,
    ),
    ClockRule(
        ClockKind.COMPLAINT_DISPATCH,
        SubjectKind.COMPLAINT,
        # Given back, it has to be dispatched once more; what was sent down to us was dispatched above.
        frozenset({"complaint.registered", "complaint.returned"}),
        frozenset({"complaint.dispatched", "complaint.signed", "complaint.answered", "complaint.closed"}),
        HalfWorkingDays(1),
        False,
        "12345热线工单办理时限：派单",
        Way.DECIDED_HERE,
    ),
    ClockRule(
        ClockKind.COMPLAINT_SIGN,
        SubjectKind.COMPLAINT,
        frozenset({"complaint.dispatched"}),
        # Dispatched again to another department, or given back: the first one has nothing left to sign for. Giving it
        # back has the same working day as signing, so this clock is the limit of both.
        frozenset(
            {
                *("complaint.signed", "complaint.dispatched", "complaint.answered", "complaint.closed"),
                *("complaint.returned", "complaint.given-back"),
            }
        ),
        WorkingDays(1),
        False,
        "12345热线工单办理时限：签收",
    ),
    ClockRule(
        ClockKind.COMPLAINT_ANSWER,
        SubjectKind.COMPLAINT,
        # Sent down once more, after it was given back or the complainant was not satisfied, it counts from there.
        frozenset({"complaint.registered", "complaint.dispatched"}),
        frozenset({"complaint.answered", "complaint.closed", "complaint.given-back"}),
        ByUrgency(
            (
                (Urgency.GENERAL, WorkingDays(5)),
                (Urgency.COMPLEX, WorkingDays(15)),
                (Urgency.URGENT, Hours(24)),
            )
        ),
        False,
        "12345热线工单办理时限：办理",
        extended_by="complaint.extended",
    ),
    ClockRule(
        ClockKind.COMPLAINT_REVISIT,
        SubjectKind.COMPLAINT,
        frozenset({"complaint.answered"}),
        frozenset({"complaint.revisited", "complaint.closed"}),
        WorkingDays(3),  # our choice: no rule names one
        False,
        "12345热线工单办理时限：回访",
        Way.DECIDED_HERE,
    ),
    ClockRule(
        ClockKind.COMPLAINT_CLOSE,
        SubjectKind.COMPLAINT,
        frozenset({"complaint.revisited"}),
        frozenset({"complaint.closed"}),
        WorkingDays(2),
        False,
        "12345热线工单办理时限：办结",
        Way.DECIDED_HERE,
    ),
    # Official messages to those below: both sides count from the arrival there, so that a cut link makes nobody late.
    ClockRule(
        ClockKind.INSTRUCTION_SIGN,
        SubjectKind.INSTRUCTION,
        frozenset({"instruction.received"}),
        frozenset({"instruction.signed", "instruction.answered", "instruction.filed"}),
        WorkingDays(1),  # our choice: as for complaints
        False,
        "督办文书签收时限：1个工作日",
    ),
    ClockRule(
        ClockKind.INSTRUCTION_ANSWER,
        SubjectKind.INSTRUCTION,
        frozenset({"instruction.received"}),
        frozenset({"instruction.answered", "instruction.filed"}),
        Promised(),
        False,
        "督办函自收到之日起5个工作日内回复；其他按来文载明的时限",
    ),
    ClockRule(
        ClockKind.CATALOGUE_DRIFT,
        SubjectKind.CATALOGUE,
        frozenset({"catalogue.arrived"}),
        frozenset({"catalogue.publication-adopted"}),
        GivenTime(ADOPTION),
        False,
        "事项清单动态调整：上级清单下达后限期认领，下级只可压缩时限，不得增设",
    ),
)


def rules_given(table: ClockRules, kind: ClockKind, otherwise: Limit) -> ClockRules:
    """The table with this limit where whoever asks has given none."""
    return tuple(replace(rule, limit=GivenTime(otherwise)) if rule.kind == kind else rule for rule in table)


def rules_with(rules: ClockRules, settings: Sequence[Setting]) -> ClockRules:
    """The table with what authorities have set; a setting for a rule that this version does not have lies idle."""
    if not settings:
        return rules
    return tuple(
        replace(rule, settings=tuple(one for one in settings if one.rule in rule.named_limits())) for rule in rules
    )


#: They start and stop no clock, and say whose the days are.
_OF_HOLDERS: Final = frozenset({"case.holder-changed", "case.delivered-below"})


def facts_that_matter() -> frozenset[str]:
    """Every fact that can change a clock, or whose the days are, by its stem without the leading ``qidi.``."""
    return frozenset(
        {
            "case.reassigned",
            "case.taken-over",
            "case.late-entry-judged",
            EXTENDED,
            CORRECTED,
            *LIMIT_CHANGED,
            *_OF_HOLDERS,
        }
    ).union(*(rule.starts | rule.stops for rule in RULES))
