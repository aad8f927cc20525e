"""No process outlives its supervisor: not after SIGTERM, not after Ctrl-C, not after kill -9."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

OWNER = """
import os, sys
from pathlib import Path
from deploy.supervisor import Ended, Program, Supervisor, ended_by_signals
folder = Path(sys.argv[1])
try:
    with ended_by_signals(), Supervisor(folder) as supervisor:
        for name in ("broker", "gateway"):
            log = folder / "log" / f"{name}.log"
            code = "import time; print('up', flush=True); time.sleep(600)"
            ready = lambda log=log: log.exists() and b"up" in log.read_bytes()
            supervisor.start(Program(name, [sys.executable, "-c", code], dict(os.environ), ready))
        print("started", flush=True)
        supervisor.wait()
except Ended:
    print("ended", flush=True)
"""


def runs(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool], within: float = 15) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


def children(folder: Path) -> list[int]:
    programs = json.loads((folder / "run.json").read_text())["programs"]
    return [program["pid"] for program in programs.values()]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_end_ends_every_program(
    owner: subprocess.Popen[bytes], tmp_path: Path, sign: signal.Signals
) -> None:
    programs = children(tmp_path)
    assert [runs(program) for program in programs] == [True, True]
    owner.send_signal(sign)
    assert owner.wait(20) == 0
    assert [runs(program) for program in programs] == [False, False]
    assert not (tmp_path / "run.json").exists()


def test_kill_9_of_the_supervisor_leaves_no_program(owner: subprocess.Popen[bytes], tmp_path: Path) -> None:
    programs = children(tmp_path)
    assert [runs(program) for program in programs] == [True, True]
    owner.kill()
    until(lambda: not any(runs(program) for program in programs))


def test_a_program_started_again_does_not_outlive_the_supervisor_either(
    owner: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    first = children(tmp_path)
    subprocess.run(["kill", "-9", str(first[0])], check=True)
    until(lambda: children(tmp_path)[0] != first[0])
    programs = children(tmp_path)
    assert [runs(program) for program in programs] == [True, True]
    owner.kill()
    until(lambda: not any(runs(program) for program in programs))
