"""The supervisor keeps its programs alive, tells what happened, and leaves nothing behind."""

import dataclasses
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.processes import NotReady
from deploy.supervisor import Program, Supervisor

pytestmark = pytest.mark.lengthy

SLEEPER = "import signal,sys,time; signal.signal(15, lambda *a: sys.exit(0)); print('up', flush=True); time.sleep(600)"
DEAF = "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


def a_program(folder: Path, name: str = "sleeper", code: str = SLEEPER, stop_within: float = 10) -> Program:
    log = folder / "log" / f"{name}.log"
    return Program(
        name,
        [sys.executable, "-c", code],
        dict(os.environ),
        lambda: log.exists() and b"up" in log.read_bytes(),
        folder,
        20,
        stop_within,
    )


def until(condition: Callable[[], bool], within: float = 15) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def runs(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, told.append) as supervisor:
        yield supervisor


def test_a_killed_program_starts_again_and_the_restart_is_counted_and_told(
    supervisor: Supervisor, tmp_path: Path, told: list[str]
) -> None:
    supervisor.start(a_program(tmp_path))
    first = supervisor.pids()["sleeper"]
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.restarts()["sleeper"] == 1)
    second = supervisor.pids()["sleeper"]
    assert second != first
    assert runs(second)
    assert any("已重启" in line for line in told)
    until(lambda: json.loads((tmp_path / "run.json").read_text())["programs"]["sleeper"]["restarts"] == 1)


def test_a_program_that_dies_before_it_is_ready_is_an_error_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(NotReady, match="the store is locked"):
        supervisor.start(a_program(tmp_path, "broken", "raise SystemExit('the store is locked')"))


def test_one_that_dies_while_another_is_waited_for_is_named_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    broken = a_program(tmp_path, "services", "raise SystemExit('no such column')")
    broken = dataclasses.replace(broken, ready=lambda: True)
    waiting = dataclasses.replace(a_program(tmp_path, "gateway"), ready=lambda: False)
    begin = time.monotonic()
    with pytest.raises(NotReady, match=r"(?s)services ended.*no such column"):
        supervisor.start(broken, waiting)
    assert time.monotonic() - begin < waiting.ready_within


def test_stop_ends_programs_in_reverse_order(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    code = (
        "import signal,sys,time\n"
        "def end(*a):\n    open({ends!r}, 'a').write({name!r} + ' '); sys.exit(0)\n"
        "signal.signal(15, end); print('up', flush=True); time.sleep(600)"
    )
    with Supervisor(tmp_path, lambda line: None) as supervisor:
        for name in ("broker", "services", "gateway"):
            supervisor.start(a_program(tmp_path, name, code.format(ends=str(ends), name=name)))
        assert (tmp_path / "run.json").exists()
    assert ends.read_text().split() == ["gateway", "services", "broker"]
    assert not (tmp_path / "run.json").exists()


def test_a_program_that_ignores_the_request_is_killed_after_its_time(tmp_path: Path, told: list[str]) -> None:
    with Supervisor(tmp_path, told.append) as supervisor:
        supervisor.start(a_program(tmp_path, "deaf", DEAF, stop_within=0.3))
        process_id = supervisor.pids()["deaf"]
    assert not runs(process_id)
    assert any("强制结束" in line for line in told)


def test_what_a_program_left_in_its_session_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    child = tmp_path / "grandchild"
    code = (
        "import subprocess,time\n"
        f"p = subprocess.Popen(['sleep', '600']); open({str(child)!r}, 'w').write(str(p.pid))\n"
        "print('up', flush=True); time.sleep(600)"
    )
    supervisor.start(a_program(tmp_path, "parent", code))
    os.kill(supervisor.pids()["parent"], signal.SIGKILL)
    until(lambda: not runs(int(child.read_text())))


def test_errors_reach_the_terminal_and_everything_reaches_the_log(
    supervisor: Supervisor, tmp_path: Path, told: list[str]
) -> None:
    code = "import time; print('quiet'); print('ERROR disk is full'); print('up', flush=True); time.sleep(600)"
    supervisor.start(a_program(tmp_path, "talker", code))
    until(lambda: told == ["talker | ERROR disk is full"])
    assert "quiet" in (tmp_path / "log" / "talker.log").read_text()


def test_a_state_written_from_two_threads_is_always_whole(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(a_program(tmp_path))

    def write_often() -> None:
        for n in range(50):
            supervisor.facts(n=n)

    threads = [threading.Thread(target=write_often) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        json.loads((tmp_path / "run.json").read_text())
    for thread in threads:
        thread.join()
