"""Passwords: what one must be like, how it is kept (Argon2id), and the initial one that an administrator hands over."""

import secrets
import unicodedata
from typing import Final

import argon2

from services.contracts.actors import Objection
from services.contracts.vocabulary import Role

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


#: Words and rows of keys that every list of guesses begins with; a row counts from so many signs of it.
_USUAL: Final = (
    "password",
    "passw0rd",
    "p@ssw0rd",
    Role.ADMIN.value,
    "welcome",
    "iloveyou",
    "letmein",
    "mima",
    "woaini",
    "abc",
)
_ROWS: Final = (
    *("012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm"),
)
_RUN: Final = 4
#: So many characters have to be a person's own idea.
_OWN: Final = 6


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
    if len(_beyond_the_usual(folded)) < _OWN:
        return Objection("This password is guessed first: it is made of usual words, figures in a row or rows of keys.")
    return None


def _beyond_the_usual(folded: str) -> str:
    """What is left of a password without the words and rows with which guessing begins."""
    for word in _USUAL:
        folded = folded.replace(word, "")
    for length in range(len(folded), _RUN - 1, -1):
        for start in range(len(folded) - length + 1):
            part = folded[start : start + length]
            if any(part in row or part[::-1] in row for row in _ROWS):
                folded = folded.replace(part, " " * length)
    return folded.replace(" ", "")


def _plain(password: str) -> str:
    """The same password however a keyboard composes its characters."""
    return unicodedata.normalize("NFC", password)
