"""A running authority that is examined, and one line of the report: what was found, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from locales.texts import LANGUAGES, Language, say_in
from services.contracts.ailments import Ailment
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard

#: The words of a report: `told(language, template, **facts)`.
told = partial(say_in, "doctor")


class Mark(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Found:
    """One line of the report: what was looked at, how it stands, what was found, and what to do about it.

    Texts are msgids with facts; `locales/zh/doctor.po` has the Chinese.
    """

    check: str
    mark: Mark
    text: str
    remedy: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    #: Checks whose trouble is enough to make this one look so; where one of them is bad, that alone is told.
    follows: tuple[str, ...] = ()

    def said(self, language: Language) -> str:
        """What was found."""
        return told(language, self.text, **self.facts)

    def advised(self, language: Language) -> str:
        """What to do about it; empty when nothing is to be done."""
        return told(language, self.remedy, **self.facts) if self.remedy else ""

    def as_data(self) -> dict[str, object]:
        """For machines: `mark` is ok, warn or bad; texts in both languages."""
        return {
            "check": self.check,
            "mark": self.mark.value,
            **{f"text_{language}": self.said(language) for language in LANGUAGES},
            **{f"remedy_{language}": self.advised(language) for language in LANGUAGES},
        }


def ok(check: str, text: str, **facts: Any) -> Found:
    return Found(check, Mark.OK, text, "", facts)


def warn(check: str, text: str, remedy: str, **facts: Any) -> Found:
    return Found(check, Mark.WARN, text, remedy, facts)


def listed(numbers: Mapping[str, int]) -> str:
    """`name number, name number`."""
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


def bad(check: str, text: str, remedy: str, **facts: Any) -> Found:
    return Found(check, Mark.BAD, text, remedy, facts)


#: What everybody waits for, and what is named where it is away.
CAUSES = ("broker", "stores")


def dependent(found: Found) -> Found:
    """A line that is no trouble of its own while broker or stores are away: everybody waits for them."""
    return replace(found, follows=CAUSES)


@dataclass(frozen=True)
class Patient:
    """The authority that is examined: its settings, what its run wrote about itself (if any), its services."""

    settings: Settings
    run: Mapping[str, Any] | None
    boards: Sequence[Switchboard]
    #: The services and the gateway's own store.
    stores: Sequence[Switchboard]
    now: datetime
    #: What the programs' names end with where the run is for another authority than this one.
    suffix: str = ""
    #: Stores that take no write, as the look at the stores finds them: later looks say nothing of the same cause.
    ailing: dict[str, Ailment] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        told = (self.run or {}).get("gateway")
        return str(told or f"http://{self.settings.gateway_host}:{self.settings.gateway_port}")

    def log(self, program: str) -> Path:
        """Where a program of this authority writes."""
        return self.logs / f"{program}{self.suffix}.log"

    @property
    def logs(self) -> Path:
        return self.settings.var.absolute() / "log"
