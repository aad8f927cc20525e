"""The few families of errors; each has one verdict at the edge. Standard library only."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the field it stands in, and an English template (a gettext msgid) with its facts."""

    field: str
    template: str
    params: dict[str, Any] = attribute(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.field}: {self.template.format(**self.params)}"


class QidiError(Exception):
    """Something that qidi itself decided to say."""


class Refused(QidiError):
    """The rules say no. Answered with every problem at once; nothing was changed."""

    status = 422

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class NotFound(Refused):
    """There is nothing of that number here."""

    status = 404


class NotAllowed(Refused):
    """This caller may not do that."""

    status = 403


class Conflict(Refused):
    """The state of the thing does not allow it now."""

    status = 409


class Unreadable(QidiError):
    """A message that can never be read: dead-lettered with its reason."""


class Unavailable(QidiError):
    """The store or the broker is away: wait and try again; never the message's fault."""


class CannotStart(QidiError):
    """Something that only a person can put right: `template` and `facts` say what it is and what to do."""

    def __init__(self, template: str, **facts: str) -> None:
        super().__init__(template.format(**facts))
        self.template, self.facts = template, facts


class Problems:
    """Collects what is wrong, so that the caller gets one answer with everything."""

    def __init__(self, known: Iterable[Problem] = ()) -> None:
        self.found: list[Problem] = list(known)

    def add(self, field: str, template: str, **params: Any) -> None:
        self.found.append(Problem(field, template, params))

    def __bool__(self) -> bool:
        return bool(self.found)

    def has(self, field: str) -> bool:
        """Is something wrong with this field already?"""
        return any(problem.field == field or problem.field.startswith(f"{field}.") for problem in self.found)

    def refuse(self) -> None:
        """Raise Refused when anything was found."""
        if self.found:
            raise Refused(*self.found)
