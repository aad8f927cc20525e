"""Decides which thresholds of the rules can be set from outside, by environment variables that begin with QIDI_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.reporting.domain import LATE_ENTRY, SECOND_NOTICE


class Thresholds(BaseSettings):
    """QIDI_LATE_ENTRY_HOURS, QIDI_SECOND_NOTICE_ROUND; the defaults are those of the table of rules."""

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")

    late_entry_hours: float = Field(default=LATE_ENTRY.threshold or 0, gt=0)
    second_notice_round: int = Field(default=int(SECOND_NOTICE.threshold or 0), ge=2)
