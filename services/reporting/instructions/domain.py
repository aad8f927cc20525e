"""Rules of official messages: how long an answer may take, whose turn it is, and the light of a message."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.contracts.moments import Moments
from services.contracts.vocabulary import (
    InstructionKind,
    InstructionState,
    InstructionStepKind,
    Light,
    worst,
)
from services.plumbing.errors import Problems

#: Working days for the answer where the message names none. The supervision letter's five are the ladder's (DOMAIN 5);
#: a reminder and listed supervision get the same (our choice); a circular asks for no answer; a task has the date that
#: its step has, so it must be named.
_REPLY_WORKING_DAYS: Final[Mapping[InstructionKind, int | None]] = {
    InstructionKind.REMINDER: 5,
    InstructionKind.SUPERVISION: 5,
    InstructionKind.LISTED: 5,
    InstructionKind.CIRCULAR: 0,
    InstructionKind.TASK: None,
}


def reply_working_days(problems: Problems, kind: InstructionKind, asked: int | None) -> int:
    """The limit of the answer; a supervision letter may ask for less than five, not for more. 0 with a problem."""
    usual = _REPLY_WORKING_DAYS[kind]
    if asked is None:
        if usual is None:
            problems.add("reply_working_days", "Say within how many working days the task is to be answered.")
        return usual or 0
    if kind is InstructionKind.SUPERVISION and usual is not None and asked > usual:
        problems.add(
            "reply_working_days",
            "A supervision letter is answered within {most} working days; it may ask for less, not for more.",
            most=usual,
        )
    return asked


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Instruction:
    """As much of an official message as its next step depends on; issuer and addressee are codes of authorities."""

    issuer: str
    to: str
    state: InstructionState


#: Where a step leads.
_LEADS_TO: Final[Mapping[InstructionStepKind, InstructionState]] = {
    InstructionStepKind.SIGN: InstructionState.SIGNED,
    InstructionStepKind.ANSWER: InstructionState.ANSWERED,
    InstructionStepKind.CLOSE: InstructionState.CLOSED,
}
_UNANSWERED: Final = (InstructionState.ISSUED, InstructionState.SIGNED)


def allowed_steps(one: Instruction, here: str) -> list[InstructionStepKind]:
    """What may be done now at authority `here`: the addressee signs and answers, the issuer closes."""
    steps = []
    if here == one.to and one.state is InstructionState.ISSUED:
        steps.append(InstructionStepKind.SIGN)
    if here == one.to and one.state is InstructionState.SIGNED:
        steps.append(InstructionStepKind.ANSWER)
    if here == one.issuer and one.state is not InstructionState.CLOSED:
        steps.append(InstructionStepKind.CLOSE)
    return steps


def check_step(
    problems: Problems,
    step: InstructionStepKind,
    state: InstructionState,
    allowed: Collection[InstructionStepKind],
    text: str | None,
) -> None:
    """Adds everything that is wrong with a step: whose turn it is, and the words that it needs.

    `allowed` are the steps that whoever asks may take now.
    """
    if step not in allowed:
        problems.add(
            "step",
            "The step {step} cannot be taken here on a message that is {state}. Possible now: {allowed}.",
            step=step.value,
            state=state.value,
            allowed=", ".join(allowed) or "-",
        )
    if problems.has("text") or (text or "").strip():
        return
    if step is InstructionStepKind.ANSWER:
        problems.add("text", "Say what is answered.")
    if step is InstructionStepKind.CLOSE and state in _UNANSWERED:
        problems.add("text", "It was not answered yet: say why it is closed.")


def after(state: InstructionState, step: InstructionStepKind) -> InstructionState:
    """The state after a step of the other side, which may come late: what is closed stays closed, nothing goes back."""
    order = list(InstructionState)
    return max(state, _LEADS_TO[step], key=order.index)


# --- lights -----------------------------------------------------------------------------------------------------------


def light(clocks: Iterable[Moments[float]], state: InstructionState, now: float) -> Light:
    """The light of a message: the worst of what still runs; grey while it is on its way and no clock has started."""
    shown = [clock.light(now) for clock in clocks]
    otherwise = Light.GREY if not shown and state in _UNANSWERED else Light.DONE
    return worst((one for one in shown if one is not Light.DONE), otherwise)
