"""Limits that an authority has set for itself, by environment variables that begin with QIDI_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import Office, Outcome
from services.timer.amendments import note_environment
from services.timer.limits import WorkingDays
from services.timer.rule_table import IN_FORCE
from services.timer.rules import ADOPTION, FORWARD_WORKING_DAYS, ClockRules, rules_given


class OwnLimits(BaseSettings):
    """QIDI_FORWARD_WORKING_DAYS: the plan's limit or fewer; the region's line of 2026 (即来即转) asks for 1.

    QIDI_CATALOGUE_WORKING_DAYS: to adopt a list from above that names no day of its own.
    """

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")

    forward_working_days: int = Field(default=FORWARD_WORKING_DAYS, ge=1, le=FORWARD_WORKING_DAYS)
    catalogue_working_days: int = Field(default=ADOPTION.count, ge=1, le=60)

    def rules(self) -> ClockRules:
        """The table of clock rules, before anybody has shortened a limit."""
        return rules_given(IN_FORCE, ClockKind.CATALOGUE_DRIFT, WorkingDays(self.catalogue_working_days))

    def note(self, office: Office) -> Outcome:
        """Keep them with what the superiors have set: the shortest counts, for clocks that start from now on."""
        limit = WorkingDays(self.forward_working_days)
        return note_environment(office, ClockKind.FORWARD, limit, "QIDI_FORWARD_WORKING_DAYS")
