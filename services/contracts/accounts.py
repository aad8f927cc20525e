"""Accounts as an administrator asks for them: a person with a login name, and posts with their days."""

import unicodedata
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.contracts.actors import is_own_import
from services.contracts.dates import Day
from services.contracts.quantities import PERSON, PLAIN, Wire
from services.contracts.vocabulary import Role

#: Roles of systems and programs: their tokens need no person's name.
MACHINES: Final = frozenset({Role.PARTNER, Role.OPS})


def folded(login: str) -> str:
    """A login name as it is compared: without blanks around it, in one form, without regard to capitals."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _login(login: str) -> str:
    found = folded(login)
    if not 2 <= len(found) <= 60 or any(not (sign.isalnum() or sign in "._-@") for sign in found):
        raise PydanticCustomError("not_a_login", "no login name")
    return found


def _of_a_person(role: Role) -> Role:
    if role is Role.PARTNER:
        raise PydanticCustomError("not_a_post", "no post")
    return role


def _of_somebody(owner: str) -> str:
    if is_own_import(owner):
        raise PydanticCustomError("not_an_owner", "no owner")
    return owner


PostRole = Annotated[Role, AfterValidator(_of_a_person)]
Login = Annotated[str, Field(max_length=200), AfterValidator(_login)]
PersonName = Annotated[str, Field(min_length=1, max_length=60), PERSON]
DepartmentName = Annotated[str, Field(min_length=1, max_length=80), PLAIN]


class Asked(Wire):
    """What is asked of the gateway itself; nothing in it may be misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewPost(Asked):
    """A post: what somebody is, and in which department; the last day counts, none: until it is ended."""

    role: PostRole
    department: DepartmentName
    from_day: Day | None = None
    until_day: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_day is not None and self.until_day is not None and self.until_day < self.from_day:
            raise PydanticCustomError("not_in_order", "ends before it begins")
        return self


class NewAccount(Asked):
    """A person, his login name and his first post."""

    login: Login
    name: PersonName
    post: NewPost
    #: False where the person comes by the unified sign-in alone.
    with_password: bool = True


class EndPost(Asked):
    """A post ends with this day; none: at once."""

    until_day: Day | None = None


class NewPassword(Asked):
    """One's own password, and the one that takes its place."""

    current: Annotated[str, Field(max_length=1000)]
    new: Annotated[str, Field(max_length=1000)]


class OtherPost(Asked):
    """The post in which one goes on."""

    post: Annotated[str, Field(min_length=1, max_length=16)]


class NewToken(Asked):
    """A token for a machine: whose it is, what it may, and until when (the last day)."""

    role: Role
    owner: Annotated[PersonName, AfterValidator(_of_somebody)]
    until_day: Day
    name: Annotated[str, Field(max_length=60)] = ""
    department: Annotated[str, Field(max_length=80)] = ""
    note: Annotated[str, Field(max_length=200)] = ""
    read_only: bool = False
