"""Decides in which order and in how many processes all tests run, and what the last line says.

Each stage is a pytest process of its own (the container tests monkey-patch theirs, the gateway's must not be). Every
stage runs, whatever happened before. A stage that fails, collects nothing, or takes too long makes the whole fail.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
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
    limit: float = 900.0


STAGES = (
    Stage("quick", ("unit", "contracts", "architecture"), ("-n", "2")),
    Stage("ports", ("ports",)),
    Stage("integration", ("integration",)),
    Stage("journeys", ("journeys",)),
    Stage("faults", ("faults",), ("-s",)),
    Stage("levels", ("levels",), ("-s",)),
    Stage("browser", ("browser",)),
)


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
    print(f"\n===== {stage.name} =====", flush=True)
    with tempfile.TemporaryDirectory(prefix="qidi-stage-") as folder:
        report = Path(folder) / "report.xml"
        order = [sys.executable, "-m", "pytest", f"--junitxml={report}", *stage.arguments]
        order += [f"tests/{name}" for name in stage.folders]
        begin = time.monotonic()
        process = subprocess.Popen(order, cwd=PROJECT, start_new_session=True)
        exit_code: int | None = None
        try:
            exit_code = process.wait(stage.limit)
        except subprocess.TimeoutExpired:
            print(f"{stage.name}: not done after {stage.limit:.0f} s, ended", flush=True)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seconds = time.monotonic() - begin
        return outcome_of(stage.name, exit_code, report.read_text() if report.exists() else None, seconds)


def main(names: Sequence[str]) -> int:
    """Runs all stages, or those named; 0 when every test of every stage passed."""
    outcomes = [run(stage) for stage in STAGES if not names or stage.name in names]
    print()
    print("\n".join(closing_lines(outcomes)), flush=True)
    return 1 if not outcomes or any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
