"""Decides which clocks there are: for each kind what starts it, what stops it, its limit and the law behind it.

The one table of clock rules (DOMAIN 3 and 6). How the clocks of one case follow from it is said in ``domain``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from services.timer.limits import HalfWorkingDays, Hours, Limit, WorkingDays
from services.timer.rulebook import Setting, shortest

About = Literal["case", "complaint", "catalogue", "instruction"]


@dataclass(frozen=True, slots=True)
class Promised:
    """The limit that the case or message carries since receipt; a later change of the catalogue does not change it."""


@dataclass(frozen=True, slots=True)
class ByUrgency:
    """The limit depends on how urgent the complaint was said to be at registration; the first for an unknown word."""

    limits: tuple[tuple[str, Limit], ...]


@dataclass(frozen=True, slots=True)
class GivenTime:
    """The time that whoever asks for it has given, or else this limit."""

    otherwise: Limit


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One kind of clock. ``starts`` and ``stops`` name facts by their stem without the leading ``qidi.``."""

    kind: str
    about: About
    starts: frozenset[str]
    stops: frozenset[str]
    limit: Limit | Promised | ByUrgency | GivenTime
    #: May a lawful pause (Licensing Law 45) interrupt it?
    pausable: bool
    law: str
    #: On which way of a case it runs: the decision counts where it is decided, forwarding where it is handed up,
    #: delivery where the applicant came to. A complaint that was sent down is revisited and closed above.
    only: Literal["always", "decided-here", "decided-above", "received-here"] = "always"
    #: What authorities have set instead of the law's limit, for clocks that start from a moment on.
    settings: tuple[Setting, ...] = ()

    def named_limits(self) -> dict[str, Limit]:
        """The limits that can be shortened, by the names under which that is done; none where promised or given."""
        if isinstance(self.limit, Promised | GivenTime):
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
        name = name if name in named else next(iter(named))
        return shortest(named[name], self.settings, name, at)


#: Any of these ends the acceptance stage: told in time or not, there is nothing left to be told.
_ANSWERED_WITHOUT_ACCEPTING: Final = frozenset(
    {"case.not-required", "case.acceptance-refused", "case.withdrawn-before-acceptance"}
)
_DECIDED: Final = frozenset({"case.granted", "case.refused", "case.withdrawn"})
#: The decision of a higher authority has come back; as facts they are one, `case.outcome-returned`, told apart here.
OUTCOMES: Final = frozenset(
    f"case.outcome-{ending}" for ending in ("granted", "refused", "withdrawn", "not-required", "acceptance-refused")
)
#: Given back to the authority that forwarded it: nobody here owes anything any more.
_HANDED_BACK: Final = frozenset({"case.handed-back"})

FORWARD_KIND: Final = "forward"
CATALOGUE_KIND: Final = "catalogue_drift"

ONE_TIME_NOTICE: Final = ClockRule(
    "one_time_notice",
    "case",
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
    "行政许可法第三十二条第一款第（四）项",
)
DECISION: Final = ClockRule(
    "decision",
    "case",
    frozenset({"case.accepted"}),
    # The last three only where the acceptance was deemed and the office answered late instead of deciding.
    _DECIDED | _ANSWERED_WITHOUT_ACCEPTING | _HANDED_BACK,
    Promised(),
    True,
    "行政许可法第四十二条；承诺时限",
    "decided-here",
)

