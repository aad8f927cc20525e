"""The authority that a command speaks to: the one that runs from this folder, or the one that is named outside."""

import json
import os
from pathlib import Path
from typing import Any

from services.plumbing.settings import Settings


def running(settings: Settings | None = None) -> dict[str, Any] | None:
    """What the run of this folder wrote about itself (`var/run.json`); None when nothing runs."""
    file = Path((settings or Settings()).var) / "run.json"
    try:
        found: dict[str, Any] = json.loads(file.read_text())
        os.kill(int(found["supervisor"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return found


def one_of(found: dict[str, Any] | None, authority: str | None) -> dict[str, Any] | None:
    """What a run wrote about one of its authorities; about the one it is run for when none is named."""
    if found is None:
        return None
    everyone: dict[str, Any] = found.get("authorities", {})
    known: dict[str, Any] | None = everyone.get(authority or found.get("authority", ""))
    return found if known is None and authority in (None, found.get("authority")) else known


def settings_of_running(authority: str | None = None) -> Settings:
    """The settings of the run of this folder; QIDI_ variables come first where they are set.

    `authority` (or QIDI_AUTHORITY) chooses one of a run with several levels.
    """
    settings = Settings() if authority is None else Settings(authority=authority)
    found = one_of(running(settings), authority or os.environ.get("QIDI_AUTHORITY"))
    if found is None:
        return settings
    known = {
        "authority_name": found.get("name"),
        "level": found.get("level"),
        "amqp_url": found.get("amqp_url"),
        "authority": found.get("authority"),
        "gateway_port": found.get("gateway_port"),
    }
    update = {k: v for k, v in known.items() if v is not None and f"QIDI_{k.upper()}" not in os.environ}
    return settings.model_copy(update=update)


def gateway_of_running() -> tuple[str, str] | None:
    """Address and token of the authority that runs from this folder; None where none does."""
    settings = Settings()
    found = one_of(running(settings), os.environ.get("QIDI_AUTHORITY"))
    if found is None or "gateway" not in found:
        return None
    token = settings.var / str(found["authority"]) / "supervisor.token"
    return (str(found["gateway"]), token.read_text().strip()) if token.exists() else None
