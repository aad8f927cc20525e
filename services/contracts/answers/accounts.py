"""Accounts, posts and tokens as they are told to the administrator, and one's own account to its person."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.contracts.answers.sessions import SessionTold
from services.contracts.answers.shape import Answer, Items, Moment, Page
from services.contracts.entrances import AccountState, Occasion
from services.contracts.vocabulary import Role

OnceTold = Annotated[str, Field(description="told this once and kept nowhere")]


class PostTold(Answer):
    """What somebody is, where, and in which days."""

    id: str
    role: Role
    department: str
    from_day: date
    until_day: Annotated[date | None, Field(description="the last day; null: until it is ended")]
    is_held: Annotated[bool, Field(description="whether today")]
    is_over: bool


class AccountTold(Answer):
    """A person who may come in."""

    id: str
    login: str
    name: str
    state: AccountState
    has_password: Annotated[bool, Field(description="false: by the unified sign-in alone")]
    must_change: Annotated[bool, Field(description="whether the initial password is still to be changed")]
    created_at: Moment
    posts: tuple[PostTold, ...]


class AccountsTold(Items[AccountTold]):
    """All accounts, by login name."""


class AccountMade(Answer):
    """A new account."""

    account: AccountTold
    initial_password: OnceTold


class PasswordReset(Answer):
    """The password with which the person comes in next, and has to choose his own."""

    initial_password: OnceTold


class MyPost(Answer):
    """A post that one holds today."""

    id: str
    role: Role
    department: str
    is_this: Annotated[bool, Field(description="whether one acts in it now")]


class Me(Answer):
    """Who asks, and in which post."""

    role: Role
    name: str
    department: str
    login: Annotated[str, Field(description="empty where a token asks")]
    must_change: bool
    posts: tuple[MyPost, ...]


class PasswordChanged(Answer):
    """One's own password is another one now; all other sessions ended."""

    ended: int


class TokenTold(Answer):
    """A token without its secret."""

    id: str
    role: Role
    name: str
    department: str
    owner: str
    note: str
    read_only: bool
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    is_good: bool


class TokensTold(Items[TokenTold]):
    """All tokens that were ever issued, newest first."""


class TokenIssued(Answer):
    """A new token."""

    token: TokenTold
    text: OnceTold


class TokenRevoked(Answer):
    """The token that is none any more."""

    id: str


class EverybodysSessions(Items[SessionTold]):
    """The sessions of everybody that are good now, newest first."""


class AuditTold(Answer):
    """One entry of the record of who came in, and of what private persons were shown to whom."""

    id: int
    at: Moment
    occasion: Occasion
    who: str
    account: Annotated[str, Field(description="id of the account, or empty")]
    token: Annotated[str, Field(description="id of the token, or empty")]
    session: Annotated[str, Field(description="id of the session, or empty")]
    address: str
    agent: Annotated[str, Field(description="the browser, as it names itself, shortened")]
    cause: Annotated[str, Field(description="why or how: a code of ours, or empty")]
    about: str
    purpose: str


class AuditPage(Page[AuditTold]):
    """The record, newest first."""
