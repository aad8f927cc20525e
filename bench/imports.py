"""Costs of taking in an office's whole ledger: seconds and memory of `qidi import` on 100,000 rows.

The command and the child that reads the workbook are measured together, from outside. A stub stands for the authority:
it finds every row new, and one in fifty wrong, so that the report is written as well. With `AGAINST=REVISION` the same
is measured of that build and of this one in turn, and the time until every line stands in the list as well.
"""

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from bench import Figure
from bench.authority import PROJECT, QIDI

ROWS: Final = 100_000
PROMISE: Final = 300
WRONG_EVERY: Final = 50
_TITLES: Final = (
    *("序号", "项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "责任人", "收件日期", "受理日期", "承诺时限"),
    *("到期日", "剩余工作日", "灯", "状态", "销号日期"),
)


def figures() -> Iterator[Figure]:
    """Rows per second of a dry run and an entry together, and the most memory of all processes of the command."""
    rows = int(os.environ.get("ROWS", ROWS))
    if revision := os.environ.get("AGAINST"):
        from bench import against  # it needs what stands here

        yield from against.figures(revision, rows)
        return
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder, a_stub() as url:
        ledger = a_ledger(Path(folder) / "ledger.xlsx", rows)
        seconds, most = imported(ledger, url)
        yield Figure("import.rows", rows / seconds, "1/s", "none", 1.0)
        yield Figure("import.memory", most, "MB", f"promise={PROMISE}MB", most / PROMISE)


def a_ledger(path: Path, rows: int) -> Path:
    """An office's ledger in the export's columns, every row another project."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, _TITLES)
    for n in range(1, rows + 1):
        case = (n, f"2509-150424-89-01-{n:06d}", f"风电项目{n}期", "赤峰示范新能源有限公司", "企业投资项目核准")
        course = ("发展改革委", "王芳", "2026-09-01", "2026-09-03", "20工作日", "2026-10-09", 8, "绿灯", "已受理")
        sheet.write_row(n, 0, (*case, *course))
    book.close()
    return path


def imported(ledger: Path, url: str, qidi: Sequence[str] = QIDI, folder: Path = PROJECT) -> tuple[float, float]:
    """Seconds of `qidi import`, and the most memory in MB that its processes held together. It must end well."""
    command = [*qidi, "import", str(ledger), "--yes", "--lang", "zh"]
    command += ["--url", url, "--token", "stub", "--report", str(ledger.with_name("bad.xlsx"))]
    begun, most = time.monotonic(), 0.0
    with ledger.with_name("import.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, stdout=log, stderr=log
        )
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(0.1)
    if process.returncode != 1:  # some rows are wrong, and said to be
        raise RuntimeError(ledger.with_name("import.log").read_text(errors="replace")[-2000:])
    return time.monotonic() - begun, most


def _held(pid: int) -> float:
    """Megabytes in memory of a process and its children, shared pages counted in each of them."""
    held = 0.0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                held = int(line.split()[1]) / 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # ended meanwhile
        return held
    return held + sum(_held(int(child)) for child in children)


class _Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: Head and body of an answer go out in two pieces: with Nagle's algorithm the second one waits 40 ms for the first
    #: to be acknowledged, a hundred times what an answer takes. No server that people run does so.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        entries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["entries"]
        body = json.dumps({"results": [_found(entry) for entry in entries]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is written: the figures are the output."""


def _found(entry: dict[str, Any]) -> dict[str, Any]:
    if int(entry["project_code"][-6:]) % WRONG_EVERY:
        return {"outcome": "new", "problems": []}
    wrong = {"field": "handler.name", "message": "责任人不在名册中"}
    return {"outcome": "refused", "problems": [wrong]}


@contextmanager
def a_stub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
