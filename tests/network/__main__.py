"""How `make faults` runs: as root, in namespaces that are made for it, and failed where that cannot be."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.network import namespaces
from tests.stages import closing_lines, outcome_of

PROJECT = Path(__file__).resolve().parents[2]
LIMIT = 900.0


def main() -> int:
    """The exit code: 0 when every test ran and passed."""
    if os.geteuid() != 0:
        print(
            "网络命名空间需要 root，未能运行，按失败计 / "
            "network namespaces need root (sudo make faults): it could not run, and counts as failed"
        )
        return 1
    try:
        with namespaces.two_machines(), tempfile.TemporaryDirectory(prefix="qidi-network-") as folder:
            print(
                f"{namespaces.netem()}; delay, loss, duplicates and reordering are made by tests/network/line.py",
                flush=True,
            )
            report = Path(folder) / "report.xml"
            order = [sys.executable, "-m", "pytest", f"--junitxml={report}", "-s", "tests/network"]
            done = subprocess.run(namespaces.inside(namespaces.NEAR, *order), cwd=PROJECT, timeout=LIMIT, check=False)
            outcome = outcome_of("network", done.returncode, report.read_text() if report.exists() else None, 0.0)
    except subprocess.CalledProcessError as failed:
        print(f"命名空间未能建立 the namespaces could not be made: {' '.join(failed.cmd)}: {failed.stderr}")
        return 1
    print("\n".join(closing_lines([outcome])), flush=True)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())
