"""Rows of links and of ledgers that travel: how each stands, and the steps that lead elsewhere."""

from dataclasses import dataclass

from services.contracts.links import OF_THE_SENDER
from services.ledger.link.states import HELD, LINK, UP, HeldState, LinkState, UpState
from services.ledger.merkle import Frontier

CHILD, SUPERIOR = "child", "superior"
_EMPTY = Frontier()


@dataclass
class Link:
    """A row of `links`. Moments are seconds since 1970-01-01 UTC."""

    code: str
    relation: str
    name: str
    level: str
    state: LinkState
    secret_hash: str = ""
    amqp_user: str = ""
    joined_at: float | None = None
    last_contact: float | None = None

    @property
    def is_joined_child(self) -> bool:
        """Below us, and what it sends is taken."""
        return self.relation == CHILD and self.state is LinkState.JOINED

    def stands(self, state: LinkState, *, by_person: bool = False) -> bool:
        """So we stand from now on; False, and nothing changes, where no step leads there."""
        if not LINK.allow(self.state, state, by_person=by_person):
            return False
        self.state = state
        return True


@dataclass
class Origin:
    """A row of `origins`: a ledger that is held here or handed on. `via` is empty for our own."""

    origin: str
    via: str = ""
    name: str = ""
    level: str = ""
    branch: int = 0
    size: int = 0
    root: bytes = _EMPTY.root
    frontier: bytes = _EMPTY.to_bytes()
    key_number: int = 0
    state: HeldState = HeldState.OK
    problem: str = ""
    verified_at: float | None = None
    recorded_at: float | None = None
    last_contact: float | None = None
    receipted: int = 0
    up_state: UpState = UpState.OK
    up_problem: str = ""
    up_contact: float | None = None
    lights_size: int | None = None
    lights_below: str | None = None
    lights_above: str | None = None

    def grows(self, frontier: Frontier) -> None:
        """It has come to where this frontier stands."""
        self.size, self.root, self.frontier = frontier.size, frontier.root, frontier.to_bytes()

    def stands(self, state: HeldState, problem: str = "", *, by_person: bool = False) -> bool:
        """So it is held from now on; False, and nothing changes, where no step leads there."""
        if not HELD.allow(self.state, state, by_person=by_person):
            return False
        self.state, self.problem = state, problem
        return True

    @property
    def is_refused(self) -> bool:
        """Our superior does not take a page of it: only a person here lets it go on."""
        if self.up_state is UpState.CONTESTED:  # which is the greater trouble, and keeps the reason of the other
            return bool(self.up_problem)
        return self.up_state is UpState.REFUSED and self.up_problem not in OF_THE_SENDER

    @property
    def goes_up(self) -> bool:
        """Its pages are sent."""
        return not self.up_state.is_stopped and not self.is_refused

    def stands_above(self, state: UpState, problem: str = "", *, by_person: bool = False) -> bool:
        """So the superior takes it from now on; False, and nothing changes, where no step leads there."""
        if not UP.allow(self.up_state, state, by_person=by_person):
            return False
        if self.is_refused and state is UpState.OK and not by_person:
            return False
        self.up_state, self.up_problem = state, problem
        return True
