"""The authorities of one run: one, or the chain from a banner over its city to the region."""

from dataclasses import dataclass, replace
from pathlib import Path

from services.contracts.divisions import level_of, name_of, superior_of
from services.plumbing.settings import Settings


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
            update={"authority": code, "authority_name": name_of(code), "level": level_of(code)}
        )
        chain.append(Seat(upper, None, f"-{code}", code))
        code = superior_of(code)
    return chain
