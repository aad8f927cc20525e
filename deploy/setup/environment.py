"""The virtual environment: made, filled and cleared when a lock has changed; a stamp says what a step was made from."""

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from deploy.setup.messages import run, step

PIP_ADVICE = "请检查网络或 pip 的软件源后重试。 Check the network and pip's index, then try again."


def stamp_of(*parts: bytes) -> str:
    """A short text that changes when any part changes, or moves from one part into the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def is_stamped(environment: Path, name: str, stamp: str) -> bool:
    """Whether the step was finished with exactly these contents."""
    file = environment / ".stamps" / name
    return file.is_file() and file.read_text().strip() == stamp


def put_stamp(environment: Path, name: str, stamp: str) -> None:
    """Remembers a finished step; the file appears whole or not at all."""
    file = environment / ".stamps" / name
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(stamp + "\n")
    fresh.replace(file)


def make(project: Path) -> None:
    """Makes .venv with this Python, or again when its Python no longer runs (a system upgrade, a moved folder)."""
    environment = project / ".venv"
    python = environment / "bin" / "python"
    if python.exists() and _prefix_of(python) == str(environment):
        return
    step("创建虚拟环境 .venv", "making the virtual environment")
    if environment.exists():
        shutil.rmtree(environment)
    run(
        [sys.executable, "-m", "venv", str(environment)],
        "请安装 python3-venv 后重试。 Install python3-venv, then try again.",
        env=clean(os.environ.copy()),
    )


def _prefix_of(python: Path) -> str:
    """The environment's own idea of where it is; empty when its Python does not run."""
    pip = python.with_name("pip")
    shebang = pip.read_text(errors="replace").splitlines()[0] if pip.exists() else ""
    return str(python.parent.parent) if shebang.startswith(f"#!{python.parent}") and python.resolve().exists() else ""


def clean(environ: dict[str, str]) -> dict[str, str]:
    """The environment without what would lead Python or pip elsewhere than into .venv."""
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"):
        environ.pop(name, None)
    environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    environ["PIP_ROOT_USER_ACTION"] = "ignore"
    return environ


def lock_of(project: Path, name: str) -> Path:
    """The file that holds versions and hashes of a set of Python packages."""
    return project / "deploy" / "locks" / f"{name}.txt"


def install_lock(project: Path, name: str) -> None:
    """Installs deploy/locks/NAME.txt, every file checked against its hash, unless exactly that is installed."""
    lock = lock_of(project, name)
    stamp = stamp_of(lock.read_bytes(), sys.version.encode())
    if is_stamped(project / ".venv", name, stamp):
        return
    step(f"安装 Python 软件包（{name}）", f"installing locked Python packages ({name})")
    _pip(project, "install", "--quiet", *_checked(lock))
    put_stamp(project / ".venv", name, stamp)


def install_beside(project: Path, name: str, folder: Path) -> None:
    """Installs deploy/locks/NAME.txt into a folder of its own, hashes checked: for what does not stay."""
    _pip(project, "install", "--quiet", "--target", str(folder), *_checked(lock_of(project, name)))


def _checked(lock: Path) -> list[str]:
    return ["--require-hashes", "--no-deps", "-r", str(lock)]


def remove_unlocked(project: Path) -> None:
    """Uninstalls what no lock names (any more), so that an environment that has grown is one that was made today.

    Done once for each change of the locks that this environment is filled from.
    """
    environment = project / ".venv"
    locks = [lock_of(project, name) for name in ("runtime", "dev") if (environment / ".stamps" / name).is_file()]
    stamp = stamp_of(*(lock.read_bytes() for lock in locks))
    if is_stamped(environment, "unlocked", stamp):
        return
    listed = _pip(project, "list", "--format=freeze", "--exclude-editable")
    surplus = unlocked(listed, "\n".join(lock.read_text() for lock in locks))
    if surplus:
        step("移除不再需要的 Python 软件包", f"removing Python packages no longer needed: {', '.join(surplus)}")
        _pip(project, "uninstall", "--yes", *surplus)
    put_stamp(environment, "unlocked", stamp)


def unlocked(listed: str, locks: str) -> list[str]:
    """The packages of `pip list --format=freeze` that the locks do not name, pip itself apart."""
    wanted = {_canonical(name) for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", locks, re.MULTILINE)} | {"pip"}
    return [name for name in re.findall(r"^([\w.-]+)==", listed, re.MULTILINE) if _canonical(name) not in wanted]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def install_project(project: Path) -> None:
    """Puts the project itself, and with it the `qidi` command, into .venv; the code stays where it is."""
    stamp = stamp_of((project / "pyproject.toml").read_bytes())
    if is_stamped(project / ".venv", "project", stamp) and (project / ".venv" / "bin" / "qidi").exists():
        return
    step("安装 qidi 命令", "installing the qidi command")
    # compat: one path entry for the whole project, so that a package added later is found without a new set-up
    how = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", str(project)]
    _pip(project, "install", "--quiet", *how)
    put_stamp(project / ".venv", "project", stamp)


def _pip(project: Path, verb: str, *arguments: str) -> str:
    python = project / ".venv" / "bin" / "python"
    order = [str(python), "-m", "pip", verb, "--no-input", *arguments]
    return run(order, PIP_ADVICE, env=clean(os.environ.copy()))
