"""A run with two builds on one folder: an earlier version fills it and stops, the present one takes it over.

`python -m tests.upgrades.together [--old v0.1.0] [--levels 3]` needs git and, for the earlier version, the network of
its own `make setup`; so it runs by hand, before a version is tagged, and not in CI. It prints what was there before and
after, and ends with 0 when nothing was lost, every answer is the same and every ledger holds and has grown.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.builders import WANG, a_credit_code, a_project, a_project_code
from tests.stack import PROJECT, until
from tests.upgrades.command import PRESENT, Build
from tests.upgrades.kept import every_sample
from tests.upgrades.questions import differences

#: What is compared item by item, whatever has come after it; none of it changes by the passing of time alone.
LISTS = {
    "projects": ("/v1/projects", "project_code"),
    "cases": ("/v1/cases", "case_no"),
    "complaints": ("/v1/complaints", "complaint_no"),
    "findings": ("/v1/findings", "finding_no"),
    "releases": ("/v1/calendar/releases", "release_no"),
    "matters": ("/v1/matters", "code"),
}
ENTRIES = "entries"


@dataclass(frozen=True)
class Held:
    """What an authority shows: its lists by name and number, and how many entries its ledger has."""

    items: Mapping[str, Mapping[str, Any]]
    entries: int

    def counts(self) -> dict[str, int]:
        return {name: len(items) for name, items in self.items.items()} | {ENTRIES: self.entries}


class Running:
    """A build at work on a folder, with real processes."""

    def __init__(self, build: Build, folder: Path, levels: int) -> None:
        places = {"QIDI_VAR": str(folder), "QIDI_GATEWAY_PORT": "0", "QIDI_BROKER_PORT": "0"}
        self.build, self.folder, self._levels = replace(build, environ=places), folder, levels
        self._log = folder / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until the banner with its addresses is there; on the first start the sample ledger is loaded."""
        order = self.build.order("up", "--levels", self._levels)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                order, cwd=self.build.project, env=self.build.surroundings, stdout=log, stderr=log
            )
        until("the banner", self._is_up, 600, every=0.5)

    def _is_up(self) -> bool:
        assert self._process is not None
        said = self._log.read_text()
        if self._process.poll() is not None:
            raise AssertionError(f"qidi up ended:\n{said[-3000:]}")
        return "curl -H" in said

    def stop(self) -> None:
        """As a person at the terminal ends it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(90)

    @property
    def authorities(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads((self.folder / "run.json").read_text())["authorities"]
        return found

    def client(self, code: str, token: str = "") -> httpx.Client:
        """Somebody who asks; the supervisor whose token lies in the folder when no other one is given."""
        token = token or (self.folder / code / "supervisor.token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.authorities[code]["gateway"], headers=headers, timeout=30, trust_env=False)

    def held(self, code: str) -> Held:
        """All that an authority shows, when nothing is on its way there any more."""
        with self.client(code) as client:
            items = {name: dict(everything(client, *where)) for name, where in LISTS.items()}
            return Held(items, self.settled(client))

    def settled(self, client: httpx.Client) -> int:
        """The size of the ledger when it does not grow any more."""
        sizes = list[int]()

        def still() -> bool:
            time.sleep(1)
            sizes.append(int(client.get("/v1/head").raise_for_status().json()["size"]))
            return sizes[-4:] == [sizes[-1]] * 4

        until("a ledger that stands still", still, 120)
        return sizes[-1]


def everything(client: httpx.Client, path: str, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item of a list by its number, page by page."""
    asked = dict[str, str]()
    while True:
        page = client.get(path, params=asked).raise_for_status().json()
        yield from ((f"{item.get('authority', '')}{item[key]}", item) for item in page["items"])
        if page.get("next") is None:
            return
        asked = {"cursor": page["next"]}


@contextmanager
def at_work(build: Build, folder: Path, levels: int) -> Iterator[Running]:
    """A build that runs on this folder while it lasts."""
    running = Running(build, folder, levels)
    try:
        running.start()
        yield running
    finally:
        running.stop()


# --- the earlier version ----------------------------------------------------------------------------------------------


