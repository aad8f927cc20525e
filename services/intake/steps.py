"""Steps of a case, in one table: from where each may be taken, what it must say, and where the case stands afterwards.

The numbers are those of the states in the national exchange standard for construction approval systems (BLZT), the
rules those of the Licensing Law.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.vocabulary import CaseState, StepKind
from services.intake import phrases

#: The words of the entries in a case's history that nobody sends as a step.
RECEIVE = "receive"
DEEM_ACCEPTED = "deem-accepted"
#: The law's acceptance is taken back by the system's own entry: a calendar has moved the notice's end past it.
UNDO_ACCEPTANCE = "undo-acceptance"
#: What higher authorities said about a forwarded case.
CORRECTION_EXPIRED = "correction-expired"
#: A second person's word on a late entry.
JUDGED = "late-entry-judged"
#: The head's word that a line of the history is wrong.
CORRECTED = "entry-corrected"
#: The day of a missing material has passed without it.
DEFICIENCY_BREACHED = "deficiency-breached"
FORWARD_ACKNOWLEDGED = "forward-acknowledged"
HOLDER_CHANGED = "holder-changed"
FORWARD_RETURNED = "forward-returned"
OUTCOME_RETURNED = "outcome-returned"
STOOD_ABOVE = "stood-above"
#: What is decided here was delivered below.
DELIVERED_BELOW = "delivered-below"

OPEN_BEFORE_ACCEPTANCE = frozenset({CaseState.RECEIVED, CaseState.CORRECTION_REQUESTED, CaseState.CORRECTION_COMPLETED})
#: Waits for the authority's word on acceptance.
_TO_BE_ACCEPTED = frozenset({CaseState.RECEIVED, CaseState.CORRECTION_COMPLETED})
#: Accepted, and the review has not begun.
_ACCEPTED = frozenset({CaseState.ACCEPTED, CaseState.ACCEPTED_WITH_DEFICIENCIES, CaseState.DEEMED_ACCEPTED})
_TO_BE_DECIDED = _ACCEPTED | {CaseState.UNDER_REVIEW, CaseState.PROCEDURE_ENDED}
_GRANTED = frozenset(state for state in CaseState if state.is_granted)
#: A permit is out: delivered, or still owed.
_PERMITTED = _GRANTED | {CaseState.DELIVERED}
#: Its end is on record as well.
_ENDED = frozenset({CaseState.REVOKED, CaseState.PERMIT_WITHDRAWN})
_TO_BE_FORWARDED = _TO_BE_ACCEPTED | _TO_BE_DECIDED | {CaseState.RETURNED}
_HELD_BY_SOMEBODY = (
    OPEN_BEFORE_ACCEPTANCE
    | _TO_BE_DECIDED
    | _GRANTED
    | {CaseState.IN_PROCEDURE, CaseState.FORWARDED, CaseState.HELD_ABOVE, CaseState.RETURNED}
    | {CaseState.ASKED_ABOVE}
)
#: A higher authority has it.
HELD_ELSEWHERE = frozenset({CaseState.HELD_ABOVE, CaseState.ASKED_ABOVE})
_ANY = frozenset(CaseState)


@dataclass(frozen=True)
class Way:
    """Where a case comes from and goes to: what is decided above is forwarded, what came from below goes back there."""

    #: A higher authority decides it.
    up: bool = False
    #: It was forwarded to us by a lower authority.
    from_below: bool = False
    #: Its papers were handed over, and nobody has taken them yet.
    is_handed_over: bool = False


HERE = Way()


@dataclass(frozen=True)
class StepRule:
    """One line of the table."""

    #: The states from which the step may be taken.
    allowed_from: frozenset[CaseState]
    #: The state afterwards; None when the step changes none.
    after: CaseState | None
    #: The stem of the event that says it.
    event: str
    #: The fields without which the step is not told.
    needs: tuple[str, ...] = ()
    #: The fields that a person has to say as well; another system's word is recorded without them.
    needs_of_people: tuple[str, ...] = ()
    #: The law's own words where the officer states no other reason: each decision carries one (DOMAIN 3.10).
    reason_by_law: str | None = None
    #: Does a later step have to come after it in time? A remark entered today must not bar yesterday's acceptance.
    orders: bool = True

    @property
    def blzt(self) -> int | None:
        """The step's number in the exchange standard: that of the state to which it leads."""
        return self.after.blzt if self.after is not None else None


