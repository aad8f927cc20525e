"""Facts about levels and links, and the messages that a link carries between authorities.

The facts are events like all others and go into the ledger of whoever says them. The messages are JSON objects with a
`kind`; they are no facts and never entries.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from services.contracts.envelope import Event, NotReadable, Reach
from services.contracts.quantities import Counted, Numbered, Wire
from services.contracts.validation import NOT_JSON, TOO_DEEP, sentence
from services.contracts.vocabulary import Level

Code = str


class AuthorityFact(Event):
    """About an authority; said by its superior, or by itself where its key is concerned."""

    subject_field: ClassVar[str] = "code"
    code: Code

    @property
    def subject(self) -> str:
        """Of its own kind, so that readers of other link facts see no gaps."""
        return f"authority/{self.code}"


class AuthorityJoined(AuthorityFact):
    """A lower authority has joined: whose pages are signed by this key come through this child."""

    stem: ClassVar[str] = "qidi.authority.joined"
    name: str
    level: Level
    #: `name+hash+key`, the C2SP form of a verifier key.
    public_key: str
    #: The authority that says it, whose child the new one is.
    via: Code


class AuthorityStandingChanged(AuthorityFact):
    """A child was suspended, taken on again, or removed."""

    stem: ClassVar[str] = "qidi.authority.standing-changed"
    standing: Literal["suspended", "joined", "removed"]
    reason: str
    person: str


class AuthorityKeyChanged(AuthorityFact):
    """From the next checkpoint on this authority signs with another key: said by itself, under the former key.

    Where that was lost, nobody believes this before a person there has heard the new key from this office.
    Goes both ways: the superior learns it from the ledger, the children from a letter that the former key has signed.
    """

    stem: ClassVar[str] = "qidi.authority.key-changed"
    reach: ClassVar[Reach] = Reach.SUBTREE
    public_key: str
    previous_key: str
    #: Who states that the former key was lost, and why; none: it was renewed under the former key.
    person: str | None = None
    reason: str | None = None


class LetterTaken(Event):
    """A message of the superior has arrived, was found genuine and had its effect: the child's signature for it."""

    stem: ClassVar[str] = "qidi.letter.taken"
    subject_field: ClassVar[str] = "sender"
    sender: Code
    number: Numbered
    event_id: str
    event_type: str

    @property
    def subject(self) -> str:
        """The box that the letter lay in."""
        return f"letters/{self.sender}"


class LinkFact(Event):
    """About the link on which an origin's ledger travels."""

    subject_field: ClassVar[str] = "origin"
    origin: Code

    @property
    def subject(self) -> str:
        """Of its own kind, so that readers of other link facts see no gaps."""
        return f"link/{self.origin}"


class LinkTroubled(LinkFact):
    """Two levels do not hold the same record, or cannot know it; nothing is taken from there until this is settled."""

    stem: ClassVar[str] = "qidi.link.troubled"
    trouble: Literal["fork", "damaged", "lost"]
    #: Where it was noticed: in what came from `below`, or in what the superior said (`above`).
    side: Literal["below", "above"]
    evidence: dict[str, Any]


class EntriesLost(LinkFact):
    """Our own record has lost entries, as after a restore: at most so many. Their numbers are not given out again."""

    stem: ClassVar[str] = "qidi.loss.noticed"
    reach: ClassVar[Reach] = Reach.OWN
    at_most: Counted


class LinkSettled(LinkFact):
    """The trouble is over: how, and who decided it (empty: it went away by itself)."""

    stem: ClassVar[str] = "qidi.link.settled"
    how: str
    person: str = ""
    from_index: Counted | None = None


# --- messages ---------------------------------------------------------------------------------------------------------


class PageEntry(Wire):
    """One entry of a page; `entry` is null where the payload does not travel."""

    index: Counted
    leaf: str = Field(pattern=r"^[0-9a-f]{64}$")
    entry: dict[str, Any] | None


class Page(Wire):
    """Up: a gapless run of an origin's entries that ends where its signed checkpoint ends."""

    kind: Literal["page"] = "page"
    origin: Code = Field(pattern=r"^[0-9]{6}$")
    from_index: Counted
    entries: list[PageEntry] = Field(min_length=1, max_length=1000)
    checkpoint: str = Field(max_length=4000)
    #: The origin's open lines by told light at the end of this page, where they were counted.
    lights: dict[str, Counted] | None = None


class Behind(Wire):
    """The superior has signed for more than we have: the newest that we know ourselves, and what it signed for."""

    checkpoint: str = Field(max_length=4000)
    size: Numbered
    root: str


