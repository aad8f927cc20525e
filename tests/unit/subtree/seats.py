"""Joined authorities without a broker: whole gateways, and the real link's bytes by hand.

Everything is real but the way: pages, receipts and letters go from store to store as the link's processes carry them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import httpx

from services.contracts.divisions import level_of, name_of
from services.contracts.links import Welcome, read_from_above
from services.contracts.vocabulary import Role
from services.ledger.link import child, keys, membership, superior
from services.ledger.link.mail import post
from services.plumbing.db import transaction
from services.plumbing.switchboard import Office
from tests.unit.gateway.running import Authority, another_authority

T = TypeVar("T")
REGION, CITY, BANNER, SIBLING = "150000", "150400", "150424", "150422"
#: Child -> superior, those above first.
SUPERIOR = {CITY: REGION, BANNER: CITY, SIBLING: CITY}


class Seats:
    """Region, city and two banners of the city, joined; or other authorities of this chain, joined before or not."""

    def __init__(self, folder: Path, seated: Mapping[str, Authority] | None = None) -> None:
        self.folder = folder
        codes = (REGION, *SUPERIOR)
        self.all = dict(seated or {code: another_authority(code, folder / code) for code in codes})
        self.superior = {code: above for code, above in SUPERIOR.items() if {code, above} <= self.all.keys()}
        if seated is None:
            self.join()

    def join(self) -> None:
        """Each takes its superior, and tells it what it has."""
        for code, above in self.superior.items():
            self._join(code, above)
        self.carry()

    def __getitem__(self, code: str) -> Authority:
        return self.all[code]

    async def people_of(self, code: str, matter: str, role: Role) -> tuple[httpx.AsyncClient, dict[str, str]]:
        """A client of 王芳 of the department that holds a matter there, in this role; and herself."""
        async with self.all[code].client() as client:
            matters = (await client.get("/v1/matters")).json()["items"]
        department = next(str(one["department"]) for one in matters if one["code"] == matter)
        token = self.all[code].gateway.tokens.issue(role, "王芳", department)[1]
        person = {"name": "王芳", "department": department}
        return self.all[code].client(None, Authorization=f"Bearer {token}"), person

    def close(self) -> None:
        for authority in self.all.values():
            for desk in authority.services.desks.values():
                desk.engine.dispose()

    def key(self, code: str) -> keys.SigningKey:
        return keys.load_or_create(self.folder / code / "keys", code)

    def act(self, code: str, act: Callable[[Office], T]) -> T:
        """One act of the link's process in the ledger's store."""
        authority = self.all[code]
        with transaction(authority.services.desks["ledger"].engine) as connection:
            return act(Office(connection, authority.clock.now(), code))

    def _join(self, code: str, above: str) -> None:
        level = level_of(code)
        self.act(above, lambda office: membership.invite(office, code, name_of(code), level, "secret", code))
        answer = self._up(code, above, membership.hello(self.key(code), name_of(code), level, "secret"))
        assert answer is not None
        welcome = read_from_above(answer)
        assert isinstance(welcome, Welcome)
        self.act(code, lambda office: membership.remember_superior(office, welcome))

    def _up(self, code: str, above: str, body: bytes) -> bytes | None:
        level = level_of(above)
        return self.act(
            above,
            lambda office: superior.take_from_below(
                office, self.key(above), body, code, name=name_of(above), level=level
            ),
        ).answer

    def _down(self, code: str, body: bytes) -> None:
        self.act(code, lambda office: child.take_from_above(office, body))

    def ask(self, code: str) -> None:
        """As after each connection: how far has the superior come?"""
        for question in self.act(code, child.asks):
            answer = self._up(code, SUPERIOR[code], question.body)
            assert answer is not None
            self._down(code, answer)

    def carry(self) -> None:
        """Until every page has its receipt, every letter its signature, and everybody is quiet."""
        moved = True
        while moved:
            for authority in self.all.values():
                authority.services.deliver()
            moved = False
            for code, above in reversed(self.superior.items()):
                going = self.act(code, lambda office, code=code: child.next_pages(office, self.key(code)))  # type: ignore[misc]
                for page in going:
                    moved = True
                    if (answer := self._up(code, above, page.body)) is not None:
                        self._down(code, answer)
                coming = self.act(
                    above,
                    lambda office, code=code, above=above: post.pending(office, self.key(above), code),  # type: ignore[misc]
                )
                for letter in coming:
                    moved = True
                    self._down(code, letter.body)

    def pass_time(self, **delta: float) -> None:
        """Time passes everywhere, and everybody looks."""
        for authority in self.all.values():
            authority.clock.move(**delta)
            authority.services.tick()
        self.carry()
