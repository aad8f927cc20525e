"""Enrolment of a lower authority: its invitation, its one-time token, and how it joins with it."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Self

import pika

from deploy import guests
from deploy.broker import Definitions, PrivateBroker
from deploy.levels import Seat
from deploy.local_broker import Here
from services.contracts.divisions import level_of
from services.contracts.envelope import NotReadable
from services.contracts.links import Rejected, Welcome, read_from_above
from services.contracts.vocabulary import Level
from services.ledger.carrier.superior import Superior, Unreachable
from services.plumbing import topology
from services.plumbing.deliveries import Delivery
from services.plumbing.errors import Unavailable
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Office

#: How long the superior's link has to answer a hello.
ANSWER_SECONDS: Final = 30.0
_MARK: Final = "qidi1."
# The ledger is loaded where somebody really joins: `qidi up` reads this module at each start.


class NotJoined(Exception):
    """The superior could not be joined; the message says why."""


class BadToken(ValueError):
    """This is no invitation: it was cut off or changed on its way."""


@dataclass(frozen=True)
class Token:
    """What the superior hands over, once, on a way of its own: it holds a password."""

    child: str
    level: Level
    superior: Superior
    superior_level: Level
    #: The superior's public key, `name+hash+key`; a welcome signed by another one is not believed.
    public_key: str
    secret: str

    @property
    def text(self) -> str:
        """One line to copy."""
        return _MARK + base64.urlsafe_b64encode(json.dumps(asdict(self), ensure_ascii=False).encode()).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The invitation that a line holds. Raises BadToken."""
        try:
            if not text.strip().startswith(_MARK):
                raise BadToken(BadToken.__doc__)
            told = json.loads(base64.b64decode(text.strip().removeprefix(_MARK), altchars=b"-_", validate=True))
            return cls(**{**told, "superior": Superior(**told["superior"])})
        except (ValueError, TypeError, KeyError) as wrong:
            raise BadToken(BadToken.__doc__) from wrong


class NoWay(Exception):
    """The broker is not ours to ask: say --host, --port and --ca, under which the lower authority reaches it."""


@dataclass(frozen=True)
class Way:
    """How lower authorities reach our broker."""

    host: str
    port: int
    vhost: str
    #: PEM; empty: no TLS.
    ca: str


def way_of(broker: PrivateBroker, vhost: str, host: str) -> Way:
    """The door of a private broker."""
    return Way(host, broker.door_port, vhost, (broker.certificate_folder / "ca.pem").read_text())


def way_here(place: Here, host: str, port: int, ca: Path | None) -> Way:
    """How lower authorities reach the broker of an authority that runs. Raises NoWay."""
    if place.broker is not None and place.broker.door_port:
        way = way_of(place.broker, place.vhost, host or place.settings.link_host)
    else:
        parameters = pika.URLParameters(place.settings.amqp_url)
        if not (host and port and ca):
            raise NoWay(NoWay.__doc__)
        way = Way(host, port, parameters.virtual_host, "")
    return replace(way, port=port or way.port, ca=ca.read_text() if ca else way.ca)


def look_at_keys(chain: Sequence[Seat]) -> None:
    """Makes the signing key of whoever has signed nothing yet. Raises WrongKey where it is gone or another one."""
    from services.ledger.carrier.access import LedgerAccess

    for seat in chain:
        with LedgerAccess(seat.settings) as ledger:
            _ = ledger.key


# --- at the superior --------------------------------------------------------------------------------------------------


def children_of(keys: Path) -> list[str]:
    """The lower authorities that were ever invited and not removed."""
    return sorted(guests.load(keys))


def guest_definitions(keys: Path) -> Definitions:
    """The broker's users and rights for them."""
    return guests.definitions(list(guests.load(keys).values()))


def enrol(settings: Settings, guest: guests.Guest, password: str, way: Way, name: str, level: Level) -> Token:
    """Writes the invitation into the superior's store; the token for the child. Raises Unavailable, Refused."""
    from services.ledger.carrier.access import LedgerAccess
    from services.ledger.link import membership as registry

    secret = secrets.token_urlsafe(24)
    with LedgerAccess(settings) as ledger:
        ledger.write(lambda office: registry.invite(office, guest.code, name, level, secret, guest.user))
        superior = Superior(
            settings.authority, settings.authority_name, way.host, way.port, way.vhost, guest.user, password, way.ca
        )
        return Token(guest.code, level, superior, settings.level, ledger.key.public_text, secret)


def name_of_child(office: Office, code: str) -> str:
    """The name under which a lower authority was enrolled; its code where it never was."""
    from services.ledger.link import store

    known = store.link(office.connection, code)
    return known.name if known is not None else code


