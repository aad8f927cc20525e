"""Decides in which words a running authority is examined: who the patient is, and what one look has found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard


class Mark(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Found:
    """One line of the report: what was looked at, how it stands, what was found, and what to do about it.

    Texts are msgids with facts; `deploy/examination_words.py` has the Chinese.
    """

    check: str
    mark: Mark
    text: str
    remedy: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def ok(check: str, text: str, **facts: Any) -> Found:
    return Found(check, Mark.OK, text, "", facts)


def warn(check: str, text: str, remedy: str, **facts: Any) -> Found:
    return Found(check, Mark.WARN, text, remedy, facts)


def bad(check: str, text: str, remedy: str, **facts: Any) -> Found:
    return Found(check, Mark.BAD, text, remedy, facts)


@dataclass(frozen=True)
class Patient:
    """The authority that is examined: its settings, what its run wrote about itself (if any), its services."""

    settings: Settings
    run: Mapping[str, Any] | None
    boards: Sequence[Switchboard]
    #: The five services and the gateway's own store.
    stores: Sequence[Switchboard]
    now: datetime
    #: What the programs' names end with where the run is for another authority than this one.
    suffix: str = ""

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
