"""The way to the superior: where he is reached and with which secret, in a file for this authority's user alone."""

import json
import os
import ssl
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pika
import pika.exceptions

from services.plumbing import topology
from services.plumbing.wire import Wire

FILE = "superior.json"
#: How long the superior's broker has to open its door.
OPEN_SECONDS = 10


class Unreachable(Exception):
    """The superior's broker does not let us in; the message says why."""


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

    def try_door(self) -> None:
        """One login, to tell a person at once what stands in the way. Raises Unreachable."""
        where = f"{self.host}:{self.port}"
        parameters = pika.URLParameters(self.url)
        if self.tls is not None:
            parameters.ssl_options = pika.SSLOptions(self.tls, self.server_name or self.host)
        parameters.socket_timeout = parameters.stack_timeout = OPEN_SECONDS
        try:
            pika.BlockingConnection(parameters).close()
        except ssl.SSLError as foreign:
            raise Unreachable(f"the broker at {where} is not vouched for by the CA that the token names") from foreign
        except pika.exceptions.ProbableAuthenticationError as refused:
            raise Unreachable(f"the broker at {where} does not take this password of {self.user} any more") from refused
        except pika.exceptions.ProbableAccessDeniedError as refused:
            raise Unreachable(f"the broker at {where} gives {self.user} no rights: suspended there") from refused
        except (pika.exceptions.AMQPError, OSError) as silent:
            raise Unreachable(f"no broker answers at {where}: {silent!r}") from silent

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
