"""Rules of complaints: whose turn it is, which cases one may be about, what light they show, and what stays unsaid."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from services.contracts.vocabulary import (
    ZONE,
    CaseState,
    ComplaintKind,
    ComplaintState,
    ComplaintStepKind,
    Light,
    Role,
    worst,
)
from services.plumbing.errors import Problems

#: Only these roles may be shown who complained, or let another authority know.
MAY_SEE_PERSONS: Final = frozenset({Role.SUPERVISOR})
#: A purpose of fewer characters says nothing.
SHORTEST_PURPOSE: Final = 4
FIRST_STATE: Final = ComplaintState.REGISTERED


class Custody(StrEnum):
    """Who took a complaint, and who handles it."""

    OURS = "ours"
    #: We took it, and an authority below handles it.
    BELOW = "below"
    #: Sent down to us: we handle it; whoever took it revisits and closes it.
    FROM_ABOVE = "from-above"
    #: Sent down to us, and by us further down.
    PASSED_ON = "passed-on"


def custody_of(from_above: str | None, held_by: str | None) -> Custody:
    """Where a complaint stands between the levels."""
    if from_above:
        return Custody.PASSED_ON if held_by else Custody.FROM_ABOVE
    return Custody.BELOW if held_by else Custody.OURS


@dataclass(frozen=True)
class Progress:
    """How far a complaint has come: its state, whether the complainant was satisfied, in whose hands, since when."""

    state: ComplaintState
    satisfied: bool | None
    custody: Custody
    since: datetime

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Progress":
        """From a row of the store."""
        since = datetime.fromtimestamp(row["last_step_at"], ZONE)
        custody = custody_of(row["from_above"], row["held_by"])
        return cls(ComplaintState(row["state"]), row["satisfied"], custody, since)


@dataclass(frozen=True)
class ComplaintStepRule:
    """Where a step leads, and what it must bring: by field, what is said when it is missing."""

    leads_to: ComplaintState
    needs: Mapping[str, str] = field(default_factory=dict)


#: DOMAIN 6: registered -> dispatched -> signed for -> answered -> revisited -> closed; given back by whose it is not.
STEPS: Final[Mapping[ComplaintStepKind, ComplaintStepRule]] = {
    ComplaintStepKind.DISPATCH: ComplaintStepRule(
        ComplaintState.DISPATCHED, {"department": "Say which department or authority it is dispatched to."}
    ),
    ComplaintStepKind.SIGN: ComplaintStepRule(ComplaintState.SIGNED),
    ComplaintStepKind.ANSWER: ComplaintStepRule(
        ComplaintState.ANSWERED,
        {"text": "Say what was answered.", "upheld": "Say whether the complaint is upheld."},
    ),
    ComplaintStepKind.REVISIT: ComplaintStepRule(
        ComplaintState.REVISITED, {"satisfied": "Say whether the complainant is satisfied."}
    ),
    ComplaintStepKind.CLOSE: ComplaintStepRule(ComplaintState.CLOSED),
    ComplaintStepKind.GIVE_BACK: ComplaintStepRule(ComplaintState.GIVEN_BACK, {"text": "Say why it is given back."}),
}

#: Whose turn it is. What was answered below and did not satisfy is dispatched once more.
_TURNS: Final[Mapping[Custody, Mapping[ComplaintState, tuple[ComplaintStepKind, ...]]]] = {
    Custody.OURS: {
        ComplaintState.REGISTERED: (ComplaintStepKind.DISPATCH,),
        ComplaintState.DISPATCHED: (ComplaintStepKind.SIGN,),
        ComplaintState.SIGNED: (ComplaintStepKind.ANSWER,),
        ComplaintState.ANSWERED: (ComplaintStepKind.REVISIT,),
        ComplaintState.REVISITED: (ComplaintStepKind.ANSWER, ComplaintStepKind.CLOSE),
    },
    Custody.BELOW: {
        ComplaintState.ANSWERED: (ComplaintStepKind.REVISIT,),
        ComplaintState.REVISITED: (ComplaintStepKind.DISPATCH, ComplaintStepKind.CLOSE),
    },
    Custody.FROM_ABOVE: {
        ComplaintState.DISPATCHED: (ComplaintStepKind.SIGN, ComplaintStepKind.DISPATCH, ComplaintStepKind.GIVE_BACK),
        ComplaintState.SIGNED: (ComplaintStepKind.ANSWER,),
    },
    Custody.PASSED_ON: {},
}


def allowed_steps(progress: Progress) -> list[ComplaintStepKind]:
    """The steps that may be taken now; a second answer only when the revisit found the complainant not satisfied."""
    steps = _TURNS[progress.custody].get(progress.state, ())
    if progress.state is ComplaintState.REVISITED and progress.satisfied:
        return [step for step in steps if step is ComplaintStepKind.CLOSE]
    return list(steps)


def check_step(
    problems: Problems,
    step: ComplaintStepKind,
    progress: Progress,
    brought: Mapping[str, object],
    occurred_at: datetime | None,
    now: datetime,
) -> None:
    """Adds everything that is wrong with a step: its turn, what it must bring, and its time.

    `occurred_at` is None when the time itself could not be read.
    """
    allowed = allowed_steps(progress)
    if step not in allowed:
        problems.add(
            "step",
            "The step {step} cannot be taken on a complaint that is {state}. Possible now: {allowed}.",
            step=step.value,
            state=progress.state.value,
            allowed=", ".join(allowed) or "-",
        )
    for name, missing in STEPS[step].needs.items():
        value = brought.get(name)
        if (value is None or (isinstance(value, str) and not value.strip())) and not problems.has(name):
            problems.add(name, missing)
    if occurred_at is not None:
        check_time(problems, "occurred_at", occurred_at, now, progress.since)


def check_time(problems: Problems, field: str, at: datetime, now: datetime, since: datetime | None = None) -> None:
    """Nothing happens in the future, nor before the step that leads to it."""
    if at > now:
        problems.add(field, "{at} lies in the future.", at=at.isoformat(timespec="minutes"))
    elif since is not None and at < since:
        problems.add(
            field,
            "{at} is before the previous step, which was at {since}.",
            at=at.isoformat(timespec="minutes"),
            since=since.isoformat(timespec="minutes"),
        )


# --- which cases it may be about ------------------------------------------------------------------------------------

#: About how somebody was treated, which may have been in no project (DOMAIN 6); the others are about an application.
NEEDS_NO_PROJECT: Final = frozenset({ComplaintKind.ATTITUDE, ComplaintKind.OTHER})
#: A shorter name would fit half of the record.
SHORTEST_NAME: Final = 2


def squeeze(name: str) -> str:
    """A name as it is compared: one form of every character, no spaces, no capitals."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def alike(said: str, recorded: str) -> bool:
    """Does one name contain the other? People shorten names, or add the banner's in front."""
    said, recorded = squeeze(said), squeeze(recorded)
    if min(len(said), len(recorded)) < SHORTEST_NAME:
        return False
    return said in recorded or recorded in said


