"""Lower authorities as users of our broker: each publishes under its own key, reads its own mailbox, no more."""

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from services.plumbing import topology

FILE = "guests.json"
NOTHING = "^$"
#: What one lower authority may have open at our broker: its link needs one connection with three channels; a few of
#: those that fell silent may still be counted, and a person may try the door beside them.
LIMITS: Final[Mapping[str, int]] = MappingProxyType({"max-connections": 8, "max-channels": 64})
#: What may wait for a lower authority, and from all of them for us. What does not fit is not confirmed and stays in the
#: store of whoever sends it: nothing is lost. A page has 1 MB or little more.
MAILBOX: Final[Mapping[str, Any]] = MappingProxyType(
    {"max-length": 50_000, "max-length-bytes": 256 * 2**20, "overflow": "reject-publish"}
)
PAGES: Final[Mapping[str, Any]] = MappingProxyType(
    {"max-length": 20_000, "max-length-bytes": 1024 * 2**20, "overflow": "reject-publish"}
)
#: Bytes that no link can read: the newest are enough to see whose they are, and the sender keeps what it has sent.
DEAD_PAGES: Final[Mapping[str, Any]] = MappingProxyType(
    {"max-length": 10_000, "max-length-bytes": 256 * 2**20, "overflow": "drop-head"}
)


@dataclass(frozen=True)
class Guest:
    """The broker's user of one lower authority; of the password only the salted hash is kept here."""

    code: str
    vhost: str
    password_hash: str
    suspended: bool = False

    @property
    def user(self) -> str:
        return topology.up_key(self.code)


def invite(code: str, vhost: str) -> tuple[Guest, str]:
    """A guest with a new password; the password is told once, in the token."""
    password = secrets.token_urlsafe(24)
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return Guest(code, vhost, base64.b64encode(salt + digest).decode()), password


def load(folder: Path) -> dict[str, Guest]:
    """The guests that `folder` (`var/<authority>/keys`) knows, by code."""
    try:
        return {code: Guest(**guest) for code, guest in json.loads((folder / FILE).read_text()).items()}
    except FileNotFoundError:
        return {}


def save(folder: Path, guests: dict[str, Guest]) -> None:
    """Writes them where `load` finds them: so a broker that lost its disk gets its users back at the next start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump({code: asdict(guest) for code, guest in guests.items()}, stream, indent=2)
    fresh.replace(folder / FILE)


def put(folder: Path, guest: Guest) -> None:
    """Remembers one guest."""
    save(folder, {**load(folder), guest.code: guest})


def drop(folder: Path, code: str) -> None:
    """Forgets one guest."""
    save(folder, {known: guest for known, guest in load(folder).items() if known != code})


def suspend(folder: Path, code: str, suspended: bool) -> Guest:
    """Takes a guest's rights, or gives them back. Raises KeyError."""
    guest = replace(load(folder)[code], suspended=suspended)
    put(folder, guest)
    return guest


def definitions(guests: list[Guest]) -> dict[str, list[dict[str, Any]]]:
    """What the broker reads (`load_definitions`, `rabbitmqctl import_definitions`): users and their rights."""
    allowed = [guest for guest in guests if not guest.suspended]
    return {
        "users": [
            {
                "name": guest.user,
                "password_hash": guest.password_hash,
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
                "limits": dict(LIMITS),
            }
            for guest in guests
        ],
        "permissions": [
            {
                "user": guest.user,
                "vhost": guest.vhost,
                "configure": NOTHING,
                "write": f"^{re.escape(topology.UP)}$",
                "read": f"^{re.escape(topology.down_queue(guest.code))}$",
            }
            for guest in allowed
        ],
        "topic_permissions": [
            {
                "user": guest.user,
                "vhost": guest.vhost,
                "exchange": topology.UP,
                "write": f"^{re.escape(guest.user)}$",
                "read": NOTHING,
            }
            for guest in allowed
        ],
        "policies": [
            {"vhost": vhost, "name": name, "pattern": pattern, "apply-to": "queues", "priority": 1}
            | {"definition": dict(limits)}
            for vhost in sorted({guest.vhost for guest in guests})
            for name, pattern, limits in _POLICIES
        ],
    }


_POLICIES: Final = (
    ("qidi-mailboxes", f"^{re.escape(topology.down_queue(''))}", MAILBOX),
    ("qidi-pages", f"^{re.escape(topology.PAGES)}$", PAGES),
    ("qidi-pages-dead", f"^{re.escape(topology.dead_queue(topology.PAGES))}$", DEAD_PAGES),
)


def by_hand(guest: Guest, password: str) -> list[str]:
    """The same as commands, for a broker that is not ours to command."""
    user, vhost = guest.user, guest.vhost
    [rights], [topics] = definitions([guest])["permissions"], definitions([guest])["topic_permissions"]
    return [
        f"rabbitmqctl add_user '{user}' '{password}'",
        f"rabbitmqctl set_permissions -p '{vhost}' '{user}'"
        f" '{rights['configure']}' '{rights['write']}' '{rights['read']}'",
        f"rabbitmqctl set_user_limits '{user}' '{json.dumps(dict(LIMITS))}'",
        *(
            f"rabbitmqctl set_policy -p '{vhost}' --apply-to queues --priority 1 {name} '{pattern}'"
            f" '{json.dumps(dict(limits))}'"
            for name, pattern, limits in _POLICIES
        ),
        f"rabbitmqctl set_topic_permissions -p '{vhost}' '{user}' {topology.UP} '{topics['write']}' '{topics['read']}'",
    ]
