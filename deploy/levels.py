"""Decides which authorities one run has: one, or the chain from a banner over its city to the region."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from services.plumbing.settings import Settings

Level = Literal["region", "city", "banner"]

#: Names of the divisions that a run on one machine shows (GB/T 2260); others are known by their code alone.
NAMES: Final = {
    "150000": "内蒙古自治区",
    "150400": "赤峰市",
    "150424": "林西县",
    "150700": "呼伦贝尔市",
    "152500": "锡林郭勒盟",
    "150781": "满洲里市",
    "152501": "二连浩特市",
}
#: These two report to the region directly (DOMAIN section 8).
DIRECT: Final = frozenset({"150781", "152501"})


class CannotChain(Exception):
    """This setting does not allow several levels on this machine; the message says why."""


@dataclass(frozen=True)
class Seat:
    """One authority of a run: its settings, its superior in this run, and how its programs and its host are called."""

    settings: Settings
    superior: str | None
    #: What is put behind the names of its programs; the authority that the run is about has the plain names.
    suffix: str
    #: Its virtual host; the authority that the run is about keeps the default one, with one level and with three.
    vhost: str

    @property
    def code(self) -> str:
        return self.settings.authority

    @property
    def folder(self) -> Path:
        """Everything of this authority: stores, keys, tokens."""
        return self.settings.var / self.code

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def at(self, **changes: object) -> "Seat":
        """The same with other settings."""
        return replace(self, settings=self.settings.model_copy(update=changes))


def superior_of(code: str) -> str | None:
    """The authority above, by the code alone: banner -> city -> region; None above the region."""
    if code.endswith("0000"):
        return None
    return f"{code[:2]}0000" if code.endswith("00") or code in DIRECT else f"{code[:4]}00"


def level_of(code: str) -> Level:
    """The level of a code; the two cities that report to the region are banners by what they decide."""
    if code.endswith("0000"):
        return "region"
    return "city" if code.endswith("00") else "banner"


def seats(settings: Settings, levels: int) -> list[Seat]:
    """The authorities of a run, the own one first, then those above it. Raises CannotChain."""
    own = Seat(settings, None, "", "/")
    if levels == 1:
        return [own]
    if settings.database_url:
        raise CannotChain("several levels on one machine keep SQLite files: QIDI_DATABASE_URL must not be set")
    chain, code = [own], superior_of(settings.authority)
    while code is not None and len(chain) < levels:
        chain[-1] = replace(chain[-1], superior=code)
        upper = settings.model_copy(
            update={"authority": code, "authority_name": NAMES.get(code, code), "level": level_of(code)}
        )
        chain.append(Seat(upper, None, f"-{code}", code))
        code = superior_of(code)
    return chain