class Ask(Wire):
    """Up: how far has the superior come with this origin? It answers with its newest receipt, a gap or a fork."""

    kind: Literal["ask"] = "ask"
    origin: Code = Field(pattern=r"^[0-9]{6}$")
    behind: Behind | None = None


class Hello(Wire):
    """Up, once: an invited authority shows its key and proves that it holds the invitation."""

    kind: Literal["hello"] = "hello"
    code: Code = Field(pattern=r"^[0-9]{6}$")
    name: str = Field(min_length=1, max_length=80)
    level: Level
    public_key: str = Field(max_length=200)
    #: HMAC-SHA-256 in hex, keyed with the invitation's secret, over the public key's text.
    proof: str = Field(pattern=r"^[0-9a-f]{64}$")


class Welcome(Wire):
    """Down: who the superior is, by name and key."""

    kind: Literal["welcome"] = "welcome"
    code: Code
    name: str
    level: Level
    public_key: str


class Rejected(Wire):
    """Down: the hello was not believed."""

    kind: Literal["rejected"] = "rejected"
    why: str


class Receipt(Wire):
    """Down: the superior holds the first `size` entries of this origin, and they have this root; signed in `note`."""

    kind: Literal["receipt"] = "receipt"
    origin: Code
    size: Counted
    root: str
    note: str


class Gap(Wire):
    """Down: entries are missing; the next one that is wanted is number `expects`."""

    kind: Literal["gap"] = "gap"
    origin: Code
    expects: Counted


class Fork(Wire):
    """Down: what was sent contradicts what was sent before; `note` is the checkpoint that it contradicts."""

    kind: Literal["fork"] = "fork"
    origin: Code
    size: Counted
    root: str
    note: str


#: Why nothing is taken from a sender at all: it says nothing of what was sent, which goes again by itself.
NOT_JOINED: Final = "the sender has not joined or is suspended"
NOT_ANNOUNCED: Final = "this ledger was not announced by the sender"
KEY_NOT_ANNOUNCED: Final = "the sender has not announced this key of the ledger"
OF_THE_SENDER: Final = frozenset((NOT_JOINED, NOT_ANNOUNCED, KEY_NOT_ANNOUNCED))


class RefusedPage(Wire):
    """Down: a page that does not agree with itself, with its signature, or with who may send it."""

    kind: Literal["refused"] = "refused"
    origin: Code
    from_index: Counted
    why: str
    #: SHA-256 in hex of the bytes that came: the sender sees whether they are those that it has sent.
    digest: str | None = None


class Letter(Wire):
    """Down: a numbered message; `note` signs (box, number, hash of the event's canonical bytes)."""

    kind: Literal["letter"] = "letter"
    to: Code
    number: Numbered
    event: dict[str, Any]
    note: str


FromBelow = Annotated[Page | Ask | Hello, Field(discriminator="kind")]
FromAbove = Annotated[Receipt | Gap | Fork | RefusedPage | Letter | Welcome | Rejected, Field(discriminator="kind")]

_below: TypeAdapter[Any] = TypeAdapter(FromBelow)
_above: TypeAdapter[Any] = TypeAdapter(FromAbove)

#: Facts of this reach go up with their content.
GOES_UP = frozenset((Reach.UPWARD, Reach.SUBTREE))
#: Facts of this reach lie in the letter boxes of the children whom they concern.
GOES_DOWN = frozenset((Reach.DOWNWARD, Reach.SUBTREE))


WholeNumber = Callable[[str], Any]


def read_from_below(body: bytes, whole_number: WholeNumber = int) -> Page | Ask | Hello:
    """A message that came up; `whole_number` reads JSON's digits. Raises NotReadable."""
    return _read(_below, body, whole_number)  # type: ignore[no-any-return]  # the adapter gives one of these three


def read_from_above(
    body: bytes, whole_number: WholeNumber = int
) -> Receipt | Gap | Fork | RefusedPage | Letter | Welcome | Rejected:
    """A message that came down. Raises NotReadable."""
    return _read(_above, body, whole_number)  # type: ignore[no-any-return]  # the adapter gives one of these


def _read(reader: TypeAdapter[Any], body: bytes, whole_number: WholeNumber) -> Any:
    try:
        return reader.validate_python(json.loads(body, parse_int=whole_number))
    except ValidationError as wrong:
        raise NotReadable(sentence(wrong)) from None
    except RecursionError:
        raise NotReadable(f"body: {TOO_DEEP}") from None
    except json.JSONDecodeError as wrong:
        raise NotReadable(f"body: {NOT_JSON.format(line=wrong.lineno, column=wrong.colno)}") from None
    except ValueError:  # no UTF-8, or a number of thousands of digits
        raise NotReadable(f"body: {NOT_JSON.format(line=1, column=1)}") from None
