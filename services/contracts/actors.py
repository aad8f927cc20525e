"""Who acts: the caller as the gateway has established it, and the one rule of in whose name he may speak."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.contracts.names import spaced
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import Role

#: Roles whose holder is a system and acts for people of the departments; all others act in their own name alone.
ACTS_FOR_OTHERS: Final = frozenset({Role.PARTNER})
OWN_NAME_ONLY: Final = frozenset(Role) - ACTS_FOR_OTHERS


@dataclass(frozen=True)
class Caller:
    """Who asks, as the gateway has established it."""

    token_id: str = ""
    role: str = ""
    name: str = ""
    department: str = ""
    #: Whose session it is, where a person signed in; else empty, and it is a token.
    account_id: str = ""

    @property
    def stamp(self) -> str | None:
        """Who really asked, as on an envelope: `handler/account/<id>`, `partner/token/<id>`; None: time itself."""
        if self.account_id:
            return f"{self.role}/account/{self.account_id}"
        return f"{self.role}/token/{self.token_id}" if self.token_id else None

    @property
    def is_named(self) -> bool:
        """Whether the caller is a person of a department."""
        return bool(self.name.strip() and self.department.strip())

    @property
    def label(self) -> str:
        """How the caller stands on an envelope: 张三@发展改革委, or the role of one without a name."""
        return f"{self.name}@{self.department}" if self.name else self.role


@dataclass(frozen=True)
class Objection:
    """Why somebody may not act so: a message template and its facts."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)


NOBODY: Final = Objection("Say who acts: a name and a department.")


def objection(caller: Caller, named: RecordedPerson | None) -> Objection | None:
    """Why the caller may not speak for the person that he names; None when he may, or names nobody."""
    if named is None or caller.role not in OWN_NAME_ONLY:
        return None
    if (named.name, named.department) == (spaced(caller.name), spaced(caller.department)):
        return None
    return Objection(
        "{caller} may not act as {name} of {department}.",
        {"caller": caller.label, "name": named.name, "department": named.department},
    )


def who_acts(
    caller: Caller, named: RecordedPerson | None, otherwise: RecordedPerson | None = None
) -> RecordedPerson | Objection:
    """The acting person: who is named, else the caller, else `otherwise`; never nobody (DOMAIN 3, rule 10)."""
    against = objection(caller, named)
    if against is not None:
        return against
    if named is not None:
        return named
    if caller.is_named:
        return RecordedPerson(name=caller.name, department=caller.department)
    return otherwise or NOBODY