def checked_out(tag: str, folder: Path, python: Path | None) -> Build:
    """An earlier version in a folder of its own, set up by its own `make setup` unless a Python for it is given."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", tag], cwd=PROJECT, capture_output=True, check=True)
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    if python is None:
        subprocess.run(["make", "setup"], cwd=folder, check=True)
    return Build(folder, python or folder / ".venv" / "bin" / "python")


def a_token(running: Running, code: str) -> str:
    """A token of whoever receives and handles cases at an authority."""
    build = replace(running.build, environ={**running.build.environ, "QIDI_AUTHORITY": code})
    named = ("--name", WANG["name"], "--department", WANG["department"], "--quiet")
    return build.does("token", "issue", "--role", "handler", *named).strip()


def receive(running: Running, code: str, token: str, number: int) -> str:
    """A project and an application for it that is accepted at once; the case's number."""
    project = a_project(number, credit_code=a_credit_code(number), actor=WANG)
    case = {"project_code": a_project_code(number), "matter_code": "NM-001", "handler": WANG}
    with running.client(code) as supervisor, running.client(code, token) as handler:
        supervisor.post("/v1/projects", json=project).raise_for_status()
        case_no = str(handler.post("/v1/cases", json=case).raise_for_status().json()["case_no"])
        handler.post(f"/v1/cases/{case_no}/steps", json={"step": "accept"}).raise_for_status()
    return case_no


# --- both -------------------------------------------------------------------------------------------------------------


@dataclass
class Left:
    """What the earlier version left."""

    held: Mapping[str, Held]
    tokens: Mapping[str, str]
    #: A case of each authority that was accepted and waits for its decision.
    cases: Mapping[str, str]


def fill(old: Build, folder: Path, levels: int) -> Left:
    """The earlier version's first start, with its sample, and a case at each authority; then its export."""
    with at_work(old, folder, levels) as running:
        codes = list(running.authorities)
        tokens = {code: a_token(running, code) for code in codes}
        cases = {code: receive(running, code, tokens[code], 900_001) for code in codes}
        held = {code: running.held(code) for code in codes}
    for code in codes:
        old.does("export", "--ledger", folder / f"{code}.jsonl", "--store", folder / code / "ledger.sqlite")
    return Left(held, tokens, cases)


def take_over(left: Left, folder: Path, levels: int) -> Iterator[str]:
    """What is wrong after the present build has opened the folder and gone on with it; prints what was there."""
    with at_work(PRESENT, folder, levels) as running:
        found = {code: running.held(code) for code in left.held}
        for code, before in left.held.items():
            yield from lost(code, before, found[code])
            token, number = left.tokens[code], left.cases[code]
            with running.client(code, token) as handler:
                handler.post(f"/v1/cases/{number}/steps", json={"step": "grant"}).raise_for_status()
            receive(running, code, token, 900_002)
        grown = {code: running.held(code) for code in left.held}
        above = {code: one["superior"] for code, one in running.authorities.items()}
    for code, before in left.held.items():
        print_counts(code, before, found[code], grown[code])
        if grown[code].entries <= found[code].entries:
            yield f"{code}: its ledger does not grow"
        export = folder / f"{code}.jsonl"
        places = {
            "what the earlier version exported": ("--export", export),
            "the store": ("--store", folder / code / "ledger.sqlite"),
            "the copy above": ("--store", folder / str(above[code]) / "ledger.sqlite", "--origin", code),
        }
        for name, place in list(places.items())[: 3 if above[code] else 2]:
            checked = PRESENT.run("verify", *place, "--kept", export, "--lang", "en")
            print(f"  {name}: {(checked.stdout or checked.stderr).strip()}", flush=True)
            if checked.returncode:
                yield f"{code}: {name} does not hold"


def lost(code: str, before: Held, after: Held) -> Iterator[str]:
    """What was there and is not, or is another one."""
    for name, items in before.items.items():
        for number, item in items.items():
            if number not in after.items[name]:
                yield f"{code}: {name} {number} is lost"
            else:
                for what in differences(item, after.items[name][number]):
                    yield f"{code}: {name} {number} {what}"
    if after.entries < before.entries:
        yield f"{code}: {before.entries} entries were there, {after.entries} are"


def print_counts(code: str, *states: Held) -> None:
    """One line a kind: before, taken over, gone on."""
    print(f"{code}  {'':<12} {'before':>8} {'opened':>8} {'after':>8}")
    for name in states[0].counts():
        print(f"        {name:<12} " + " ".join(f"{one.counts()[name]:>8}" for one in states), flush=True)


def main(arguments: Sequence[str]) -> int:
    """0 when the present build goes on with what the earlier one left."""
    told = argparse.ArgumentParser(prog="python -m tests.upgrades.together", description=__doc__)
    told.add_argument("--old", default=every_sample()[-1].version, help="tag of the earlier version")
    told.add_argument("--levels", type=int, default=3, help="how many authorities run, from the banner upwards")
    told.add_argument("--python", type=Path, help="a Python that has the earlier version's packages: no setup")
    wanted = told.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="qidi-together-") as temporary:
        folder = Path(temporary) / "var"
        folder.mkdir()
        left = fill(checked_out(wanted.old, Path(temporary) / "old", wanted.python), folder, wanted.levels)
        wrong = list(take_over(left, folder, wanted.levels))
    for one in wrong:
        print(one)
    print(f"{wanted.old} and the present build: {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
