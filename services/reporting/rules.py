"""Rules of suspicion: what a detector declares, what it looks at, and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.contracts.envelope import Event
from services.contracts.vocabulary import Word
from services.plumbing.switchboard import Fact, Office


class FindingSubject(Word):
    """What a finding is about, and so where a person looks into it."""

    CASE = "case", "Case"
    COMPLAINT = "complaint", "Complaint"
    CATALOGUE = "catalogue", "List of matters"
    AUTHORITY = "authority", "Authority"
    IMPORT = "import", "Import"


@dataclass(frozen=True)
class Threshold:
    """From which value on something is suspected; an authority sets it by the environment variable QIDI_<setting>."""

    #: What counts where nothing is set; a whole number stays one.
    usual: float
    setting: str
    #: What is set must be greater than this.
    above: float = 0


@dataclass(frozen=True)
class Rule:
    """One suspected breach. Texts are msgids, whose Chinese stands in `locales/`."""

    #: The code on the wire and in the store.
    name: str
    title: str
    about_kind: FindingSubject
    #: The sentence of a finding; `{about}` and the params of the suspicion are filled in.
    template: str
    #: Law, plan or design that the rule comes from.
    source: str
    #: What the evidence can hold, also further inside: name -> title.
    evidence: Mapping[str, str]
    threshold: Threshold | None = None
    #: Looks at cases that nobody has signed for as well; to every other rule they are history.
    sees_unconfirmed: bool = False


@dataclass(frozen=True)
class Suspicion:
    """A finding that is about to be raised, unless it was raised before: once per rule, subject and round."""

    about: str
    params: Mapping[str, Any]
    evidence: Mapping[str, Any]
    department: str = ""
    round: int = 0


#: Looks at one fact, with the threshold that counts here (0 for a rule without one).
Look = Callable[[Office, Fact[Any], float], Iterable[Suspicion]]
#: Looks at what is on record, because time has passed.
LookAgain = Callable[[Office, float], Iterable[Suspicion]]

E = TypeVar("E", bound=Event)


def at(kind: type[E], look: Callable[[Office, Fact[E], float], Iterable[Suspicion]]) -> tuple[type[Event], Look]:
    """A line of what a detector looks at, in which the type checker sees that it takes this kind of event."""
    return kind, look


@dataclass(frozen=True)
class Detector:
    """A rule with what finds its breaches: looks at facts as they are heard, or at the record at every tick."""

    rule: Rule
    looks: Sequence[tuple[type[Event], Look]] = field(default_factory=tuple)
    tick: LookAgain | None = None
