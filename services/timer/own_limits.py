"""Decides which limits an authority may set for itself, by environment variables that begin with QIDI_."""

from collections.abc import Sequence

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.contracts.catalogues import ADOPTION_WORKING_DAYS
from services.timer.limits import WorkingDays
from services.timer.rules import CATALOGUE_KIND, FORWARD_KIND, ClockRule, Given, rules_with


class OwnLimits(BaseSettings):
    """QIDI_FORWARD_WORKING_DAYS: the plan's 7 or fewer; the region's line of 2026 asks for 1.

    QIDI_CATALOGUE_WORKING_DAYS: to adopt a list from above that names no day of its own.
    """

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")

    forward_working_days: int = Field(default=7, ge=1, le=7)
    catalogue_working_days: int = Field(default=ADOPTION_WORKING_DAYS, ge=1, le=60)

    def rules(self) -> Sequence[ClockRule]:
        """The table of clock rules with these limits."""
        return rules_with(
            {
                FORWARD_KIND: WorkingDays(self.forward_working_days),
                CATALOGUE_KIND: Given(WorkingDays(self.catalogue_working_days)),
            }
        )