RULES: Mapping[StepKind, StepRule] = {
    StepKind.WITHDRAW_BEFORE_ACCEPTANCE: StepRule(
        OPEN_BEFORE_ACCEPTANCE, CaseState.WITHDRAWN_BEFORE_ACCEPTANCE, "qidi.case.withdrawn-before-acceptance"
    ),
    # From deemed-accepted: the late word. The law has accepted it before; the record shows both.
    StepKind.ACCEPT: StepRule(
        _TO_BE_ACCEPTED | {CaseState.DEEMED_ACCEPTED},
        CaseState.ACCEPTED,
        "qidi.case.accepted",
        reason_by_law=phrases.ACCEPTED_BY_LAW,
    ),
    # What may come later is the matter's word: `undertakings.check` (DOMAIN 3, rule 8).
    StepKind.ACCEPT_WITH_DEFICIENCIES: StepRule(
        _TO_BE_ACCEPTED | {CaseState.DEEMED_ACCEPTED},
        CaseState.ACCEPTED_WITH_DEFICIENCIES,
        "qidi.case.accepted",
        needs_of_people=("missing",),
        reason_by_law=phrases.ACCEPTED_WITH_DEFICIENCIES,
    ),
    StepKind.SUPPLY_MATERIAL: StepRule(
        _TO_BE_DECIDED | _PERMITTED | {CaseState.IN_PROCEDURE},
        None,
        "qidi.case.material-supplied",
        needs=("material",),
        orders=False,
    ),
    StepKind.NOT_REQUIRED: StepRule(
        _TO_BE_ACCEPTED | {CaseState.RETURNED}, CaseState.NOT_REQUIRED, "qidi.case.not-required", needs=("reason",)
    ),  # Licensing Law 32(1)
    StepKind.REFUSE_ACCEPTANCE: StepRule(
        OPEN_BEFORE_ACCEPTANCE | {CaseState.RETURNED},
        CaseState.ACCEPTANCE_REFUSED,
        "qidi.case.acceptance-refused",
        needs=("reason",),
    ),  # Licensing Law 32(2)
    # From deemed-accepted: told late. It is recorded with its round and undoes nothing.
    StepKind.REQUEST_CORRECTION: StepRule(
        _TO_BE_ACCEPTED | {CaseState.DEEMED_ACCEPTED, CaseState.RETURNED},
        CaseState.CORRECTION_REQUESTED,
        "qidi.case.correction-requested",
        needs=("defects",),
    ),
    StepKind.COMPLETE_CORRECTION: StepRule(
        # asked for above, it goes up again (DOMAIN 3, rule 17)
        frozenset({CaseState.CORRECTION_REQUESTED, CaseState.DEEMED_ACCEPTED, CaseState.ASKED_ABOVE}),
        CaseState.CORRECTION_COMPLETED,
        "qidi.case.correction-completed",
    ),
    # Only after the time that the applicant was given: `expiry.check` (DOMAIN 3, rule 14).
    StepKind.GIVE_UP: StepRule(
        frozenset({CaseState.CORRECTION_REQUESTED}), CaseState.GIVEN_UP, "qidi.case.given-up", needs=("reason",)
    ),
    StepKind.BEGIN_REVIEW: StepRule(_ACCEPTED, CaseState.UNDER_REVIEW, "qidi.case.review-begun"),
    # Strictly alternating: nothing is decided while it runs (Licensing Law 45, DOMAIN 3, rule 5).
    StepKind.BEGIN_PROCEDURE: StepRule(
        _TO_BE_DECIDED,
        CaseState.IN_PROCEDURE,
        "qidi.case.procedure-begun",
        needs_of_people=("ground", "planned", "document_no", "document_on"),
    ),
    StepKind.END_PROCEDURE: StepRule(
        frozenset({CaseState.IN_PROCEDURE}),
        CaseState.PROCEDURE_ENDED,
        "qidi.case.procedure-ended",
        needs_of_people=("document_no", "document_on"),
    ),
    StepKind.EXTEND: StepRule(
        _TO_BE_DECIDED,
        None,
        "qidi.case.extended",
        needs=("reason", "longer_by"),
        needs_of_people=("document_no", "document_on"),
    ),  # Licensing Law 42(1)
    StepKind.HANDLE_JOINTLY: StepRule(
        _TO_BE_DECIDED,
        None,
        "qidi.case.handled-jointly",
        needs=("departments",),
        needs_of_people=("document_no", "document_on"),
    ),  # Licensing Law 42(2)
    StepKind.CHANGE_LIMIT: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED,
        None,
        "qidi.case.limit-changed",
        needs=("limit",),
        needs_of_people=("reason",),
        orders=False,
    ),
    StepKind.GRANT: StepRule(
        _TO_BE_DECIDED,
        CaseState.GRANTED,
        "qidi.case.granted",
        reason_by_law=phrases.GRANTED_BY_LAW,
    ),
    StepKind.GRANT_WITH_DEFICIENCIES: StepRule(
        _TO_BE_DECIDED,
        CaseState.GRANTED_WITH_DEFICIENCIES,
        "qidi.case.granted-with-deficiencies",
        reason_by_law=phrases.GRANTED_WITH_DEFICIENCIES,
    ),
    # Decided at once, and checked afterwards (DOMAIN 3, rule 9): `document_no` is that of the commitment.
    StepKind.GRANT_ON_COMMITMENT: StepRule(
        _TO_BE_DECIDED,
        CaseState.GRANTED_ON_COMMITMENT,
        "qidi.case.granted",
        needs_of_people=("document_no", "document_on"),
        reason_by_law=phrases.GRANTED_ON_COMMITMENT,
    ),
    StepKind.CHECK_COMMITMENT: StepRule(
        _PERMITTED, None, "qidi.case.commitment-checked", needs=("passed",), needs_of_people=("document_no",)
    ),
    StepKind.RECORD_BREACH: StepRule(
        _TO_BE_DECIDED | _PERMITTED | _ENDED | {CaseState.IN_PROCEDURE, CaseState.REFUSED},
        None,
        "qidi.case.breach-recorded",
        needs=("reason",),
        needs_of_people=("document_no",),
        orders=False,
    ),
    StepKind.REFUSE: StepRule(
        _TO_BE_DECIDED, CaseState.REFUSED, "qidi.case.refused", needs=("reason", "remedies")
    ),  # Licensing Law 38(2)
    # Forwarded and not acknowledged: the withdrawal follows it up; what the superior has done by then stands.
    StepKind.WITHDRAW: StepRule(
        _TO_BE_DECIDED | {CaseState.IN_PROCEDURE, CaseState.FORWARDED, CaseState.RETURNED},
        CaseState.WITHDRAWN,
        "qidi.case.withdrawn",
    ),
    # Only where the project was removed: `removals.check_end` (DOMAIN 3, rule 19).
    StepKind.END_WITH_PROJECT: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {CaseState.IN_PROCEDURE, CaseState.RETURNED},
        CaseState.ENDED_WITH_PROJECT,
        "qidi.case.ended-with-project",
        needs=("reason",),
    ),
    StepKind.DELIVER: StepRule(_GRANTED, CaseState.DELIVERED, "qidi.case.delivered"),
    StepKind.REVOKE: StepRule(
        _PERMITTED,
        CaseState.REVOKED,
        "qidi.case.revoked",
        needs=("reason",),
        needs_of_people=("because", "remedies", "document_no", "document_on"),
    ),  # Licensing Law 69
    StepKind.WITHDRAW_PERMIT: StepRule(
        _PERMITTED,
        CaseState.PERMIT_WITHDRAWN,
        "qidi.case.permit-withdrawn",
        needs=("reason",),
        needs_of_people=("because", "remedies", "document_no", "document_on"),
    ),  # Licensing Law 8
    # An entry in the register and no state of the standard; what was revoked or withdrawn is cancelled as well.
    StepKind.CANCEL_PERMIT: StepRule(
        _PERMITTED | _ENDED,
        None,
        "qidi.case.permit-cancelled",
        needs=("reason",),
        needs_of_people=("because", "document_no"),
        orders=False,
    ),  # Licensing Law 70
    StepKind.FORWARD: StepRule(_TO_BE_FORWARDED, CaseState.FORWARDED, "qidi.case.forwarded"),
    StepKind.RETURN: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {CaseState.RETURNED},
        CaseState.HANDED_BACK,
        "qidi.case.handed-back",
        needs=("reason",),
    ),
    StepKind.ASK_WITHDRAWAL: StepRule(HELD_ELSEWHERE, None, "qidi.case.withdrawal-asked"),
    StepKind.HAND_OVER: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {CaseState.RETURNED},
        None,
        "qidi.case.handed-over",
        needs=("new_handler",),
        orders=False,
    ),
    StepKind.TAKE_OVER: StepRule(_HELD_BY_SOMEBODY, None, "qidi.case.taken-over", orders=False),
    StepKind.REASSIGN: StepRule(_HELD_BY_SOMEBODY, None, "qidi.case.reassigned", needs=("new_handler",), orders=False),
    StepKind.NAME_COMPLETION: StepRule(
        OPEN_BEFORE_ACCEPTANCE | _TO_BE_DECIDED | {CaseState.RETURNED},
        None,
        "qidi.case.completion-named",
        needs=("complete_by",),
        orders=False,
    ),
    StepKind.NOTE: StepRule(_ANY, None, "qidi.case.noted", needs=("note",), orders=False),
}

