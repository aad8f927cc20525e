"""Decides where the superior is reached and with which secret: one file that only this authority's user can read."""

import json
import os
import ssl
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from services.plumbing import topology
from services.plumbing.wire import Wire

FILE = "superior.json"


@dataclass(frozen=True)
class Superior:
    """The way to the superior's broker, as the token told it."""

    code: str
    name: str
    host: str
    port: int
    vhost: str
    user: str
    password: str
    #: The certificates (PEM) that vouch for the superior's broker; empty: no TLS, for a way inside one machine.
    ca: str = ""
    #: The name in the broker's certificate where it is reached by another (a tunnel, a forwarded port).
    server_name: str = ""

    @property
    def url(self) -> str:
        scheme = "amqps" if self.ca else "amqp"
        user, password = quote(self.user, safe=""), quote(self.password, safe="")
        return f"{scheme}://{user}:{password}@{self.host}:{self.port}/{quote(self.vhost, safe='')}"

    @property
    def tls(self) -> ssl.SSLContext | None:
        """Verifies the broker's certificate against `ca` alone; None without TLS."""
        if not self.ca:
            return None
        context = ssl.create_default_context(cadata=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def wire(self, own_code: str) -> Wire:
        """A connection to the superior under the name of this authority."""
        return Wire(self.url, topology.up_key(own_code), tls=self.tls, server_name=self.server_name or self.host)

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """What `folder` (`var/<authority>/keys`) knows; None when this authority has joined nobody."""
        try:
            return cls(**json.loads((folder / FILE).read_text()))
        except FileNotFoundError:
            return None

    def save(self, folder: Path) -> None:
        """Writes it where `load` finds it; readers see the old or the new one."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(asdict(self), stream, ensure_ascii=False, indent=2)
        fresh.replace(folder / FILE)
