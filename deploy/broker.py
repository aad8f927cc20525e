"""The private RabbitMQ node of one folder: configured, started, recognised and ended.

Nothing is shared with a broker of the system: own ports, own cookie, own name daemon (epmd), own data, own user.
"""

import base64
import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import pika
import pika.exceptions

from deploy import certificates
from deploy.processes import LOOPBACK, NotReady, answers, end, free_port, tied, wait_until_ready
from services.plumbing.deliveries import HOLD_MILLISECONDS
from services.plumbing.ownership import UMASK

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
"""Not /usr/sbin: the programs there are wrappers that switch to the system broker's user."""
USER = "qidi"
PREFERRED_PORT = 25672
START_WITHIN = 90.0
STOP_WITHIN = 25.0


class ForeignNode(Exception):
    """Another broker answers at this address: not the node that was meant."""


class BrokerMissing(Exception):
    """RabbitMQ is not installed here: install rabbitmq-server, or set QIDI_AMQP_URL to an existing broker."""


Definitions = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class Door:
    """Where lower authorities come in: a listener with TLS, beside the plain one that only this machine can reach."""

    host: str = LOOPBACK
    preferred_port: int = 25671


def node_name(url: str) -> str:
    """The name (cluster_name) of the node that answers at an AMQP address, after a login.

    Raises ForeignNode when the login is refused, ConnectionError when nobody answers.
    """
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = 5
    parameters.blocked_connection_timeout = 5
    try:
        connection = pika.BlockingConnection(parameters)
    except (pika.exceptions.ProbableAuthenticationError, pika.exceptions.ProbableAccessDeniedError) as refused:
        raise ForeignNode(f"the broker at port {parameters.port} refuses our user") from refused
    except (pika.exceptions.AMQPError, OSError) as error:
        raise ConnectionError(f"no broker answers at port {parameters.port}: {error!r}") from error
    try:
        properties = connection._impl.server_properties or {}
        name = properties.get("cluster_name", "")
        return name.decode() if isinstance(name, bytes) else str(name)
    finally:
        connection.close()


def check_node(url: str, expected: str) -> None:
    """Raises ForeignNode when a node of another name answers at the address, ConnectionError when nobody does."""
    found = node_name(url)
    if found != expected:
        raise ForeignNode(f"the broker at this address is called {found!r}, ours is {expected!r}")


#: Bytes of one message: a page of the link has 1 MB and seldom more; a body that the gateway takes fits in.
LARGEST_MESSAGE = 16 * 2**20


