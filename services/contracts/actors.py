"""Who acts: the caller as the gateway has established it, his stamp, and the one rule of in whose name he may speak."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.contracts.names import folded
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import Role

#: Roles whose holder is a system and acts for people of the departments; all others act in their own name alone.
ACTS_FOR_OTHERS: Final = frozenset({Role.PARTNER})
#: Under whom stands what the authority itself brings in from an earlier ledger; no system may bear this name.
IMPORTED: Final = "import"
OWN_NAME_ONLY: Final = frozenset(Role) - ACTS_FOR_OTHERS
_ACCOUNT, _TOKEN = "account", "token"
#: As many characters of a name as a stamp has room for.
_MOST_OF_A_NAME: Final = 150


@dataclass(frozen=True)
class Caller:
    """Who asks, as the gateway has established it."""

    token_id: str = ""
    role: str = ""
    name: str = ""
    department: str = ""
    #: Whose session it is, where a person signed in; else empty, and it is a token.
    account_id: str = ""
    #: Whose machine holds the token: what it brought in stays its own when the token is replaced.
    owner: str = ""

    @property
    def stamp(self) -> str | None:
        """Who really asked, as on an envelope: role, `account` or `token`, its id, and who that is where it has a name.

        `handler/account/7f/张三@发展改革委`, `partner/token/2e7f`; None: time itself.
        """
        kind, id = (_ACCOUNT, self.account_id) if self.account_id else (_TOKEN, self.token_id)
        if not id:
            return None
        return "/".join(filter(None, (self.role, kind, id, self.stamped)))

    @property
    def stamped(self) -> str:
        """Who that is, as it stands in a stamp: of a partner the owner of its token, under whom its things are kept."""
        return ((self.role in ACTS_FOR_OTHERS and self.owner) or self._own_name)[:_MOST_OF_A_NAME]

    @property
    def is_named(self) -> bool:
        """Whether the caller is a person of a department."""
        return bool(self.name.strip() and self.department.strip())

    @property
    def label(self) -> str:
        """How the caller stands on an envelope: 张三@发展改革委, or the role of one without a name."""
        return f"{self.name}@{self.department}" if self.name else self.role

    @property
    def called(self) -> str:
        """What the caller is called to his face: a person by name, a machine by its owner, else the token by its id."""
        return self._own_name or self.token_id or self.role

    @property
    def _own_name(self) -> str:
        return self.label if self.is_named else self.owner or self.name

    @property
    def house(self) -> str:
        """For whom the caller speaks: the department, and of a machine that belongs to none its owner."""
        return self.department.strip() or self.owner.strip() or self.name.strip()

    @property
    def bearer(self) -> str:
        """Under whom a partner's things are kept: the token's owner, else the token; empty for everybody else.

        A token of earlier days may have the authority's own name for an owner: it stands under its id.
        """
        if self.role not in ACTS_FOR_OTHERS:
            return ""
        return self.token_id if is_own_import(self.owner) else self.owner or self.token_id


def is_own_import(owner: str) -> bool:
    """Whether this owner of a token would be taken for the authority's own import, however it is spelt."""
    return folded(owner) == IMPORTED


@dataclass(frozen=True)
class Asked:
    """Who really asked, as a stamp says it."""

    role: str
    #: The token or the account, by its id.
    kind: str
    id: str
    #: Who that is; empty where nobody said so.
    name: str = ""


def asked_for(stamp: str | None, actor: str | None) -> Asked | None:
    """Who asked for what stands under another's name; None where that is the actor himself, or nothing is known."""
    parts = (stamp or "").split("/", 3)
    if len(parts) < 3:
        return None
    asked = Asked(*parts)
    return None if asked.name and asked.name == actor else asked


@dataclass(frozen=True)
class Objection:
    """Why somebody may not act so: a message template and its facts."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)


NOBODY: Final = Objection("Say who acts: a name and a department.")


def objection(caller: Caller, named: RecordedPerson | None) -> Objection | None:
    """Why the caller may not speak for the person that he names; None when he may, or names nobody."""
    if named is None or caller.role not in OWN_NAME_ONLY or is_oneself(caller, named):
        return None
    return Objection(
        "{caller} may not act as {name} of {department}.",
        {"caller": caller.called, "name": named.name, "department": named.department},
    )


def is_oneself(caller: Caller, named: RecordedPerson) -> bool:
    """Whether the caller names himself, however the blanks and the width of the characters are."""
    return (folded(named.name), folded(named.department)) == (folded(caller.name), folded(caller.department))


def who_acts(
    caller: Caller, named: RecordedPerson | None, otherwise: RecordedPerson | None = None
) -> RecordedPerson | Objection:
    """The acting person: who is named, else the caller, else `otherwise`; never nobody (DOMAIN 3, rule 10).

    Whoever may only name himself stands there as he is known here, not as he has spelt himself this time.
    """
    against = objection(caller, named)
    if against is not None:
        return against
    if named is not None and caller.role not in OWN_NAME_ONLY:
        return named
    if caller.is_named:
        return RecordedPerson(name=caller.name, department=caller.department)
    return named or otherwise or NOBODY