#: Whoever does this with a case for which nobody has been named takes it in hand (DOMAIN 3, rule 18).
TAKES_IN_HAND = frozenset(
    {
        *(StepKind.ACCEPT, StepKind.NOT_REQUIRED, StepKind.REFUSE_ACCEPTANCE, StepKind.REQUEST_CORRECTION),
        *(StepKind.ACCEPT_WITH_DEFICIENCIES, StepKind.BEGIN_REVIEW, StepKind.BEGIN_PROCEDURE, StepKind.GRANT),
        *(StepKind.GRANT_WITH_DEFICIENCIES, StepKind.GRANT_ON_COMMITMENT, StepKind.REFUSE),
        *(StepKind.FORWARD, StepKind.RETURN),
    }
)

#: The first step of a number; the standard's 2 is the applicant's own withdrawal, which giving up stands for.
BY_NUMBER: Mapping[int, StepKind] = {
    rule.blzt: step for step, rule in reversed(list(RULES.items())) if rule.blzt is not None
}
#: Only of a case that is forwarded, and only of one that came from below.
_GOES_UP = frozenset({StepKind.FORWARD, StepKind.ASK_WITHDRAWAL})
_GOES_BACK = frozenset({StepKind.RETURN})
#: Not for the one who forwards it, and not for one who has it from below.
_DECIDES = frozenset(
    {
        *(StepKind.GRANT, StepKind.REFUSE, StepKind.BEGIN_PROCEDURE, StepKind.END_PROCEDURE, StepKind.EXTEND),
        *(StepKind.ACCEPT_WITH_DEFICIENCIES, StepKind.GRANT_WITH_DEFICIENCIES, StepKind.GRANT_ON_COMMITMENT),
        *(StepKind.CHECK_COMMITMENT, StepKind.RECORD_BREACH),
        *(StepKind.REVOKE, StepKind.WITHDRAW_PERMIT, StepKind.CANCEL_PERMIT),
        *(StepKind.HANDLE_JOINTLY, StepKind.CHANGE_LIMIT),
    }
)
_HANDS_OVER = frozenset({StepKind.DELIVER, StepKind.END_WITH_PROJECT})


