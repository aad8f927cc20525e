"""What a broker that comes back gets again: its queues, and the users and rights of lower authorities.

A broker that was killed keeps all of it on its disk, and asking again changes nothing. One that lost its disk comes
back empty, and every program waits for its queues until they are declared: nothing else does that while a run lasts.
"""

from collections.abc import Callable, Mapping, Sequence
from subprocess import SubprocessError

from pika.exceptions import AMQPError

from deploy import enrolment
from deploy.broker import ForeignNode, PrivateBroker
from deploy.levels import Seat
from deploy.supervisor import Supervisor


class WentAgain(Exception):
    """The broker went again while it was given its queues; the next look tries anew."""


def broker_program(code: str, own: str) -> str:
    """How the broker of an authority is called in a run that is about `own`."""
    return "broker" if code == own else f"broker-{code}"


class Refitting:
    """Looks after the brokers of one run."""

    def __init__(
        self,
        chain: Sequence[Seat],
        brokers: Mapping[str, PrivateBroker],
        supervisor: Supervisor,
        declare: Callable[[Seat], object],
    ) -> None:
        """`brokers` by authority, `declare` puts an authority's exchanges and queues there."""
        self._brokers, self._supervisor, self._declare = brokers, supervisor, declare
        own = chain[0].code
        #: Program -> the authorities it serves; several share one node under the first one's name.
        self._served: dict[str, list[Seat]] = {}
        for seat in chain:
            if seat.code in brokers:
                first = next(code for code, node in brokers.items() if node is brokers[seat.code])
                self._served.setdefault(broker_program(first, own), []).append(seat)
        self._seen = dict.fromkeys(self._served, 0)

    def look(self) -> list[str]:
        """Refits the brokers that have come back since the last look; the authorities that they serve.

        Raises WentAgain.
        """
        restarts, refitted = self._supervisor.restarts(), list[str]()
        for program, seats in self._served.items():
            count, broker = restarts.get(program, 0), self._brokers[seats[0].code]
            if count > self._seen[program] and _is_back(broker):
                try:
                    self._refit(broker, seats)
                except (OSError, SubprocessError, AMQPError) as gone:
                    raise WentAgain(f"{WentAgain.__doc__} {gone!r}"[:300]) from gone
                self._seen[program] = count
                refitted += [seat.code for seat in seats]
        return refitted

    def _refit(self, broker: PrivateBroker, seats: Sequence[Seat]) -> None:
        for seat in seats:
            self._declare(seat)
            guests = enrolment.guest_definitions(seat.keys)
            if guests["users"]:
                broker.admit(guests)
        broker.settle()


def _is_back(broker: PrivateBroker) -> bool:
    try:
        return broker.is_ready()
    except ForeignNode:
        return False  # its user comes a moment after its port
