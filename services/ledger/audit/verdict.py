"""Verdicts on a ledger: the kinds of damage that it can have, and the sentence for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Damage(StrEnum):
    """What is wrong with a ledger or a copy of it."""

    BAD_HEADER = "bad_header"
    MALFORMED = "malformed"
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    EXTENDED = "extended"
    ROOT_MISMATCH = "root_mismatch"
    REWRITTEN = "rewritten"
    NOT_CANONICAL = "not_canonical"
    SEQUENCE_GAP = "sequence_gap"
    DUPLICATE_ID = "duplicate_id"
    MISFILED = "misfiled"
    BAD_FRONTIER = "bad_frontier"
    TWO_HISTORIES = "two_histories"
    BAD_STATEMENT = "bad_statement"
    UNSIGNED = "unsigned"
    FORMER_KEY = "former_key"
    NOT_TRUSTED = "not_trusted"
    CONTRADICTED = "contradicted"


SIGNED = "{statements} signed checkpoints and receipts agree with it; they vouch for the first {signed} entries."
SOUND = "All {size} entries are as they were recorded; the root is {root}."

MESSAGES: Mapping[Damage, str] = {
    Damage.BAD_HEADER: "The first line is not the header of a ledger export.",
    Damage.MALFORMED: "Entry {index} does not have the form of a ledger entry.",
    Damage.CHANGED: "Entry {index} was changed: its content gives the hash {found}, recorded is {expected}.",
    Damage.MISSING: "Entry {index} is missing: entry {found} follows in its place.",
    Damage.INSERTED: "Entry {index} occurs a second time, where entry {expected} belongs.",
    Damage.REORDERED: "Entry {index} stands in the wrong place: entry {found} comes before it.",
    Damage.TRUNCATED: "The end is missing: there are {index} entries, there should be {expected}.",
    Damage.EXTENDED: "Entry {index} does not belong to it: there should be only {expected} entries.",
    Damage.ROOT_MISMATCH: "The first {until} entries give the root {found}, recorded is {expected}: "
    "something from entry {since} on was changed together with its hash.",
    Damage.REWRITTEN: "The first {until} entries give the root {found}, but the checkpoint kept says {expected}: "
    "the history from entry {since} on was rewritten.",
    Damage.NOT_CANONICAL: "Entry {index} is not an event in canonical form ({reason}).",
    Damage.SEQUENCE_GAP: "Entry {index} has sequence {found} for {subject} of {source}; the next one was {expected}.",
    Damage.DUPLICATE_ID: "Entry {index} has the identifier {id}, which an earlier entry has.",
    Damage.MISFILED: "Entry {index} is filed under {found} as its {column}, but it says {expected}.",
    Damage.BAD_FRONTIER: "What is kept for appending gives the root {found}, recorded is {expected}: "
    "entries from now on would not agree with this ledger.",
    Damage.TWO_HISTORIES: "Two histories were signed: the first {until} entries give the root {found} here, while a "
    "checkpoint that the same authority signed elsewhere says {expected}; the first entry that differs is one of "
    "{since} to {last}.",
    Damage.BAD_STATEMENT: "Statement {number} of those that were signed cannot be believed ({reason}).",
    Damage.UNSIGNED: "The checkpoint of {until} entries is not signed by a known key of {name}.",
    Damage.FORMER_KEY: "The checkpoint of {until} entries is signed by a key that was no longer in use.",
    Damage.NOT_TRUSTED: "Nothing in it is signed by a key that was given.",
    Damage.CONTRADICTED: "What is kept agrees with itself, but what {name} sent last does not go on from it: from "
    "entry {since} on it was lost there or is another one, and nobody has decided yet (runbook restored-child, step "
    "3).\n"
    "Signed for what is kept here:\n{known}\nSent last:\n{told}",
}
"""Templates to be translated; the parameters are in `Flaw.params`."""

AT_ONE: Mapping[Damage, str] = {
    Damage.REWRITTEN: "The first {until} entries give the root {found}, but the checkpoint kept says {expected}: entry "
    "{index} is the first that is another one than what was kept.",
    Damage.TWO_HISTORIES: "Two histories were signed: the first {until} entries give the root {found} here, while a "
    "checkpoint that the same authority signed elsewhere says {expected}; they part at entry {index}.",
}
"""The same where what was kept names the entry."""


@dataclass(frozen=True)
class Flaw:
    """The first thing that is wrong.

    `index` is the first entry that is not as recorded. It is None where only a whole stretch can be named (params
    `since` and `until`: since <= bad entry < until), or where the header is bad.
    """

    code: Damage
    index: int | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The template of the sentence that says it."""
        return AT_ONE.get(self.code, MESSAGES[self.code]) if self.index is not None else MESSAGES[self.code]


class Damaged(Exception):
    """The check ends here."""

    def __init__(self, code: Damage, index: int | None = None, **params: str | int) -> None:
        if index is not None:
            params["index"] = index
        self.problem = Flaw(code, index, params)
        super().__init__(self.problem.message.format(**params))


@dataclass(frozen=True)
class LedgerVerdict:
    """What the check of a ledger found: `size` entries are in order, and what stopped it, if anything did.

    `root` is the root in hex of these entries, None where the check stopped before it was known. `signed` is how many
    of the entries a signature vouches for, `statements` how many checkpoints and receipts were checked.
    """

    size: int
    root: str | None
    problem: Flaw | None = None
    signed: int = 0
    statements: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return self.problem is None

    @property
    def first_bad_index(self) -> int | None:
        """The first entry that is not as recorded."""
        return self.problem.index if self.problem else None

    @property
    def message(self) -> str:
        """The template of the sentence that says it."""
        return self.problem.message if self.problem else SOUND

    @property
    def params(self) -> Mapping[str, str | int]:
        """What fills the template."""
        return self.problem.params if self.problem else {"size": self.size, "root": self.root or ""}
