"""Decides which step a case may take from where, what the step must say, and where the case stands afterwards.

One table holds it all. The words are those of the commands, the numbers those of the national exchange standard for
construction approval systems (BLZT), the rules those of the Licensing Law.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    CORRECTION_REQUESTED = "correction-requested"
    CORRECTION_COMPLETED = "correction-completed"
    ACCEPTED = "accepted"
    #: Accepted by law, because nothing was told in time (Licensing Law 32(4)).
    DEEMED_ACCEPTED = "deemed-accepted"
    UNDER_REVIEW = "under-review"
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_REQUIRED = "not-required"
    ACCEPTANCE_REFUSED = "acceptance-refused"
    WITHDRAWN_BEFORE_ACCEPTANCE = "withdrawn-before-acceptance"
    WITHDRAWN = "withdrawn"
    DELIVERED = "delivered"
    #: Handed up, and not acknowledged there yet: still held here, waiting for the superior's word.
    FORWARDED = "forwarded"
    #: Acknowledged: a higher authority holds it.
    HELD_ABOVE = "held-above"
    #: Came back from above undecided, with the reason.
    RETURNED = "returned"
    #: Came from below and was given back there undecided.
    HANDED_BACK = "handed-back"


class Step(StrEnum):
    """What can happen to a case after receipt; the same words as in the commands."""

    WITHDRAW_BEFORE_ACCEPTANCE = "withdraw-before-acceptance"
    ACCEPT = "accept"
    NOT_REQUIRED = "not-required"
    REFUSE_ACCEPTANCE = "refuse-acceptance"
    REQUEST_CORRECTION = "request-correction"
    COMPLETE_CORRECTION = "complete-correction"
    BEGIN_REVIEW = "begin-review"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    DELIVER = "deliver"
    FORWARD = "forward"
    RETURN = "return"
    ASK_WITHDRAWAL = "ask-withdrawal"
    REASSIGN = "reassign"
    NOTE = "note"


#: The words of the entries in a case's history that nobody sends as a step.
RECEIVE = "receive"
DEEM_ACCEPTED = "deem-accepted"
#: What higher authorities said about a forwarded case.
FORWARD_ACKNOWLEDGED = "forward-acknowledged"
HOLDER_CHANGED = "holder-changed"
FORWARD_RETURNED = "forward-returned"
OUTCOME_RETURNED = "outcome-returned"

OPEN_BEFORE_ACCEPTANCE = frozenset({State.RECEIVED, State.CORRECTION_REQUESTED, State.CORRECTION_COMPLETED})
#: Waits for the authority's word on acceptance.
_TO_BE_ACCEPTED = frozenset({State.RECEIVED, State.CORRECTION_COMPLETED})
_TO_BE_DECIDED = frozenset({State.ACCEPTED, State.DEEMED_ACCEPTED, State.UNDER_REVIEW})
_TO_BE_FORWARDED = _TO_BE_ACCEPTED | _TO_BE_DECIDED | {State.RETURNED}
_HELD_BY_SOMEBODY = (
    OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {State.GRANTED, State.FORWARDED, State.HELD_ABOVE, State.RETURNED}
)
_ANY = frozenset(State)


@dataclass(frozen=True)
class Way:
    """Where a case comes from and goes to: what is decided above is forwarded, what came from below goes back there."""

    #: A higher authority decides it.
    up: bool = False
    #: It was forwarded to us by a lower authority.
    from_below: bool = False


HERE = Way()


@dataclass(frozen=True)
class StepRule:
    """One line of the table."""

    #: The states from which the step may be taken.
    allowed_from: frozenset[State]
    #: The state afterwards; None when the step changes none.
    after: State | None
    #: The step's number in the exchange standard.
    blzt: int | None
    #: The stem of the event that says it.
    event: str
    #: The fields without which the step is not told.
    needs: tuple[str, ...] = ()
    #: The law's own words where the officer states no other reason: each decision carries one (DOMAIN 3.10).
    reason_by_law: str | None = None
    #: Does a later step have to come after it in time? A remark entered today must not bar yesterday's acceptance.
    orders: bool = True


RULES: Mapping[Step, StepRule] = {
    Step.WITHDRAW_BEFORE_ACCEPTANCE: StepRule(
        OPEN_BEFORE_ACCEPTANCE, State.WITHDRAWN_BEFORE_ACCEPTANCE, 2, "qidi.case.withdrawn-before-acceptance"
    ),
    # From deemed-accepted: the late word. The law has accepted it before; the record shows both.
    Step.ACCEPT: StepRule(
        _TO_BE_ACCEPTED | {State.DEEMED_ACCEPTED},
        State.ACCEPTED,
        3,
        "qidi.case.accepted",
        reason_by_law="申请材料齐全、符合法定形式，予以受理（行政许可法第三十二条第五项）",
    ),
    Step.NOT_REQUIRED: StepRule(
        _TO_BE_ACCEPTED | {State.RETURNED}, State.NOT_REQUIRED, 4, "qidi.case.not-required", needs=("reason",)
    ),  # Licensing Law 32(1)
    Step.REFUSE_ACCEPTANCE: StepRule(
        OPEN_BEFORE_ACCEPTANCE | {State.RETURNED},
        State.ACCEPTANCE_REFUSED,
        5,
        "qidi.case.acceptance-refused",
        needs=("reason",),
    ),  # Licensing Law 32(2)
    # From deemed-accepted: told late. It is recorded with its round and undoes nothing.
    Step.REQUEST_CORRECTION: StepRule(
        _TO_BE_ACCEPTED | {State.DEEMED_ACCEPTED, State.RETURNED},
        State.CORRECTION_REQUESTED,
        6,
        "qidi.case.correction-requested",
        needs=("defects",),
    ),
    Step.COMPLETE_CORRECTION: StepRule(
        frozenset({State.CORRECTION_REQUESTED, State.DEEMED_ACCEPTED}),
        State.CORRECTION_COMPLETED,
        7,
        "qidi.case.correction-completed",
    ),
    Step.BEGIN_REVIEW: StepRule(
        frozenset({State.ACCEPTED, State.DEEMED_ACCEPTED}), State.UNDER_REVIEW, 8, "qidi.case.review-begun"
    ),
    Step.GRANT: StepRule(
        _TO_BE_DECIDED,
        State.GRANTED,
        11,
        "qidi.case.granted",
        reason_by_law="申请符合法定条件、标准，准予许可（行政许可法第三十八条第一款）",
    ),
    Step.REFUSE: StepRule(
        _TO_BE_DECIDED, State.REFUSED, 13, "qidi.case.refused", needs=("reason", "remedies")
    ),  # Licensing Law 38(2)
    # Forwarded and not acknowledged: the withdrawal follows it up; what the superior has done by then stands.
    Step.WITHDRAW: StepRule(
        _TO_BE_DECIDED | {State.FORWARDED, State.RETURNED}, State.WITHDRAWN, 14, "qidi.case.withdrawn"
    ),
    Step.DELIVER: StepRule(frozenset({State.GRANTED}), State.DELIVERED, None, "qidi.case.delivered"),
    Step.FORWARD: StepRule(_TO_BE_FORWARDED, State.FORWARDED, None, "qidi.case.forwarded"),
    Step.RETURN: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {State.RETURNED},
        State.HANDED_BACK,
        None,
        "qidi.case.handed-back",
        needs=("reason",),
    ),
    Step.ASK_WITHDRAWAL: StepRule(frozenset({State.HELD_ABOVE}), None, None, "qidi.case.withdrawal-asked"),
    Step.REASSIGN: StepRule(
        _HELD_BY_SOMEBODY, None, None, "qidi.case.reassigned", needs=("new_handler",), orders=False
    ),
    Step.NOTE: StepRule(_ANY, None, None, "qidi.case.noted", needs=("note",), orders=False),
}

BY_NUMBER: Mapping[int, Step] = {rule.blzt: step for step, rule in RULES.items() if rule.blzt is not None}
#: In the standard, but not taken yet: special procedure (9, 10), grant with deficiencies (12), revocation (15).
NOT_TAKEN_YET = frozenset({9, 10, 12, 15})

#: What the exchange standard calls the states; those that it does not have are ours.
STATE_NAMES: Mapping[State, str] = {
    State.RECEIVED: "已接件",
    State.WITHDRAWN_BEFORE_ACCEPTANCE: "已撤件",
    State.ACCEPTED: "已受理",
    State.DEEMED_ACCEPTED: "视为受理",
    State.NOT_REQUIRED: "不受理",
    State.ACCEPTANCE_REFUSED: "不予受理",
    State.CORRECTION_REQUESTED: "补正（开始）",
    State.CORRECTION_COMPLETED: "补正（结束）",
    State.UNDER_REVIEW: "部门开始办理",
    State.GRANTED: "办结（通过）",
    State.REFUSED: "办结（不通过）",
    State.WITHDRAWN: "撤回",
    State.DELIVERED: "已送达",
    State.FORWARDED: "已转报，待上级签收",
    State.HELD_ABOVE: "上级办理中",
    State.RETURNED: "上级退回",
    State.HANDED_BACK: "已退回下级",
}

#: Only of a case that is forwarded, and only of one that came from below.
_GOES_UP = frozenset({Step.FORWARD, Step.ASK_WITHDRAWAL})
_GOES_BACK = frozenset({Step.RETURN})
#: Not for the one who forwards it, and not for one who has it from below.
_DECIDES = frozenset({Step.GRANT, Step.REFUSE})
_HANDS_OVER = frozenset({Step.DELIVER})


def fits(step: Step, way: Way) -> bool:
    """Is this step for a case on such a way at all? Who forwards does not decide; who was sent it does not deliver."""
    if way.up:
        if step in _DECIDES:
            return False
    elif step in _GOES_UP:
        return False
    if way.from_below:
        return step not in _HANDS_OVER
    return step not in _GOES_BACK


def is_allowed(step: Step, state: State, notice_open: bool, way: Way = HERE) -> bool:
    """May the step be taken now? `notice_open`: was a correction notice told that has not been answered yet?"""
    if state not in RULES[step].allowed_from or not fits(step, way):
        return False
    if state is not State.DEEMED_ACCEPTED:
        return True
    # The law's acceptance hides whether a notice is open: one is answered before the next is told.
    if step is Step.REQUEST_CORRECTION:
        return not notice_open
    return notice_open or step is not Step.COMPLETE_CORRECTION


def allowed_steps(state: State, notice_open: bool, way: Way = HERE) -> list[Step]:
    """Every step that may be taken now, in the table's order."""
    return [step for step in RULES if is_allowed(step, state, notice_open, way)]


def state_after(step: Step, state: State) -> State:
    """Where the case stands after an allowed step. Acceptance by law is not undone by a late notice."""
    after = RULES[step].after
    if after is None:
        return state
    if state is State.DEEMED_ACCEPTED and after in OPEN_BEFORE_ACCEPTANCE:
        return state
    return after
