"""Rules of suspicion: what a detector declares, what it looks at, and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from zlib import crc32

from services.contracts.envelope import Event
from services.contracts.vocabulary import Word
from services.plumbing.switchboard import Fact, Office

#: What follows where a rule does not say more.
COUNTED: Final = "It is named in the circular and counts in the score of the department."
LOOKED_INTO: Final = "It is looked into; it counts in no score."


class FindingSubject(Word):
    """What a finding is about, and so where a person looks into it."""

    CASE = "case", "Case"
    COMPLAINT = "complaint", "Complaint"
    CATALOGUE = "catalogue", "List of matters"
    AUTHORITY = "authority", "Authority"
    IMPORT = "import", "Import"
    PERSON = "person", "Person"


#: What an officer is suspected of: his department may state its view before it is confirmed.
OF_OFFICERS: Final = frozenset({FindingSubject.CASE, FindingSubject.COMPLAINT, FindingSubject.PERSON})


@dataclass(frozen=True)
class Threshold:
    """From which value on something is suspected; an authority sets it by the environment variable QIDI_<setting>."""

    #: What counts where nothing is set; a whole number stays one.
    usual: float
    setting: str
    #: What is counted, as it is published.
    unit: str
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
    #: Law, plan or design that the rule comes from, for whoever reads the code.
    source: str
    #: What is looked at, in one sentence, and the law or rule behind it, as they are published (P4-15).
    what: str
    law: str
    #: What the evidence can hold, also further inside: name -> title.
    evidence: Mapping[str, str]
    threshold: Threshold | None = None
    #: Looks at cases that nobody has signed for as well; to every other rule they are history.
    sees_unconfirmed: bool = False
    #: What follows from one that is confirmed (P4-15).
    consequence: str = COUNTED


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


def number_of(name: str) -> int:
    """The round of a finding that is told apart by a name, such as that of a clock: the same name, the same number."""
    return crc32(name.encode()) & 0x7FFFFFFF


@dataclass(frozen=True)
class Detector:
    """A rule with what finds its breaches: looks at facts as they are heard, or at the record at every tick."""

    rule: Rule
    looks: Sequence[tuple[type[Event], Look]] = field(default_factory=tuple)
    tick: LookAgain | None = None
    #: How often it looks at the record.
    every_seconds: float = 60.0
