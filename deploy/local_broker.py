"""The broker of the authority that runs here, as a command reaches it: ours to command, or another's."""

from dataclasses import dataclass
from pathlib import Path

import pika

from deploy.broker import PrivateBroker
from deploy.guests import Guest, definitions
from deploy.runs import one_of, running
from services.plumbing import topology
from services.plumbing.settings import Settings


class NotRunning(Exception):
    """Nothing runs from this folder: start it first (`qidi up`)."""


@dataclass(frozen=True)
class Here:
    """The broker of an authority that runs."""

    settings: Settings
    vhost: str
    #: None: a broker of the office, which its administrator commands.
    broker: PrivateBroker | None

    @property
    def keys(self) -> Path:
        """Where this authority's secrets are."""
        return self.settings.var.absolute() / self.settings.authority / "keys"

    def declare(self, children: list[str]) -> None:
        """The queues for these lower authorities; on disk when it returns."""
        topology.apply(self.settings.amqp_url, (), children)
        if self.broker is not None:
            self.broker.settle()

    def admit(self, guest: Guest) -> None:
        """Gives a guest a user and rights."""
        if self.broker is not None:
            self.broker.admit(definitions([guest]))

    def put_out(self, guest: Guest, why: str) -> None:
        """Takes a guest's rights and ends its connections."""
        if self.broker is not None:
            self.broker.ctl("clear_permissions", "--vhost", guest.vhost, guest.user)
            self.broker.ctl("clear_topic_permissions", "--vhost", guest.vhost, guest.user)
            self.hang_up(guest, why)

    def hang_up(self, guest: Guest, why: str) -> None:
        """Ends a guest's connections; it may come back if it still has a right to."""
        if self.broker is not None:
            self.broker.ctl("close_all_user_connections", guest.user, why)

    def forget(self, guest: Guest, why: str) -> None:
        """Removes a guest's user and mailbox."""
        if self.broker is not None:
            self.hang_up(guest, why)
            self.broker.ctl("delete_user", guest.user)
        with pika.BlockingConnection(pika.URLParameters(self.settings.amqp_url)) as connection:
            connection.channel().queue_delete(topology.down_queue(guest.code))


def here(settings: Settings) -> Here:
    """The running authority that these settings speak of. Raises NotRunning."""
    found = one_of(running(settings), settings.authority)
    if found is None:
        raise NotRunning(NotRunning.__doc__)
    broker = None
    if found.get("broker_folder"):
        broker = PrivateBroker(Path(found["broker_folder"]))
        broker.attach()
    return Here(settings, found.get("vhost", "/"), broker)