# --- at the child -----------------------------------------------------------------------------------------------------


async def knock(settings: Settings, token: Token) -> Welcome:
    """Shows our key to the superior, with the proof that we were invited; what he answers. Raises NotJoined."""
    from services.ledger.carrier.access import LedgerAccess
    from services.ledger.link import membership as registry

    if token.child != settings.authority:
        raise NotJoined(f"the token is for {token.child}, this authority is {settings.authority}")
    try:
        await asyncio.to_thread(token.superior.try_door)
    except Unreachable as why:
        raise NotJoined(str(why)) from None
    with LedgerAccess(settings) as ledger:
        key = ledger.key
    hello = registry.hello(key, settings.authority_name, token.level, token.secret)
    arrived: asyncio.Queue[Delivery] = asyncio.Queue()
    wire = token.superior.wire(settings.authority)
    wire.consume(topology.down_queue(settings.authority), arrived.put_nowait)
    try:
        async with wire, asyncio.timeout(ANSWER_SECONDS):
            await wire.until_ready(ANSWER_SECONDS)
            await wire.publish(
                topology.UP, topology.up_key(settings.authority), hello, message_id="hello", user_id=token.superior.user
            )
            welcome = await _answer(arrived)
    except (TimeoutError, Unavailable) as away:
        raise NotJoined(
            f"the superior's broker at {token.superior.host}:{token.superior.port} or his link does not answer: "
            f"{str(away) or 'time is over'}"
        ) from None
    if (welcome.code, welcome.public_key) != (token.superior.code, token.public_key):
        raise NotJoined("whoever answered is not the authority that wrote the token: its key is another one")
    return welcome


async def _answer(arrived: asyncio.Queue[Delivery]) -> Welcome:
    while True:
        delivery = await arrived.get()
        try:
            said = read_from_above(delivery.body)
        except NotReadable:
            continue  # not acknowledged: it stays for the link
        if isinstance(said, Rejected):
            delivery.acknowledge()
            raise NotJoined(f"the superior does not take the token: {said.why}")
        if isinstance(said, Welcome):
            delivery.acknowledge()
            return said


def settle(settings: Settings, token: Token, welcome: Welcome) -> None:
    """Writes the superior down; the link dials from now on."""
    from services.ledger.carrier.access import LedgerAccess
    from services.ledger.link import membership as registry

    with LedgerAccess(settings) as ledger:
        ledger.write(lambda office: registry.remember_superior(office, welcome))
        token.superior.save(ledger.folder)


# --- a chain on one machine -------------------------------------------------------------------------------------------


def _pairs(chain: Sequence[Seat]) -> list[tuple[Seat, Seat]]:
    seats = {seat.code: seat for seat in chain}
    return [(seat, seats[seat.superior]) for seat in chain if seat.superior in seats]


def invite_guests(chain: Sequence[Seat]) -> dict[str, str]:
    """Prepares the broker's users of those who have not joined yet, before it starts; code -> password."""
    passwords = {}
    for child, superior in _pairs(chain):
        if Superior.load(child.keys) is None:
            guest, passwords[child.code] = guests.invite(child.code, superior.vhost)
            guests.put(superior.keys, guest)
    return passwords


def introduce(
    chain: Sequence[Seat], passwords: Mapping[str, str], brokers: Mapping[str, PrivateBroker]
) -> dict[str, Token]:
    """Invites those who have not joined yet, and tells the others where their superior listens today."""
    tokens = {}
    for child, superior in _pairs(chain):
        way = way_of(brokers[superior.code], superior.vhost, superior.settings.link_host)
        known = Superior.load(child.keys)
        if known is None:
            guest, name = guests.load(superior.keys)[child.code], child.settings.authority_name
            password = passwords[child.code]
            tokens[child.code] = enrol(superior.settings, guest, password, way, name, level_of(child.code))
        elif known.code == superior.code:
            fresh = Superior(known.code, known.name, way.host, way.port, way.vhost, known.user, known.password, way.ca)
            fresh.save(child.keys)
    return tokens


def join_all(chain: Sequence[Seat], tokens: Mapping[str, Token], tell: Callable[..., None]) -> None:
    """Those who hold a token join; their superior's link runs by now. Raises NotJoined."""
    for child in chain:
        token = tokens.get(child.code)
        if token is not None:
            settle(child.settings, token, asyncio.run(knock(child.settings, token)))
            tell("{name} has joined {superior}", name=child.settings.authority_name, superior=token.superior.name)
