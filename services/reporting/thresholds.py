"""Thresholds of the rules as an authority has set them: environment variables that begin with QIDI_."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.reporting.rules import Rule


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")


def thresholds(rules: Iterable[Rule]) -> Mapping[str, float]:
    """Rule -> its threshold: what is set, for example as QIDI_LATE_ENTRY_HOURS, else what is usual.

    Raises ValidationError (pydantic) where what is set is no number, or not greater than it must be.
    """
    set_ones = [(rule.name, rule.threshold) for rule in rules if rule.threshold is not None]
    fields: dict[str, Any] = {
        one.setting: (type(one.usual), Field(default=one.usual, gt=one.above)) for _, one in set_ones
    }
    values = create_model("Thresholds", __base__=_Settings, **fields)()
    return {name: getattr(values, one.setting) for name, one in set_ones}