class PrivateBroker:
    """The RabbitMQ node of one folder; the same folder gives the same node with the same data, user and password.

    As a context manager it is started on entry and ended on exit. `vhosts` are there from the first start on. With a
    `door` it has a listener with TLS, too. `guests` gives more users and rights at each start, in RabbitMQ's form.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = PREFERRED_PORT,
        vhosts: Sequence[str] = ("/",),
        door: Door | None = None,
        guests: Callable[[], Sequence[Definitions]] = tuple,
    ) -> None:
        self.folder = folder.resolve()
        self.door, self._guests = door, guests
        self.door_port = 0
        #: Until when the certificate is valid that this start has renewed; None: it has renewed none.
        self.renewed_until: datetime | None = None
        self.vhosts = tuple(vhosts)
        self.name = f"qidi-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]}@localhost"
        self.log = self.folder / "log" / "node.log"
        self._preferred = port
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self.port = self._dist_port = self._epmd_port = 0
        self._password = ""

    def url(self, vhost: str = "/") -> str:
        """The AMQP address of the node, with user and password."""
        return f"amqp://{USER}:{self._password}@{LOOPBACK}:{self.port}/{quote(vhost, safe='')}"

    @property
    def pid(self) -> int | None:
        """Process id of the running node; None when it was not started here or has ended."""
        return self._node.pid if self._node and self._node.poll() is None else None

    # -- what a supervisor needs -----------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Writes the folder's files and chooses free ports; the ports of the last run are taken again when free."""
        if not (PROGRAMS / "rabbitmq-server").exists():
            raise BrokerMissing(BrokerMissing.__doc__)
        for part in ("home", "log", "data"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._password = self._secret("password")
        cookie = self.folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(20))
        self._choose_ports()
        if self.door is not None:
            hosts = tuple(dict.fromkeys([LOOPBACK, "localhost", self.door.host]))
            code = self.name.split("@")[0]
            self.renewed_until = certificates.ensure(self.certificate_folder, code, hosts, datetime.now(UTC))
        for name, text in self._files().items():
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(text)

    def attach(self) -> None:
        """Knows the ports and the password of the node that another process runs. Raises FileNotFoundError."""
        self._password = (self.folder / "password").read_text().strip()
        ports = json.loads((self.folder / "ports.json").read_text())
        self.port, self._dist_port, self._epmd_port = ports["amqp"], ports["dist"], ports["epmd"]
        self.door_port = ports.get("door", 0)

    def admit(self, definitions: Definitions) -> None:
        """Gives the running node users and rights; about 2 s. Raises CalledProcessError."""
        file = self.folder / "admit.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(definitions))
        self.ctl("import_definitions", str(file))
        file.unlink()

    @property
    def certificate_folder(self) -> Path:
        """Where `ca.pem`, `server.pem` and `server.key` are; an office with a CA of its own puts its files there."""
        return self.folder / "tls"

    @property
    def epmd_command(self) -> list[str]:
        """Erlang's name daemon in the foreground, as a child that is ended by its own process id."""
        return ["epmd", "-address", LOOPBACK, "-port", str(self._epmd_port)]

    @property
    def node_command(self) -> list[str]:
        """The node in the foreground."""
        return [str(PROGRAMS / "rabbitmq-server")]

    @property
    def environ(self) -> dict[str, str]:
        """The whole environment of the node and its tools; nothing of the caller's Erlang or RabbitMQ settings."""
        return {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "home"),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_CRASH_DUMP_BYTES": "0",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),  # the default is port + 20000 and collides
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": str(self.log),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # no busy waiting and few helper threads: the node shares two cores with everything else
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false +sbwt none +sbwtdcpu none +sbwtdio none +SDio 4 "
            f"-kernel inet_dist_use_interface {{{LOOPBACK.replace('.', ',')}}}",
            # the start script becomes the node instead of staying its parent: signals reach it, no shell is left over
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def is_ready(self) -> bool:
        """Whether our node, recognised by its name, takes a login. Raises ForeignNode when another one answers."""
        if not answers(self.port):
            return False
        try:
            check_node(self.url(self.vhosts[0]), self.name)
        except ConnectionError:
            return False
        return True

    def epmd_is_ready(self) -> bool:
        """Whether the name daemon listens."""
        return answers(self._epmd_port)

    # -- on its own: tests, tools ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts name daemon and node, and returns when the node, known by its name, takes a login.

        Raises NotReady with the last log lines, ForeignNode, or BrokerMissing; nothing is left running then.
        """
        self.prepare()
        output = self.folder / "log" / "output.log"
        try:
            self._epmd = self._spawn(self.epmd_command, output)
            wait_until_ready(self._epmd, self.epmd_is_ready, 10, "epmd", output)
            self._node = self._spawn(self.node_command, output)
            wait_until_ready(self._node, self.is_ready, START_WITHIN, f"RabbitMQ node {self.name}", output)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ends the node gracefully, kills it when that takes too long, then ends its name daemon."""
        end(self._node, STOP_WITHIN)
        end(self._epmd, 5)

    def kill(self) -> None:
        """Ends node and name daemon at once (SIGKILL), as a power cut would."""
        end(self._node, 10, signal.SIGKILL)
        end(self._epmd, 10, signal.SIGKILL)

    def pause(self) -> None:
        """Freezes the node (SIGSTOP): connections stay open and nobody answers."""
        if self.pid:
            os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a frozen node go on."""
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)

    def ctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl against this node and returns its output; about 2 s. Raises CalledProcessError."""
        order = [str(PROGRAMS / "rabbitmqctl"), "--quiet", "--node", self.name, *arguments]
        done = subprocess.run(order, env=self.environ, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def settle(self) -> None:
        """Writes the node's own tables to disk; about 0.5 s. Call it after declaring queues, before relying on them.

        RabbitMQ 3.10 keeps the directory of quorum queues in a table that reaches the disk only some time later: a node
        killed within about a second of a declaration comes back with a queue that never finds a leader again, and what
        was confirmed in it is gone.
        """
        self.ctl("eval", "[dets:sync(Table) || Table <- dets:all()].")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _spawn(self, argv: Sequence[str], output: Path) -> subprocess.Popen[bytes]:
        with output.open("ab") as log:
            return subprocess.Popen(tied(argv), env=self.environ, cwd=self.folder, umask=UMASK,
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # fmt: skip

    def _secret(self, name: str) -> str:
        file = self.folder / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24))
        return file.read_text().strip()

    def _choose_ports(self) -> None:
        memory = self.folder / "ports.json"
        last = json.loads(memory.read_text()) if memory.exists() else {"amqp": self._preferred}
        self.port = free_port(last.get("amqp"))
        self._dist_port = free_port(last.get("dist"), frozenset({self.port}))
        self._epmd_port = free_port(last.get("epmd"), frozenset({self.port, self._dist_port}))
        ports = {"amqp": self.port, "dist": self._dist_port, "epmd": self._epmd_port}
        if self.door is not None:
            wanted = last.get("door") or self.door.preferred_port
            self.door_port = ports["door"] = free_port(wanted, frozenset(ports.values()))
        memory.write_text(json.dumps(ports))

    def _files(self) -> dict[str, str]:
        definitions = self.folder / "definitions.json"
        return {
            "env.conf": "",
            "enabled_plugins": "[].\n",
            "definitions.json": json.dumps(self._definitions()),
            "rabbitmq.conf": "\n".join(
                [
                    f"listeners.tcp.default = {LOOPBACK}:{self.port}",
                    f"cluster_name = {self.name}",
                    f"load_definitions = {definitions}",
                    "loopback_users.guest = true",
                    f"loopback_users.{USER} = true",
                    f"max_message_size = {LARGEST_MESSAGE}",
                    "disk_free_limit.absolute = 50MB",
                    # a service holds what it has taken for as long as its store is away; half an hour is the default
                    f"consumer_timeout = {HOLD_MILLISECONDS}",
                    "raft.wal_max_size_bytes = 33554432",
                    "log.console = false",
                    "log.file.level = info",
                    "log.file.rotation.size = 10485760",
                    "log.file.rotation.count = 3",
                    *self._door_lines(),
                    "",
                ]
            ),
        }

    def _door_lines(self) -> list[str]:
        if self.door is None:
            return []
        return [
            f"listeners.ssl.default = {self.door.host}:{self.door_port}",
            f"ssl_options.cacertfile = {self.certificate_folder / 'ca.pem'}",
            f"ssl_options.certfile = {self.certificate_folder / 'server.pem'}",
            f"ssl_options.keyfile = {self.certificate_folder / 'server.key'}",
            "ssl_options.versions.1 = tlsv1.3",
            "ssl_options.versions.2 = tlsv1.2",
            # the child proves itself by its password; the certificate proves us to the child
            "ssl_options.verify = verify_none",
            "ssl_options.fail_if_no_peer_cert = false",
        ]

    def _definitions(self) -> dict[str, object]:
        """Virtual hosts, our user (with a salted hash, never the password) and its rights, read by the node at boot."""
        salt = hashlib.sha256(self._password.encode()).digest()[:4]  # the same at each start
        digest = hashlib.sha256(salt + self._password.encode()).digest()
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        guests = list(self._guests())

        def added(part: str) -> list[object]:
            return [one for definitions in guests for one in definitions.get(part, ())]

        return {
            "users": [
                {
                    "name": USER,
                    "password_hash": base64.b64encode(salt + digest).decode(),
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    # an impersonator may move what another has said in his name (services/plumbing/relocation.py)
                    "tags": ["administrator", "impersonator"],
                    "limits": {},
                },
                *added("users"),
            ],
            "vhosts": [{"name": vhost} for vhost in self.vhosts],
            "permissions": [
                *({"user": USER, "vhost": vhost, **everything} for vhost in self.vhosts),
                *added("permissions"),
            ],
            "topic_permissions": added("topic_permissions"),
            "policies": added("policies"),
        }


def main(folder: str) -> int:
    """`python -m deploy.broker FOLDER`: starts a node, prints its address, ends it at Ctrl-C. For trying things out."""
    try:
        with PrivateBroker(Path(folder)) as broker:
            print(broker.url(), flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except (BrokerMissing, NotReady, ForeignNode) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
