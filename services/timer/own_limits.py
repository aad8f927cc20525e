"""Decides which limits an authority may set for itself, by environment variables that begin with QIDI_."""

from collections.abc import Sequence

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.contracts.catalogues import ADOPTION_WORKING_DAYS
from services.plumbing.switchboard import Office, Outcome
from services.timer.amendments import note_environment
from services.timer.limits import WorkingDays
from services.timer.rules import CATALOGUE_KIND, FORWARD_KIND, ClockRule, rules_given


class OwnLimits(BaseSettings):
    """QIDI_FORWARD_WORKING_DAYS: the plan's 7 or fewer; the region's line of 2026 (即来即转) asks for 1.

    QIDI_CATALOGUE_WORKING_DAYS: to adopt a list from above that names no day of its own.
    """

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")

    forward_working_days: int = Field(default=7, ge=1, le=7)
    catalogue_working_days: int = Field(default=ADOPTION_WORKING_DAYS, ge=1, le=60)

    def rules(self) -> Sequence[ClockRule]:
        """The table of clock rules, before anybody has shortened a limit."""
        return rules_given(CATALOGUE_KIND, WorkingDays(self.catalogue_working_days))

    def note(self, office: Office) -> Outcome:
        """Keep them with what the superiors have set: the shortest counts, for clocks that start from now on."""
        limit = WorkingDays(self.forward_working_days)
        return note_environment(office, FORWARD_KIND, limit, "QIDI_FORWARD_WORKING_DAYS")