RULES: Final[tuple[ClockRule, ...]] = (
    ONE_TIME_NOTICE,
    DECISION,
    ClockRule(
        "delivery",
        "case",
        # The outcome of a higher authority counts from its arrival: before, there was nothing here to deliver.
        frozenset({"case.granted", "case.outcome-granted"}),
        frozenset({"case.delivered"}),
        WorkingDays(10),
        False,
        "行政许可法第四十四条",
        "received-here",
    ),
    ClockRule(
        FORWARD_KIND,
        "case",
        # Once more from the day on which the superior gave it back.
        frozenset({"case.received", "case.forward-returned"}),
        # The superior's own entry, at its own time; not the sender's word that it was sent.
        frozenset({"case.forward-acknowledged"}) | _ANSWERED_WITHOUT_ACCEPTING | _DECIDED | OUTCOMES | _HANDED_BACK,
        WorkingDays(7),
        False,
        "大起底行动方案四（二）3：需上报的自收件之日起7个工作日内转报",
        "decided-above",
    ),
    ClockRule(
        "complaint_dispatch",
        "complaint",
        # Given back, it has to be dispatched once more; what was sent down to us was dispatched above.
        frozenset({"complaint.registered", "complaint.returned"}),
        frozenset({"complaint.dispatched", "complaint.signed", "complaint.answered", "complaint.closed"}),
        HalfWorkingDays(1),
        False,
        "12345热线工单办理时限：派单",
        "decided-here",
    ),
    ClockRule(
        "complaint_sign",
        "complaint",
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
        "complaint_answer",
        "complaint",
        # Sent down once more, after it was given back or the complainant was not satisfied, it counts from there.
        frozenset({"complaint.registered", "complaint.dispatched"}),
        frozenset({"complaint.answered", "complaint.closed", "complaint.given-back"}),
        ByUrgency((("general", WorkingDays(5)), ("complex", WorkingDays(15)), ("urgent", Hours(24)))),
        False,
        "12345热线工单办理时限：办理",
    ),
    ClockRule(
        "complaint_revisit",
        "complaint",
        frozenset({"complaint.answered"}),
        frozenset({"complaint.revisited", "complaint.closed"}),
        WorkingDays(3),  # our choice: no rule names one
        False,
        "12345热线工单办理时限：回访",
        "decided-here",
    ),
    ClockRule(
        "complaint_close",
        "complaint",
        frozenset({"complaint.revisited"}),
        frozenset({"complaint.closed"}),
        WorkingDays(2),
        False,
        "12345热线工单办理时限：办结",
        "decided-here",
    ),
    # Official messages to those below: both sides count from the arrival there, so that a cut link makes nobody late.
    ClockRule(
        "instruction_sign",
        "instruction",
        frozenset({"instruction.received"}),
        frozenset({"instruction.signed", "instruction.answered", "instruction.filed"}),
        WorkingDays(1),  # our choice: as for complaints
        False,
        "督办文书签收时限：1个工作日",
    ),
    ClockRule(
        "instruction_answer",
        "instruction",
        frozenset({"instruction.received"}),
        frozenset({"instruction.answered", "instruction.filed"}),
        Promised(),
        False,
        "督办函自收到之日起5个工作日内回复；其他按来文载明的时限",
    ),
    ClockRule(
        CATALOGUE_KIND,
        "catalogue",
        frozenset({"catalogue.arrived"}),
        frozenset({"catalogue.publication-adopted"}),
        GivenTime(WorkingDays(10)),  # our choice: no rule names one
        False,
        "事项清单动态调整：上级清单下达后限期认领，下级只可压缩时限，不得增设",
    ),
)


def rules_given(kind: str, otherwise: Limit) -> Sequence[ClockRule]:
    """The table with this limit where whoever asks has given none."""
    return tuple(replace(rule, limit=GivenTime(otherwise)) if rule.kind == kind else rule for rule in RULES)


def rules_with(rules: Sequence[ClockRule], settings: Sequence[Setting]) -> Sequence[ClockRule]:
    """The table with what authorities have set; a setting for a rule that this version does not have lies idle."""
    if not settings:
        return rules
    return tuple(
        replace(rule, settings=tuple(one for one in settings if one.rule in rule.named_limits())) for rule in rules
    )


def facts_that_matter() -> frozenset[str]:
    """Every fact that can change a clock, by its stem without the leading ``qidi.``."""
    return frozenset({"case.reassigned"}).union(*(rule.starts | rule.stops for rule in RULES))