# --- lights -----------------------------------------------------------------------------------------------------------


def case_light(clocks: Iterable[Light], state: CaseState | None) -> Light:
    """The light of a case as the list shows it: the worst of the clocks that run; `state` None: an unknown one.

    Where none runs, done for what is finished, else grey: nothing is owed just now, and more will come.
    """
    otherwise = Light.DONE if state is not None and state.is_finished else Light.GREY
    return worst((light for light in clocks if light is not Light.DONE), otherwise)


def overdue_days(lights: Iterable[Light], told: Sequence[int | None]) -> int | None:
    """Working days overdue as told by the clocks; None while an overdue clock runs, because only timer counts days."""
    if Light.RED in lights:
        return None
    return max((days for days in told if days is not None), default=0)


# --- what stays unsaid ------------------------------------------------------------------------------------------------

#: A complainant's name, in characters.
LONGEST_NAME: Final = 60

_PHONE = re.compile(r"\+?[0-9(][0-9 ()\-/,;.转#]{4,28}[0-9]")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_IDENTITY_CARD = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def looks_like_a_telephone(phone: str) -> bool:
    """Loosely: people write numbers in many ways; 7 to 20 digits is what they have in common."""
    phone = phone.strip().translate(_WIDE_DIGITS)
    return bool(_PHONE.fullmatch(phone)) and 7 <= sum(letter.isdigit() for letter in phone) <= 20


def mask_name(name: str | None) -> str | None:
    """张三 -> 张*; how long the name is stays hidden as well."""
    if name is None:
        return None
    name = name.strip()
    return f"{name[0]}*" if len(name) > 1 else "*"


def mask_phone(phone: str | None) -> str | None:
    """13812341234 -> 138****1234; of a shorter number only the last two digits."""
    if phone is None:
        return None
    digits = "".join(letter for letter in phone.translate(_WIDE_DIGITS) if letter.isdigit())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def names_the_person(text: str, name: str | None, phone: str | None) -> bool:
    """Does this text name the complainant, or the telephone in any way of writing it?"""
    plain = text.translate(_WIDE_DIGITS)
    return any(pattern.search(plain) for pattern, _ in _personal(name, phone))


def without_person(text: str, name: str | None, phone: str | None) -> str:
    """The text with the complainant's name, telephone, and every mobile and identity number in it masked."""
    text = text.translate(_WIDE_DIGITS)
    for pattern, mask in _personal(name, phone):
        text = pattern.sub(mask, text)
    text = _IDENTITY_CARD.sub("******", text)
    return _MOBILE.sub(lambda found: mask_phone(found.group()) or "", text)


def _personal(name: str | None, phone: str | None) -> list[tuple[re.Pattern[str], str]]:
    patterns: list[tuple[re.Pattern[str], str]] = []
    letters = [re.escape(letter) for letter in "".join((name or "").split())]
    if len(letters) > 1:  # one letter alone would mask every word that has it
        patterns.append((re.compile(r"\s*".join(letters), re.IGNORECASE), mask_name(name) or ""))
    digits = [letter for letter in (phone or "").translate(_WIDE_DIGITS) if letter.isdigit()]
    if digits:
        patterns.append((re.compile(r"[\s()\-/.]*".join(digits)), mask_phone(phone) or ""))
    return patterns
