"""The few families of errors; each has one verdict at the edge. Standard library and vocabulary only."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from services.contracts.vocabulary import MORE, MOST_PROBLEMS


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
        self.problems = Problems(problems).found
        super().__init__("; ".join(map(str, self.problems)))


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
    """Collects what is wrong, so that the caller gets one answer with everything, as far as people read."""

    def __init__(self, known: Iterable[Problem] = ()) -> None:
        self._kept: list[Problem] = []
        self._more = 0
        self._fields = set[str]()
        self.take(*known)

    def add(self, field: str, template: str, **params: Any) -> None:
        self.take(Problem(field, template, params))

    def take(self, *problems: Problem) -> None:
        """These as well. Beyond MOST_PROBLEMS they are only counted."""
        for problem in problems:
            parts = problem.field.split(".")
            self._fields.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
            if problem.template == MORE:
                self._more += int(problem.params["number"])
            elif len(self._kept) < MOST_PROBLEMS:
                self._kept.append(problem)
            else:
                self._more += 1

    @property
    def found(self) -> tuple[Problem, ...]:
        """What is told: MOST_PROBLEMS at most, and how many there are beside."""
        return (*self._kept, *([Problem("", MORE, {"number": self._more})] if self._more else []))

    def __len__(self) -> int:
        return len(self._kept) + self._more

    def has(self, field: str) -> bool:
        """Is something wrong with this field already, or with what is in it?"""
        return field in self._fields

    def refuse(self) -> None:
        """Raise Refused when anything was found."""
        if self:
            raise Refused(*self.found)
