"""Decides how official messages are numbered, how long they may wait for an answer, and whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.vocabulary import InstructionKind, InstructionState
from services.plumbing.errors import Problems

#: What the number begins with, on paper and in our own numbers.
_ON_PAPER: Mapping[InstructionKind, str] = {
    InstructionKind.REMINDER: "提醒函",
    InstructionKind.SUPERVISION: "督办函",
    InstructionKind.TASK: "任务交办单",
}
_IN_NUMBERS: Mapping[InstructionKind, str] = {
    InstructionKind.REMINDER: "TX",
    InstructionKind.SUPERVISION: "DB",
    InstructionKind.TASK: "JB",
}

#: Working days for the answer where the message names none. The supervision letter's five are the ladder's (DOMAIN 5);
#: a reminder gets the same (our choice); a task has the date that its step has, so it must be named.
_REPLY_WORKING_DAYS: Mapping[InstructionKind, int | None] = {
    InstructionKind.REMINDER: 5,
    InstructionKind.SUPERVISION: 5,
    InstructionKind.TASK: None,
}


def document_no(kind: InstructionKind, year: int, serial: int) -> str:
    """提醒函〔2026〕3号: as GB/T 9704 writes the number of an official document."""
    return f"{_ON_PAPER[kind]}〔{year}〕{serial}号"


def instruction_no(issuer: str, kind: InstructionKind, year: int, serial: int) -> str:
    """150400-TX2026-000003: one of a kind among all authorities, and fit for an address."""
    return f"{issuer}-{_IN_NUMBERS[kind]}{year}-{serial:06d}"


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


@dataclass(frozen=True)
class Instruction:
    """As much of an official message as its next step depends on."""

    issuer: str
    to: str
    state: InstructionState


#: Whoever is reminded does not close the reminder, also where both sit in one authority.
MAY_CLOSE = frozenset({"supervisor"})


def allowed_steps(one: Instruction, here: str, role: str) -> list[str]:
    """What somebody of this role may do now at authority `here`: the addressee signs and answers, the issuer closes."""
    steps = []
    if here == one.to and one.state is InstructionState.ISSUED:
        steps.append("sign")
    if here == one.to and one.state is InstructionState.SIGNED:
        steps.append("answer")
    if here == one.issuer and one.state is not InstructionState.CLOSED and role in MAY_CLOSE:
        steps.append("close")
    return steps


def check_step(problems: Problems, step: str, one: Instruction, here: str, role: str, text: str | None) -> None:
    """Adds everything that is wrong with a step: whose turn it is, and the words that it needs."""
    allowed = allowed_steps(one, here, role)
    if step not in allowed:
        problems.add(
            "step",
            "The step {step} cannot be taken here on a message that is {state}. Possible now: {allowed}.",
            step=step,
            state=one.state.value,
            allowed=", ".join(allowed) or "-",
        )
    said = bool((text or "").strip())
    if step == "answer" and not said and not problems.has("text"):
        problems.add("text", "Say what is answered.")
    if (
        step == "close"
        and one.state in (InstructionState.ISSUED, InstructionState.SIGNED)
        and not said
        and not problems.has("text")
    ):
        problems.add("text", "It was not answered yet: say why it is closed.")


def after(state: InstructionState, word: str) -> InstructionState:
    """The state after a word of the other side, which may come late: what is closed stays closed, nothing goes back."""
    reached = {"sign": InstructionState.SIGNED, "answer": InstructionState.ANSWERED, "close": InstructionState.CLOSED}[
        word
    ]
    order = list(InstructionState)
    return max(state, reached, key=order.index)


# --- lights -----------------------------------------------------------------------------------------------------------

_WORST_FIRST = ("red", "yellow", "green")


@dataclass(frozen=True)
class Moments:
    """When a clock of a message turns yellow and red (seconds), and when it stopped."""

    yellow_at: float | None
    due_at: float | None
    stopped_at: float | None

    def light(self, now: float) -> str:
        """What it shows, derived; red begins with the due moment itself."""
        if self.stopped_at is not None:
            return "done"
        if self.due_at is not None and self.due_at <= now:
            return "red"
        return "yellow" if self.yellow_at is not None and self.yellow_at <= now else "green"


def light(clocks: list[Moments], state: InstructionState, now: float) -> str:
    """The light of a message: the worst of what still runs; grey while it is on its way and no clock has started."""
    shown = {clock.light(now) for clock in clocks}
    for one in _WORST_FIRST:
        if one in shown:
            return one
    return "done" if shown or state in (InstructionState.ANSWERED, InstructionState.CLOSED) else "grey"