def meant(step: StepKind, state: CaseState) -> StepKind:
    """What a bare number means where the case stands: after a permit was granted, 14 is the authority's own word
    (Licensing Law 8), and no applicant's."""
    return StepKind.WITHDRAW_PERMIT if step is StepKind.WITHDRAW and state in _PERMITTED | _ENDED else step


def fits(step: StepKind, way: Way) -> bool:
    """Is this step for a case on such a way at all? Who forwards does not decide; who was sent it does not deliver."""
    if step is StepKind.TAKE_OVER and not way.is_handed_over:
        return False
    if way.up:
        if step in _DECIDES:
            return False
    elif step in _GOES_UP:
        return False
    if way.from_below:
        return step not in _HANDS_OVER
    return step not in _GOES_BACK


#: Only of some matters and some cases: what a person is told that he may do leaves them out until there is one.
OF_UNDERTAKINGS = frozenset(
    {
        *(StepKind.ACCEPT_WITH_DEFICIENCIES, StepKind.SUPPLY_MATERIAL),
        *(StepKind.GRANT_WITH_DEFICIENCIES, StepKind.GRANT_ON_COMMITMENT),
        *(StepKind.CHECK_COMMITMENT, StepKind.RECORD_BREACH),
    }
)


def is_allowed(step: StepKind, state: CaseState, notice_open: bool, way: Way = HERE) -> bool:
    """May the step be taken now? `notice_open`: was a correction notice told that has not been answered yet?"""
    if state not in RULES[step].allowed_from or not fits(step, way):
        return False
    if state is not CaseState.DEEMED_ACCEPTED:
        return True
    # The law's acceptance hides whether a notice is open: one is answered before the next is told.
    if step is StepKind.REQUEST_CORRECTION:
        return not notice_open
    return notice_open or step is not StepKind.COMPLETE_CORRECTION


def allowed_steps(state: CaseState, notice_open: bool, way: Way = HERE) -> list[StepKind]:
    """Every step that may be taken now, in the table's order."""
    return [step for step in RULES if is_allowed(step, state, notice_open, way)]


def state_after(step: StepKind, state: CaseState) -> CaseState:
    """Where the case stands after an allowed step. Acceptance by law is not undone by a late notice."""
    after = RULES[step].after
    if after is None:
        return state
    if state is CaseState.ASKED_ABOVE:
        return CaseState.HELD_ABOVE if after is CaseState.CORRECTION_COMPLETED else after
    if state is CaseState.DEEMED_ACCEPTED and after in OPEN_BEFORE_ACCEPTANCE:
        return state
    return after
