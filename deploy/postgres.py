"""A private PostgreSQL server of one folder, for tests and trying things out.

An authority that wants PostgreSQL for real names its server in QIDI_DATABASE_URL; nothing here is meant for that.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2

from deploy.processes import LOOPBACK, answers, end, free_port, tied, wait_until_ready
from services.plumbing.ownership import FOLDER, UMASK, close_file

ADMINISTRATOR = "postgres"
START_WITHIN = 30.0
STOP_WITHIN = 15.0


class PostgresMissing(Exception):
    """PostgreSQL's server programs are not installed on this machine: install Debian's package postgresql."""


def programs() -> Path:
    """The folder of initdb and postgres of the newest installed version. Raises PostgresMissing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise PostgresMissing(PostgresMissing.__doc__)
    return found[-1].parent


class PrivatePostgres:
    """The PostgreSQL server of one folder, on the loopback address only, with a password of its own.

    PostgreSQL refuses to run as root: there it runs as Debian's user postgres, who must be able to reach the folder.
    `durable=False` trades safety against a power cut for speed.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / "postgres.log"
        self.port = 0
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None
        self._password = ""

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy address of a database of this server; the database is created when it is not there yet."""
        self._create(database)
        return f"postgresql+psycopg2://{ADMINISTRATOR}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """Process id of the running server; None when it was not started here or has ended."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        """Makes the cluster on the first start, and returns when the server takes a login.

        Raises PostgresMissing, NotReady with the last log lines, or CalledProcessError from initdb.
        """
        folder = programs()
        self._make(folder)
        self.port = free_port(self.port or None)
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # a test's folder is often longer than a socket's name may be
            "shared_buffers": "32MB",
            "max_connections": "100",
            "timezone": "Asia/Shanghai",
            "fsync": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
        }
        order = [str(folder / "postgres"), "-D", str(self.folder / "data")]
        order += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        close_file(self.log)
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                self._as_user(order), cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, umask=UMASK
            )
        try:
            wait_until_ready(self._server, self._takes_a_login, START_WITHIN, "PostgreSQL", self.log)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ends the server after disconnecting everybody (fast shutdown), kills it when that takes too long."""
        end(self._server, STOP_WITHIN, signal.SIGINT)

    def kill(self) -> None:
        """Ends the server at once, as a power cut would; its helpers notice and end themselves."""
        end(self._server, 10, signal.SIGKILL)

    def pause(self) -> None:
        """Freezes the server's front door (SIGSTOP): new logins hang until `resume`."""
        if self.pid:
            os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a frozen server go on."""
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _make(self, binaries: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        secret = self.folder / "password"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(18))
        self._password = secret.read_text().strip()
        if (self.folder / "data" / "PG_VERSION").exists():
            return
        if os.geteuid() == 0:
            owner = pwd.getpwnam(ADMINISTRATOR)
            for path in (self.folder, secret):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        order = [str(binaries / "initdb"), "-D", str(self.folder / "data"), "-U", ADMINISTRATOR, "-E", "UTF8"]
        order += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-instructions"]
        subprocess.run(self._as_user(order), cwd="/", check=True, capture_output=True)

    def _as_user(self, order: Sequence[str]) -> list[str]:
        if os.geteuid() != 0:
            return tied(order)
        setpriv = shutil.which("setpriv") or "/usr/bin/setpriv"
        change = [f"--reuid={ADMINISTRATOR}", f"--regid={ADMINISTRATOR}", "--clear-groups", "--pdeathsig", "KILL"]
        return [setpriv, *change, "--", *order]

    def _takes_a_login(self) -> bool:
        if not answers(self.port):
            return False
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=LOOPBACK,
            port=self.port,
            user=ADMINISTRATOR,
            password=self._password,
            dbname=database,
            connect_timeout=5,
        )

    def _create(self, database: str) -> None:
        if not database.replace("_", "").isalnum():
            raise ValueError(f"a database's name has letters, digits and underscores only: {database!r}")
        connection = self._connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{database}"')
        finally:
            connection.close()
