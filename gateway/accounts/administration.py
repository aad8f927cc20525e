"""Administration of accounts and tokens: what the administrator does, by the API, the board or the command line.

Whatever is taken from somebody ends his sessions and event streams at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from gateway.accounts import passwords
from gateway.accounts.register import Account, By
from gateway.accounts.standing import end_of
from gateway.tokens import Token
from services.contracts.accounts import MACHINES, EndPost, NewAccount, NewPost, NewToken
from services.contracts.entrances import Occasion, SessionEnd
from services.contracts.names import folded, near
from services.contracts.vocabulary import ZONE, Role
from services.plumbing.errors import NotFound, Problem, Refused

if TYPE_CHECKING:
    from gateway.calls import Gateway

#: Who takes steps of cases, each for his department.
_OF_A_DEPARTMENT: Final = frozenset({Role.WINDOW, Role.HANDLER, Role.HEAD})
NO_DEPARTMENT_BUT: Final = "There is no department {wanted}; near it: {near}."
#: A token is renewed at least this often.
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Administration:
    """What one administrator does now."""

    gateway: "Gateway"
    by: By

    async def create(self, asked: NewAccount) -> tuple[Account, str]:
        """A new account and its initial password, which is shown now and never again; empty where the person comes by
        the unified sign-in alone. Raises Conflict, Refused, Unavailable."""
        await self._check_department(asked.post, "post.department")
        initial = passwords.initial() if asked.with_password else ""
        kept = await self.gateway.entrances.hashed(initial) if initial else None
        return await run_in_threadpool(self.gateway.register.create, asked, kept, self.by), initial

    async def reset(self, id: str) -> str:
        """A new initial password; who is in with the old one is out. Raises NotFound, Unavailable."""
        initial = passwords.initial()
        kept = await self.gateway.entrances.hashed(initial)
        await run_in_threadpool(self.gateway.register.set_password, id, kept, self.by, must_change=True)
        await self.end_sessions(id, SessionEnd.PASSWORD)
        return initial

    async def lock(self, id: str) -> None:
        """Nobody comes in by it any more, and whoever is in is out. Raises NotFound, Conflict, Unavailable."""
        await run_in_threadpool(self.gateway.register.lock, id, self.by)
        await self.end_sessions(id, SessionEnd.LOCKED)

    async def unlock(self, id: str) -> None:
        """It opens the door again. Raises NotFound, Unavailable."""
        await run_in_threadpool(self.gateway.register.unlock, id, self.by)

    async def give_post(self, id: str, asked: NewPost) -> None:
        """One more post. Raises NotFound, Refused, Unavailable."""
        await self._check_department(asked, "department")
        await run_in_threadpool(self.gateway.register.give_post, id, asked, self.by)

    async def _check_department(self, post: NewPost, field: str) -> None:
        """Who takes steps does so for a department that the authority has (DOMAIN 3, rule 13). Raises Refused."""
        if post.role not in _OF_A_DEPARTMENT:
            return
        reply = await self.gateway.services.ask("intake", "departments", {}, self.by.caller)
        open_ones = [one for one in reply["body"]["items"] if one["closed_on"] is None]
        known = {one["name"]: one["short_names"] for one in open_ones}
        if not known or folded(post.department) in map(folded, known):
            return
        wanted, alike = post.department, near(post.department, known)
        if alike:
            raise Refused(Problem(field, NO_DEPARTMENT_BUT, {"wanted": wanted, "near": ", ".join(alike)}))
        raise Refused(Problem(field, "There is no department {wanted}.", {"wanted": wanted}))

    async def end_post(self, id: str, post_id: str, asked: EndPost) -> None:
        """A post ends; sessions in it end with it. Raises NotFound, Conflict, Refused, Unavailable."""
        await run_in_threadpool(self.gateway.register.end_post, id, post_id, asked.until_day, self.by)
        self.gateway.feed.grew()

    async def end_sessions(self, id: str, why: SessionEnd = SessionEnd.ADMINISTRATOR) -> int:
        """How many sessions of an account ended. Raises Unavailable."""
        ended = await run_in_threadpool(self.gateway.sessions.end_of_account, id, why, self.by.visitor)
        self.gateway.feed.grew()
        return ended

    async def end_session(self, id: str) -> None:
        """One session of anybody ends. Raises NotFound, Unavailable."""
        done = await run_in_threadpool(self.gateway.sessions.end_one, id, SessionEnd.ADMINISTRATOR, self.by.visitor)
        if not done:
            raise NotFound(Problem("id", "There is no such session."))
        self.gateway.feed.grew()

    async def issue(self, asked: NewToken) -> tuple[Token, str]:
        """A token and its text, which is shown now and never again. Raises Refused, Unavailable."""
        now = self.gateway.clock.now()
        until = end_of(asked.until_day.isoformat())
        assert until is not None
        if not now < until <= now + LONGEST:
            raise Refused(
                Problem("until_day", "A token ends between today and {latest}.", {"latest": _day(now + LONGEST)})
            )
        if asked.role not in MACHINES and not (asked.name.strip() and asked.department.strip()):
            raise Refused(Problem("name", "A token of a person's role carries the person's name and department."))

        def issued() -> tuple[Token, str]:
            found = self.gateway.tokens.issue(
                asked.role, asked.name, asked.department, asked.note, until - now,
                owner=asked.owner, read_only=asked.read_only, issued_by=self.by.caller.account_id,
            )  # fmt: skip
            about = f"{found[0].id} {asked.owner}"
            note = self.gateway.audit.note
            note(Occasion.TOKEN_ISSUED, self.by.visitor, self.by.caller, why=asked.role, about=about)
            return found

        return await run_in_threadpool(issued)

    async def revoke(self, id: str) -> None:
        """A token is none from now on; sessions and streams that began with it end. Raises NotFound, Unavailable."""

        def revoked() -> bool:
            if not self.gateway.tokens.revoke(id):
                return False
            self.gateway.sessions.end_of_token(id, SessionEnd.REVOKED, self.by.visitor)
            self.gateway.audit.note(Occasion.TOKEN_REVOKED, self.by.visitor, self.by.caller, about=id)
            return True

        if not await run_in_threadpool(revoked):
            raise NotFound(Problem("id", "There is no good token of this number."))
        self.gateway.feed.grew()


def _day(moment: datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()
