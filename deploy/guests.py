"""Lower authorities as users of our broker: each publishes under its own key, reads its own mailbox, no more."""

import base64
import hashlib
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from services.plumbing import topology

FILE = "guests.json"
NOTHING = "^$"


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
                "limits": {},
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
    }


def by_hand(guest: Guest, password: str) -> list[str]:
    """The same as commands, for a broker that is not ours to command."""
    user, vhost = guest.user, guest.vhost
    [rights], [topics] = definitions([guest])["permissions"], definitions([guest])["topic_permissions"]
    return [
        f"rabbitmqctl add_user '{user}' '{password}'",
        f"rabbitmqctl set_permissions -p '{vhost}' '{user}'"
        f" '{rights['configure']}' '{rights['write']}' '{rights['read']}'",
        f"rabbitmqctl set_topic_permissions -p '{vhost}' '{user}' {topology.UP} '{topics['write']}' '{topics['read']}'",
    ]
