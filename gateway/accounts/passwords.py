"""Passwords: what one must be like, how it is kept (Argon2id), and the initial one that an administrator hands over."""

import secrets
import unicodedata
from typing import Final

import argon2

from services.contracts.actors import Objection

#: Length is what makes guessing long (NIST SP 800-63B); the upper end only keeps a body from costing seconds.
SHORTEST, LONGEST = 12, 128
_DIFFERENT = 5
#: Without letters and digits that are mistaken for each other on paper.
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """How passwords are hashed here. Takes a tenth of a second and its memory: call it in a thread."""

    def __init__(self, memory_kib: int, rounds: int) -> None:
        self._hasher = argon2.PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        # Verified where there is no account, so that the answer takes as long as for one that is there.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={rounds},p=1${'A' * 22}${'A' * 43}"

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(_plain(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Whether it is this one; for nobody's (`kept` None) False after the same time."""
        try:
            self._hasher.verify(kept or self._nobody, _plain(password))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def initial() -> str:
    """A password for the first sign-in: 16 letters and digits in groups, 79 random bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def objection(password: str, login: str, name: str) -> Objection | None:
    """Why a password is not taken; None when it is."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return Objection("A password has at least {shortest} characters.", {"shortest": SHORTEST})
    if len(plain) > LONGEST:
        return Objection("A password has at most {longest} characters.", {"longest": LONGEST})
    if len(set(plain)) < _DIFFERENT:
        return Objection("This password repeats a few characters only.")
    folded = plain.casefold()
    if any(part and part.casefold() in folded for part in (login, name)):
        return Objection("A password must not contain the login name or the person's name.")
    return None


def _plain(password: str) -> str:
    """The same password however a keyboard composes its characters."""
    return unicodedata.normalize("NFC", password)
