"""Debian packages that a purpose needs; those that the machine lacks are installed.

Nothing here starts a system broker or database: while apt runs, a policy file forbids every service start, and it is
removed afterwards (one that was there before is respected and kept).
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.setup.messages import SetupFailed, run, step

POLICY = Path("/usr/sbin/policy-rc.d")
FORBID_EVERY_START = "#!/bin/sh\n# put here by qidi's set-up while apt runs\nexit 101\n"


@dataclass(frozen=True)
class Need:
    """A Debian package, and the sign on this machine that what it brings is there already."""

    package: str
    sign: str
    """A glob of a file that the package brings, or `python:NAME` for an importable module."""


VENV = Need("python3-venv", "python:ensurepip")
BROKER = Need("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")
DATABASE = Need("postgresql", "/usr/lib/postgresql/*/bin/initdb")
BROWSER = Need("chromium", "/usr/bin/chromium")
FONTS = Need("fonts-noto-cjk", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
OFFICE = Need("libreoffice-writer", "/usr/bin/soffice")
PDF_READER = Need("poppler-utils", "/usr/bin/pdftotext")

NETWORK = Need("iproute2", "/usr/sbin/tc")

WITHOUT_BROKER = """\
没有 RabbitMQ，也没有权限安装。三种办法： No RabbitMQ here and no right to install it. Three ways out:
  1. 自行安装 install it yourself:        apt-get install rabbitmq-server
  2. 使用已有的 use an existing broker:    QIDI_AMQP_URL=amqp://user:password@host:5672/ make run
  3. 用 root 或 sudo 运行 as root or sudo:  sudo make run"""


def needed_for(purpose: str, environ: Mapping[str, str]) -> list[Need]:
    """What `purpose` needs from Debian; a broker given by QIDI_AMQP_URL replaces ours for a run."""
    if purpose == "check":
        return [VENV]
    if purpose == "test":
        return [VENV, BROKER, DATABASE, BROWSER, FONTS, OFFICE, PDF_READER]
    if purpose == "faults":
        return [VENV, BROKER, NETWORK]
    return [VENV] if environ.get("QIDI_AMQP_URL") else [VENV, BROKER]


def present(need: Need) -> bool:
    """Whether what the package brings is on this machine, wherever it came from."""
    if need.sign.startswith("python:"):
        return find_spec(need.sign.removeprefix("python:")) is not None
    return any(Path("/").glob(need.sign.removeprefix("/")))


def missing(needs: Sequence[Need], is_present: Callable[[Need], bool]) -> list[Need]:
    """The needs that are not met, in their order."""
    return [need for need in needs if not is_present(need)]


def root_prefix(user_id: int, sudo: str | None) -> list[str] | None:
    """What to put before a command so that it runs as root; None when there is no way."""
    if user_id == 0:
        return []
    return [sudo] if sudo else None


def no_right(lacking: Sequence[Need]) -> str:
    """The one message for a machine where nothing can be installed."""
    names = " ".join(need.package for need in lacking)
    if BROKER in lacking and len(lacking) == 1:
        return WITHOUT_BROKER
    message = f"缺少软件包，没有权限安装。请用 root 运行 Packages are missing; as root, run: apt-get install {names}"
    return f"{message}\n{WITHOUT_BROKER}" if BROKER in lacking else message


def install(lacking: Sequence[Need]) -> None:
    """Installs the packages through apt, starting no service.

    Raises SetupFailed when apt or the right to use it is missing, or apt fails.
    """
    apt = shutil.which("apt-get")
    prefix = root_prefix(os.geteuid(), shutil.which("sudo"))
    if apt is None or prefix is None or not _becomes_root(prefix):
        raise SetupFailed(no_right(lacking))
    names = [need.package for need in lacking]
    step(f"安装 Debian 软件包 {' '.join(names)}", "installing Debian packages, this can take minutes")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", apt, "-q", "-y"]
    order = [*quiet, "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends", "install", *names]
    advice = f"请检查网络和软件源 Check the network and apt's sources, or run: apt-get install {' '.join(names)}"
    before = _name_daemons()
    with services_kept_still(prefix):
        run([*quiet, "update"], advice)
        run(order, advice)
    _end_name_daemons(_name_daemons() - before, prefix)
    still = missing(lacking, present)
    if still and still != [VENV]:  # this process has looked for ensurepip before and may not see it yet
        raise SetupFailed(f"apt succeeded, but {', '.join(need.sign for need in still)} is not there. {advice}")


def _becomes_root(prefix: Sequence[str]) -> bool:
    """Whether sudo lets us through: without a question, or by asking the person at the terminal."""
    if not prefix:
        return True
    if subprocess.run([*prefix, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return True
    return sys.stdin.isatty() and subprocess.run([*prefix, "-v"], check=False).returncode == 0


@contextmanager
def services_kept_still(prefix: Sequence[str], policy: Path = POLICY) -> Iterator[None]:
    """While it lasts, package scripts may not start services; a policy that was there before stays as it is."""
    if policy.exists():
        yield
        return
    write = f"printf '%s' \"$1\" > '{policy}' && chmod 755 '{policy}'"
    run([*prefix, "sh", "-c", write, "sh", FORBID_EVERY_START], f"cannot write {policy}")
    try:
        yield
    finally:
        run([*prefix, "rm", "-f", str(policy)], f"remove {policy} by hand")


def _name_daemons() -> set[int]:
    """Process ids of Erlang's name daemons (epmd): a package script may leave one behind."""
    found = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            if comm.read_text().strip() == "epmd":
                found.add(int(comm.parent.name))
        except OSError:  # ended meanwhile
            continue
    return found


def _end_name_daemons(ours: set[int], prefix: Sequence[str]) -> None:
    for process_id in ours:
        if prefix:
            run([*prefix, "kill", str(process_id)], "")
        else:
            os.kill(process_id, signal.SIGTERM)
