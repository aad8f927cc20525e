"""Entrance of people: a login name and a password become a session, or nobody learns which of the two was wrong."""

from dataclasses import dataclass
from math import ceil

import anyio
from anyio import to_thread

from gateway.accounts.audit import Audit, Visitor
from gateway.accounts.passwords import Passwords
from gateway.accounts.register import Account, Register
from gateway.accounts.sessions import Sessions
from gateway.accounts.throttle import Throttle
from services.contracts.accounts import folded
from services.contracts.actors import Caller
from services.contracts.entrances import AccountState, Entrance, Occasion, Rejection
from services.contracts.vocabulary import Role
from services.plumbing.clock import Clock
from services.plumbing.errors import QidiError, Unavailable

#: Hashes made at the same time: each takes its 64 MiB.
_AT_ONCE = 2
#: Sign-ins that wait for their turn; more are sent away for now.
_MOST_WAITING = 32


class TooOften(QidiError):
    """It was tried too often; `seconds`: how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = max(1, ceil(seconds))


class TurnedAway(QidiError):
    """No such account, or not this password, or not now: who is turned away is told no more than that."""


class NoPost(QidiError):
    """The password was right, but the person holds no post at present."""


@dataclass
class Entrances:
    """Where people come in."""

    register: Register
    passwords: Passwords
    throttle: Throttle
    sessions: Sessions
    audit: Audit
    clock: Clock

    def __post_init__(self) -> None:
        self._hashing = anyio.CapacityLimiter(_AT_ONCE)

    async def sign_in(self, login: str, password: str, visitor: Visitor, instead_of: str = "") -> str:
        """What the cookie of the new session is to hold. Raises TooOften, TurnedAway, NoPost, Unavailable."""
        account = await self._recognised(folded(login)[:60], password, visitor)
        return await self.let_in(account, Entrance.PASSWORD, visitor, instead_of)

    async def let_in(self, account: Account, entrance: Entrance, visitor: Visitor, instead_of: str = "") -> str:
        """A session for somebody who is known to be this person. Raises TurnedAway, NoPost, Unavailable."""
        if account.state is AccountState.LOCKED:
            await self._turned_away(account.login, Rejection.LOCKED, visitor)
            raise TurnedAway("locked")
        if not account.held:
            await self._turned_away(account.login, Rejection.NO_POST, visitor)
            raise NoPost("no post today")
        post = account.held[0]
        caller = Caller(role=post.role.value, name=account.name, department=post.department, account_id=account.id)
        return await to_thread.run_sync(lambda: self.sessions.begin(caller, entrance, visitor, post.id, instead_of))

    async def come_in(self, login: str, visitor: Visitor, instead_of: str = "") -> str:
        """A session for whom the provider says that it is this login name, if somebody here has it. Raises TurnedAway,
        NoPost, Unavailable."""
        account = await to_thread.run_sync(self.register.by_login, folded(login)[:60])
        if account is None:
            await self._turned_away(folded(login)[:60], Rejection.UNKNOWN, visitor)
            raise TurnedAway("unknown")
        return await self.let_in(account, Entrance.PROVIDER, visitor, instead_of)

    async def is_own(self, account: Account, password: str, visitor: Visitor) -> bool:
        """Whether it is the person's own password, asked once more, and as seldom as at the door. Raises TooOften,
        Unavailable."""
        await self._counted(account.login, visitor)
        if not await self._is_right(account.kept, password):
            return False
        await to_thread.run_sync(self.throttle.succeeded, account.login, visitor.address)
        return True

    async def hashed(self, password: str) -> str:
        """What is kept of a password; in its turn, in a thread. Raises Unavailable."""
        self._room()
        return await to_thread.run_sync(self.passwords.hashed, password, limiter=self._hashing)

    async def _recognised(self, login: str, password: str, visitor: Visitor) -> Account:
        await self._counted(login, visitor)
        account = await to_thread.run_sync(self.register.by_login, login)
        # verified in any case, so that nobody learns from the time it takes who has an account here
        is_right = await self._is_right(account.kept if account is not None else None, password)
        why = self._against(account, is_right)
        if account is None or why is not None:
            # whoever types his password in the wrong line shall not find it in the record
            shown = login if account is not None else f"{login[:2]}…"
            await self._turned_away(shown, why or Rejection.UNKNOWN, visitor)
            raise TurnedAway(why or "unknown")
        await to_thread.run_sync(self.throttle.succeeded, login, visitor.address)
        if account.kept is not None and self.passwords.is_outdated(account.kept):
            await to_thread.run_sync(self.register.rehash, account.id, await self.hashed(password))
        return account

    def _against(self, account: Account | None, is_right: bool) -> Rejection | None:
        if account is None:
            return Rejection.UNKNOWN
        if not account.has_password:
            return Rejection.NO_PASSWORD
        if not is_right:
            return Rejection.WRONG
        if account.state is AccountState.LOCKED:
            return Rejection.LOCKED
        if account.initial_until is not None and account.initial_until <= self.clock.now():
            return Rejection.EXPIRED
        return None

    async def _counted(self, login: str, visitor: Visitor) -> None:
        wait = await to_thread.run_sync(self.throttle.admit, login, visitor.address)
        if wait > 0:
            raise TooOften(wait)

    async def _is_right(self, kept: str | None, password: str) -> bool:
        self._room()
        return await to_thread.run_sync(self.passwords.is_right, kept, password, limiter=self._hashing)

    def _room(self) -> None:
        if self._hashing.statistics().tasks_waiting >= _MOST_WAITING:
            raise Unavailable("too many sign-ins at once")

    async def _turned_away(self, login: str, why: Rejection, visitor: Visitor) -> None:
        await to_thread.run_sync(lambda: self.audit.note(Occasion.TURNED_AWAY, visitor, who=login, why=why))


#: Who changes accounts from the command line of the machine.
COMMAND_LINE = Caller(role=Role.OPS.value)
