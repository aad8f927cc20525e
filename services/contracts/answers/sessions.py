"""Sessions of the board as they are told: who has signed in, where, and since when."""

from typing import Annotated

from pydantic import Field

from services.contracts.answers.shape import Answer, Items, Moment
from services.contracts.entrances import Entrance
from services.contracts.vocabulary import Role


class SignedIn(Answer):
    """Who has signed in."""

    role: Role
    name: str
    department: str


class SessionTold(Answer):
    """A session that is good now."""

    id: Annotated[str, Field(description="names it in lists; opens nothing")]
    who: Annotated[str, Field(description="the person and the department of the post, or the role of a system")]
    role: Role
    entrance: Entrance
    address: str
    agent: Annotated[str, Field(description="the browser, as it names itself")]
    created_at: Moment
    seen_at: Moment
    expires_at: Moment
    is_this: Annotated[bool, Field(description="whether it is the one that asks")]


class SessionsTold(Items[SessionTold]):
    """Sessions, newest first."""


class SessionsEnded(Answer):
    """How many sessions ended."""

    ended: int


class SessionEnded(Answer):
    """The session that ended."""

    id: str
