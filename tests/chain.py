"""How a test gets three levels: a banner on its own, its city and the region together, a line it can cut.

Two runs of `qidi up`, as on two machines: the banner's, with a broker of its own, and the city's, which has the region
beside it on its broker. The banner joins with a real token, over TLS, through a proxy that the test commands.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from services.contracts.links import GOES_UP
from tests.proxy import Proxy
from tests.stack import PROJECT, Stack, until

BANNER, CITY, REGION = "150424", "150400", "150000"
COUNTED = ("attempted", "acknowledged", "recorded", "lost", "doubled", "unexpected")


def qidi(
    environ: Mapping[str, str], *arguments: str, told: str = "", prefix: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """The command line, as a person types it; `told` is what that person answers."""
    order = [*prefix, sys.executable, "-c", "from qidi.cli import main; main()", *arguments]
    return subprocess.run(
        order, cwd=PROJECT, env=environ, input=told, capture_output=True, text=True, timeout=120, check=False
    )


@dataclass(frozen=True)
class Held:
    """How far a ledger is at one authority, and what that authority and the one above say of it."""

    size: int
    root: str
    state: str
    problem: str
    receipted: int
    up_state: str


class Level(Stack):
    """One authority, asked and commanded."""

    def __init__(self, folder: Path, code: str, **environ: str) -> None:
        super().__init__(folder, QIDI_AUTHORITY=code, **environ)
        self.code = code

    def set(self, **environ: str) -> None:
        """From the next start on."""
        self._environ.update(environ)

    def qidi(self, *arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
        """One of our commands at this authority."""
        return qidi(self.environ, *arguments, told=told, prefix=self.prefix)

    def does(self, *arguments: str) -> str:
        """A command that must succeed; what it prints."""
        done = self.qidi(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def keys(self) -> Path:
        return self.folder / self.code / "keys"

    def held(self, origin: str = "") -> Held:
        """How far it is with a ledger, its own when none is named."""
        query = "SELECT size, root, state, problem, receipted, up_state FROM origins WHERE origin = :o"
        rows = self.rows("ledger", query, o=origin or self.code)
        if not rows:
            return Held(0, "", "", "", 0, "")
        size, root, *rest = rows[0]
        return Held(size, bytes(root).hex(), *rest)

    def entries(self) -> int:
        """Entries of its own ledger."""
        return self.number("ledger", "SELECT COUNT(*) FROM entries")

    def told(self, stem: str, **data: str) -> list[dict[str, Any]]:
        """What its own ledger says under a name, with these values."""
        rows = self.rows("ledger", "SELECT body FROM entries WHERE stem = :s ORDER BY idx", s=stem)
        found = [json.loads(row[0])["data"] for row in rows]
        return [one for one in found if all(one.get(name) == value for name, value in data.items())]

    @contextmanager
    def down(self, *programs: str) -> Iterator[None]:
        """While it lasts these programs are dead (kill -9) and nobody starts them again."""
        supervisor = int(self.state()["supervisor"])
        os.kill(supervisor, signal.SIGSTOP)
        try:
            killed = {program: self.pid(program) for program in programs}
            for process in killed.values():
                os.kill(process, signal.SIGKILL)
            yield
        finally:
            os.kill(supervisor, signal.SIGCONT)
        for program, process in killed.items():
            until(f"{program} to be back", lambda p=program, old=process: self.pid(p) != old, 60)  # type: ignore[misc]
        until("readiness", lambda: self.answers("/readyz"), 60)


class Beside(Level):
    """Another authority of the same run."""

    def __init__(self, run: Level, code: str) -> None:
        super().__init__(run.folder, code)

    def state(self) -> dict[str, Any]:
        found = super().state()
        return {**found, **found.get("authorities", {}).get(self.code, {})}

    def pid(self, program: str) -> int:
        return super().pid(f"{program}-{self.code}")


class Chain:
    """Banner, city and region; `line` is what lies between the first two."""

    def __init__(self, folder: Path) -> None:
        self.banner = Level(folder / "banner", BANNER, QIDI_AUTHORITY_NAME="林西县", QIDI_LEVEL="banner")
        self.city = Level(folder / "city", CITY, QIDI_AUTHORITY_NAME="赤峰市", QIDI_LEVEL="city")
        self.region = Beside(self.city, REGION)
        self._line: Proxy | None = None

    @property
    def line(self) -> Proxy:
        assert self._line is not None
        return self._line

    def __enter__(self) -> Self:
        try:
            with ThreadPoolExecutor(2) as both:
                upper = both.submit(self.start_city)
                both.submit(self.banner.start, seconds=150).result()
                upper.result()
            self._line = Proxy(self.door).__enter__()
            self.join()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.banner.kill()
        self.city.kill()
        if self._line is not None:
            self._line.__exit__(kind, error, at)

    def start_city(self) -> None:
        """City and region come up; after they were down, the line leads to the door of today."""
        self.city.start("--no-sample", "--levels", "2", seconds=150)
        if self._line is not None:
            self._line.aim(self.door)

    @property
    def door(self) -> int:
        """The port behind which the city's broker takes lower authorities in."""
        ports = json.loads((Path(self.city.state()["broker_folder"]) / "ports.json").read_text())
        return int(ports["door"])

    def invitation(self, code: str, *more: str) -> str:
        """A token of the city that leads over the line."""
        return self.city.does("enrol", code, "--port", str(self.line.port), "--quiet", *more).strip()

    def join(self) -> None:
        """The banner joins the city, as two people would do it."""
        self.banner.does("join", self.invitation(BANNER), "--yes")
        self.in_step()

    # --- what both sides hold ---------------------------------------------------------------------------------------

    def agree(self) -> bool:
        """Whether all of the banner's ledger is at all three levels, with one root, and signed for."""
        own = self.banner.held()
        if not own.size or self.banner.entries() != own.size or own.up_state != "ok":
            return False
        above = [self.city.held(BANNER), self.region.held(BANNER)]
        same = all((one.size, one.root, one.state) == (own.size, own.root, "ok") for one in above)
        return same and own.receipted == own.size == above[0].receipted

    def in_step(self, seconds: float = 60.0) -> None:
        """Wait until everybody holds the same and nothing is on its way."""
        self.banner.quiet(seconds)
        until("one root at three levels", self.agree, seconds, every=0.2)

    def counts(self, tag: str, attempted: int, acknowledged: int, since: int = 0) -> dict[str, int]:
        """Compares what the banner has recorded from entry `since` on with what lies at city and region, and says it.

        recorded: entries at every level. lost, unexpected: here and not there, there and not here. doubled: events
        that are there twice, or out of their subject's order.
        """
        here = self.banner.rows("ledger", "SELECT leaf, body FROM entries WHERE idx >= :s ORDER BY idx", s=since)
        ours = [(bytes(leaf), json.loads(body)) for leaf, body in here]
        found = dict.fromkeys(COUNTED, 0) | {"attempted": attempted, "acknowledged": acknowledged}
        found["recorded"] = len(ours)
        for upper in (self.city, self.region):
            # what a later branch does not replace
            query = (
                "SELECT leaf, body FROM origin_entries AS e WHERE origin = :o AND idx >= :s AND NOT EXISTS"
                " (SELECT 1 FROM origin_branches AS b WHERE b.origin = e.origin AND b.branch > e.branch"
                " AND b.from_index <= e.idx) ORDER BY idx"
            )
            there = [(bytes(leaf), body) for leaf, body in upper.rows("ledger", query, o=BANNER, s=since)]
            leaves = {leaf for leaf, _ in there}
            found["recorded"] = min(found["recorded"], len(there))
            found["lost"] += sum(leaf not in leaves for leaf, _ in ours)
            found["unexpected"] += len(leaves - {leaf for leaf, _ in ours})
            told = [json.loads(body) for _, body in there if body is not None]
            found["lost"] += sum(one["reach"] in GOES_UP for _, one in ours) - len(told)
            found["doubled"] += len(told) - len({one["id"] for one in told}) + _out_of_order(told)
        print(f"\n{tag}: " + " ".join(f"{name} {value}" for name, value in found.items()), flush=True)
        return found


def _out_of_order(told: Sequence[Mapping[str, Any]]) -> int:
    last, wrong = dict[tuple[str, str], int](), 0
    for one in told:
        key = (one["source"], one["subject"])
        wrong += key in last and int(one["sequence"]) != last[key] + 1
        last[key] = int(one["sequence"])
    return wrong
