"""One command brings an authority up, keeps it up, owns its folder, and ends it without a trace."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.plumbing import ownership
from tests.chain import BANNER, CITY, REGION, Beside, Level
from tests.faults.load import PROJECT_CODE

QIDI = [str(Path(sys.executable).with_name("qidi")), "up", "--no-sample"]


def an_environment(folder: Path) -> Mapping[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("QIDI_")}
    return {**ours, "QIDI_VAR": str(folder), "COLUMNS": "60"}


def processes_of(folder: Path) -> list[str]:
    """The command of every process that was started with this folder in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80])
        except OSError:
            continue
    return [command for command in found if command]  # a zombie has none


def until(condition: Callable[[], bool], within: float) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def answers_well(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Run:
    """One `qidi up`, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder.with_suffix(".out")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(QIDI, env=an_environment(folder), stdout=output, stderr=output)

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return "\ncurl " in self.output.read_text()

    @property
    def state(self) -> dict[str, object]:
        return dict(json.loads((self.folder / "run.json").read_text()))

    def pid(self, name: str) -> int:
        return int(json.loads((self.folder / "run.json").read_text())["programs"][name]["pid"])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "var")
    yield run
    if run.process.poll() is None:
        run.process.kill()
    run.process.wait()


def test_an_authority_comes_up_is_used_loses_a_process_and_ends(run: Run) -> None:
    until(run.is_up, 90)
    base = str(run.state["gateway"])

    # the printed line works when pasted; what it prints is no terminal, so the token stands in its file alone
    token = (run.folder / "150424" / "supervisor.token").read_text().strip()
    assert token not in run.output.read_text()
    line = re.search(r"^curl .*$", run.output.read_text(), re.MULTILINE)
    assert line is not None
    answer = subprocess.run(["bash", "-c", line.group()], capture_output=True, text=True, check=True, timeout=20)
    assert json.loads(answer.stdout)["items"] == []

    # nobody else may read anything of it
    assert ownership.open_to_others(run.folder) == []

    # the folder belongs to this run
    second = subprocess.run(QIDI, env=an_environment(run.folder), capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert str(run.process.pid) in second.stdout
    assert answers_well(f"{base}/readyz")

    # a killed process comes back, the others stay
    services, gateway = run.pid("services"), run.pid("gateway")
    os.kill(services, signal.SIGKILL)
    until(lambda: run.pid("services") != services and answers_well(f"{base}/readyz"), 60)
    assert run.pid("gateway") == gateway

    # SIGTERM ends everything
    run.process.terminate()
    assert run.process.wait(60) == 0
    until(lambda: processes_of(run.folder) == [], 10)
    assert not (run.folder / "run.json").exists()

    # what a careless copy has opened to everybody is closed before anything is read, and that is said
    for path in (run.folder, *run.folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)

    # a second start is ready within 20 s
    begin = time.monotonic()
    again = Run(run.folder)
    try:
        until(again.is_up, 60)
        seconds = time.monotonic() - begin
        assert "可被其他用户读取" in again.output.read_text() or "could be read by others" in again.output.read_text()
        assert ownership.open_to_others(run.folder) == []
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(60) == 0
    finally:
        again.process.kill()
        again.process.wait()
    until(lambda: processes_of(run.folder) == [], 10)
    assert seconds < 20


def test_three_levels_on_three_brokers_hold_one_ledger_and_end_without_a_trace(tmp_path: Path) -> None:
    banner = Level(tmp_path / "var", BANNER)
    city, region = Beside(banner, CITY), Beside(banner, REGION)
    try:
        banner.start("--no-sample", "--levels", "3", "--nodes", "3", seconds=180)

        # a broker for each, and everybody on his own
        states = [level.state() for level in (banner, city, region)]
        assert len({one["node"] for one in states}) == len({one["broker_port"] for one in states}) == 3
        assert [urlsplit(one["amqp_url"]).port for one in states] == [one["broker_port"] for one in states]
        assert sum("beam" in command for command in processes_of(banner.folder)) == 3

        # all joined, by a link that carries: what the banner records is held and signed for at both levels above
        with banner.client() as client:
            project = {"project_code": PROJECT_CODE, "project_name": "供水管网改造", "owner_name": "林西水务有限公司"}
            answer = client.post("/v1/projects", json=project | {"actor": {"name": "张三", "department": "发展改革委"}})
        assert answer.is_success, answer.text
        assert neighbours(banner) == {CITY: "joined"}
        assert neighbours(city) == {REGION: "joined", BANNER: "joined"}
        assert neighbours(region) == {CITY: "joined"}
        until(lambda: [level.held(BANNER).root for level in (city, region)] == [root_of_all(banner)] * 2, 60)
        until(lambda: banner.held().receipted == city.held(BANNER).receipted == banner.entries() > 0, 60)

        assert banner.stop() == 0
        until(lambda: processes_of(banner.folder) == [], 10)
        assert not (banner.folder / "run.json").exists()
    finally:
        banner.kill()


def neighbours(level: Level) -> dict[str, str]:
    """How an authority stands to the others, as its own command tells."""
    told = json.loads(level.does("links", "--json"))["links"]
    return {one["code"]: one["state"] for one in told}


def root_of_all(level: Level) -> str:
    """The root of an authority's whole ledger; empty while not all of it is signed."""
    own = level.held()
    return own.root if own.size == level.entries() else ""


def test_ctrl_c_while_the_broker_boots_leaves_nothing(run: Run) -> None:
    until(lambda: any("beam" in command for command in processes_of(run.folder)), 30)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(60) == 0
    until(lambda: processes_of(run.folder) == [], 10)


def test_kill_9_of_the_command_leaves_nothing(run: Run) -> None:
    until(run.is_up, 90)
    assert len(processes_of(run.folder)) >= 6
    run.process.kill()
    run.process.wait()
    until(lambda: processes_of(run.folder) == [], 10)
