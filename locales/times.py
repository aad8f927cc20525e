"""Days and moments as people read them, in Asia/Shanghai."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date

from locales.texts import Language
from services.contracts.vocabulary import ZONE

_LOCALES: Mapping[Language, str] = {"zh": "zh_CN", "en": "en_GB"}


def moment(text: str | None) -> str:
    """2026-09-16 10:00 in Asia/Shanghai; a dash for nothing."""
    return datetime.fromisoformat(text).astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if text else "—"


def day(text: str | None) -> str:
    """The day of a moment in Asia/Shanghai, or the day itself."""
    if not text:
        return "—"
    return text if len(text) == 10 else moment(text)[:10]


def long_day(shown: date, language: Language) -> str:
    """2026年11月20日星期五, or Friday, 20 November 2026."""
    return format_date(shown, "full", locale=_LOCALES[language])
