"""In which order and in how many processes all tests run, and what the last line says.

Each stage is a pytest process of its own (the container tests monkey-patch theirs, the gateway's must not be). Two run
side by side, because those with brokers mostly wait; what a stage printed appears when it ends. Every stage runs,
whatever happened before. A stage that fails, collects nothing, or takes too long makes the whole fail.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stage:
    """One pytest process: its name, folders below tests/, further arguments, and how many seconds it may take."""

    name: str
    folders: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    limit: float = 2700.0


#: The longest first, so that both lanes end together.
STAGES = (
    Stage("faults", ("faults",), ("-s",)),
    Stage("levels", ("levels",), ("-s",)),
    Stage("quick", ("unit", "contracts", "architecture", "upgrades"), ("-n", "2")),
    Stage("integration", ("integration",)),
    Stage("ports", ("ports",)),
    Stage("journeys", ("journeys",)),
    Stage("browser", ("browser",)),
)
LANES = 2
_printing = threading.Lock()
_running = set[subprocess.Popen[bytes]]()


@dataclass(frozen=True)
class Outcome:
    """What one stage showed. Skipped tests count as failed; so does a stage that showed nothing."""

    stage: str
    passed: int
    failed: int
    seconds: float
    remark: str = ""


def outcome_of(stage: str, exit_code: int | None, report: str | None, seconds: float) -> Outcome:
    """Reads a stage's JUnit report. `exit_code` None: the time limit was over. At least one failure when not clean."""
    tests = failed = 0
    if report:
        for suite in ElementTree.fromstring(report).iter("testsuite"):  # noqa: S314 - our own pytest has just written it
            tests += int(suite.get("tests", 0))
            failed += sum(int(suite.get(kind, 0)) for kind in ("failures", "errors", "skipped"))
    remark = ""
    if exit_code is None:
        remark = "time limit over"
    elif exit_code == 5 or (tests == 0 and exit_code in (0, 4)):
        remark = "no test found"
    elif exit_code != 0 and failed == 0:
        remark = f"pytest ended with {exit_code}"
    if remark:
        failed = max(failed, 1)
    # a test that passes and then fails at tear-down is counted twice by pytest: once here is enough
    return Outcome(stage, max(0, tests - failed), failed, seconds, remark)


def closing_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """A table with the seconds of each stage, and the one line that says how it went."""
    lines = [f"{'stage':<12} {'passed':>6} {'failed':>6} {'seconds':>8}"]
    lines += [f"{o.stage:<12} {o.passed:>6} {o.failed:>6} {o.seconds:>8.1f}  {o.remark}".rstrip() for o in outcomes]
    lines.append("")
    lines.append(f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed")
    return lines


def run(stage: Stage) -> Outcome:
    """Runs one stage in a session of its own, ends what is left of it afterwards, and reads its report."""
    print(f"===== {stage.name} begins", flush=True)
    with tempfile.TemporaryDirectory(prefix="qidi-stage-") as folder:
        report, said = Path(folder) / "report.xml", Path(folder) / "said.txt"
        order = [sys.executable, "-m", "pytest", "--durations=12", f"--junitxml={report}", *stage.arguments]
        order += [f"tests/{name}" for name in stage.folders]
        begin = time.monotonic()
        with said.open("wb") as out:
            process = subprocess.Popen(order, cwd=PROJECT, stdout=out, stderr=out, start_new_session=True)
        _running.add(process)
        exit_code: int | None = None
        try:
            exit_code = process.wait(stage.limit)
        except subprocess.TimeoutExpired:
            with said.open("a") as out:
                out.write(f"\n{stage.name}: not done after {stage.limit:.0f} s, ended\n")
        finally:
            end(process)
        seconds = time.monotonic() - begin
        with _printing:
            print(f"\n===== {stage.name} =====\n{said.read_text(errors='replace')}", flush=True)
        return outcome_of(stage.name, exit_code, report.read_text() if report.exists() else None, seconds)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a stage's processes, all of them, where they still run."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _running.discard(process)


def main(names: Sequence[str]) -> int:
    """Runs all stages, or those named; 0 when every test of every stage passed."""
    lanes = ThreadPoolExecutor(LANES)
    try:
        outcomes = list(lanes.map(run, [stage for stage in STAGES if not names or stage.name in names]))
    finally:  # Ctrl-C: what has not begun never begins, what runs is ended
        lanes.shutdown(wait=False, cancel_futures=True)
        for process in tuple(_running):
            end(process)
    print()
    print("\n".join(closing_lines(outcomes)), flush=True)
    return 1 if not outcomes or any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
