"""States of a link and of what travels over it: three tables of the steps that are allowed, and their drawing.

A step that stands in no table does not happen, whoever asks for it: a refusal that comes late says nothing about a
ledger whose histories have parted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeVar


class LinkState(StrEnum):
    """How we stand with another authority; a superior is joined or removed."""

    INVITED = "invited"
    JOINED = "joined"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class HeldState(StrEnum):
    """Whether what comes from below agrees with what is held here of a ledger; our own, whether it does with itself."""

    OK = "ok"
    #: Something before what came is missing; it was asked for.
    GAP = "gap"
    #: What came is damaged, or not signed by whom it should be.
    STOPPED = "stopped"
    #: What came contradicts what is held, or was lost below: nothing is taken until a person decides.
    FORK = "fork"


class UpState(StrEnum):
    """What the superior says to a ledger that goes up from here."""

    OK = "ok"
    #: He does not take a page, and says why: nothing more is sent until a person here acts. Where nothing at all is
    #: taken from us (suspended there), it waits and goes on by itself.
    REFUSED = "refused"
    #: He has signed another history and does not know it yet: what differs goes up again.
    CONTESTED = "contested"
    #: He knows that the histories have parted, and takes nothing until a person there decides.
    FORK = "fork"
    #: He has signed for more than is here: ours is an old copy, as from a backup.
    BEHIND = "behind"

    @property
    def is_stopped(self) -> bool:
        """No page is sent: only a person's decision above makes an end. Pages that are refused: `Origin.is_refused`."""
        return self in (UpState.FORK, UpState.BEHIND)

    @property
    def differs(self) -> bool:
        """The two levels hold different records; while contested only we know it."""
        return self.is_stopped or self is UpState.CONTESTED


S = TypeVar("S", LinkState, HeldState, UpState)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """From one state to another, with what brings it about."""

    before: S
    after: S
    cause: str
    #: Only a person at this authority does it.
    by_person: bool = False


@dataclass(frozen=True)
class Transitions(Generic[S]):
    """All steps that are allowed among some states."""

    first: S
    table: Sequence[Transition[S]]

    def allow(self, before: S, after: S, *, by_person: bool = False) -> bool:
        """Whether it may go on so, by what comes over the link or `by_person`. To stay is no step, always allowed."""
        wanted = before, after, by_person
        return before is after or any((step.before, step.after, step.by_person) == wanted for step in self.table)


_PERSON = "a person here decides it"

LINK: Final = Transitions[LinkState](
    LinkState.INVITED,
    (
        Transition(LinkState.INVITED, LinkState.JOINED, "it has shown the secret and its key"),
        Transition(LinkState.JOINED, LinkState.INVITED, "it was given a new secret", by_person=True),
        Transition(LinkState.JOINED, LinkState.SUSPENDED, _PERSON, by_person=True),
        Transition(LinkState.SUSPENDED, LinkState.JOINED, _PERSON, by_person=True),
        Transition(LinkState.SUSPENDED, LinkState.INVITED, "it was given a new secret", by_person=True),
        Transition(LinkState.INVITED, LinkState.REMOVED, _PERSON, by_person=True),
        Transition(LinkState.JOINED, LinkState.REMOVED, _PERSON, by_person=True),
        Transition(LinkState.SUSPENDED, LinkState.REMOVED, _PERSON, by_person=True),
        Transition(LinkState.REMOVED, LinkState.INVITED, "it may join again", by_person=True),
    ),
)

_GOES_ON = "a page that agrees with itself and with what is held has come"
_CONTRADICTS = "a page contradicts what is held, or the authority says that it has lost it"

HELD: Final = Transitions[HeldState](
    HeldState.OK,
    (
        Transition(HeldState.OK, HeldState.GAP, "a page begins behind what is held"),
        Transition(HeldState.OK, HeldState.STOPPED, "a page is damaged or wrongly signed; or our own entries are"),
        Transition(HeldState.GAP, HeldState.STOPPED, "a page is damaged or wrongly signed"),
        Transition(HeldState.GAP, HeldState.OK, _GOES_ON),
        Transition(HeldState.STOPPED, HeldState.OK, _GOES_ON),
        Transition(HeldState.OK, HeldState.FORK, _CONTRADICTS),
        Transition(HeldState.GAP, HeldState.FORK, _CONTRADICTS),
        Transition(HeldState.STOPPED, HeldState.FORK, _CONTRADICTS),
        Transition(HeldState.FORK, HeldState.OK, "a person here accepts the fork", by_person=True),
    ),
)

_SIGNS_OTHER = "he has signed another history"
_KNOWS = "he says that the histories have parted"
_SIGNED_MORE = "he has signed for more than is here"
_SIGNS_SAME = "he signs for the same record, or goes on with it"

UP: Final = Transitions[UpState](
    UpState.OK,
    (
        Transition(UpState.OK, UpState.REFUSED, "he takes a page not"),
        Transition(UpState.OK, UpState.CONTESTED, _SIGNS_OTHER),
        Transition(UpState.REFUSED, UpState.CONTESTED, _SIGNS_OTHER),
        Transition(UpState.BEHIND, UpState.CONTESTED, _SIGNS_OTHER),
        Transition(UpState.OK, UpState.FORK, _KNOWS),
        Transition(UpState.REFUSED, UpState.FORK, _KNOWS),
        Transition(UpState.CONTESTED, UpState.FORK, _KNOWS),
        Transition(UpState.BEHIND, UpState.FORK, _KNOWS),
        Transition(UpState.OK, UpState.BEHIND, _SIGNED_MORE),
        Transition(UpState.REFUSED, UpState.BEHIND, _SIGNED_MORE),
        Transition(UpState.CONTESTED, UpState.BEHIND, _SIGNED_MORE),
        Transition(UpState.REFUSED, UpState.OK, "a page was refused, and it is to go again", by_person=True),
        Transition(UpState.REFUSED, UpState.OK, "nothing was taken from us, and it is again"),
        Transition(UpState.CONTESTED, UpState.OK, _SIGNS_SAME),
        Transition(UpState.FORK, UpState.OK, _SIGNS_SAME),
        Transition(UpState.BEHIND, UpState.OK, _SIGNS_SAME),
    ),
)


# --- drawing ---------------------------------------------------------------------------------------------------------

_PAGE = """\
# The states of a link

Made from the tables in `services/ledger/link/states.py` by `python -m services.ledger.link.states > docs/links.md`; a
test says when it is stale. A step that is not here does not happen. What the messages mean stands in
[protocol.md](protocol.md), what people do about it in [the runbooks](runbooks/).
"""
_TITLES: Final[Mapping[str, Transitions[LinkState] | Transitions[HeldState] | Transitions[UpState]]] = MappingProxyType(
    {
        "The link to a lower authority: `links.state`": LINK,
        "A ledger that is held here: `origins.state`": HELD,
        "The same ledger on its way up: `origins.up_state`": UP,
    }
)


def page() -> str:
    """The page docs/links.md, in Markdown with Mermaid diagrams."""
    return "\n".join([_PAGE, *(line for title, steps in _TITLES.items() for line in _drawn(title, steps))])


def _drawn(title: str, steps: Transitions[LinkState] | Transitions[HeldState] | Transitions[UpState]) -> Iterator[str]:
    yield from (f"## {title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {steps.first}")
    yield from (f"    {step.before} --> {step.after}" for step in steps.table)
    yield from ("```", "", "| from | to | because |", "|---|---|---|")
    for step in steps.table:
        person = " (only by a person)" if step.by_person else ""
        yield f"| {step.before} | {step.after} | {step.cause}{person} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")
