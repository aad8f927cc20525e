"""Killed in the middle of a thousand notices, each is in the inbox once and leaves the house once."""

import json
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

from services.contracts.actors import Caller
from services.notices import follower
from services.notices.service import BOARD
from services.notices.store import Notices
from services.plumbing.db import reading
from tests.builders import MORNING, WANG, a_desk, done

ALL, KILLS = 1_000, 30


def reds() -> list[dict[str, Any]]:
    clock = {"clock_kind": "decision", "about_kind": "case", "department": "发展改革委", "light": "red",
             "due_on": "2026-09-15", "responsible": "王芳", "crossing": 1}  # fmt: skip
    return [
        {
            "index": n,
            "entry": {
                "id": f"e{n}",
                "type": "qidi.clock.light-changed.v1",
                "data": clock | {"clock_id": f"150424-2026-{n:06d}/decision/1", "about": f"150424-2026-{n:06d}"},
            },
        }
        for n in range(ALL)
    ]


def count(folder: Path) -> int:
    return sum(one.suffix == ".json" for one in folder.iterdir()) if folder.exists() else 0


def test_a_thousand_notices_through_thirty_kills_leave_the_house_once_each(tmp_path: Path) -> None:
    desk = a_desk(BOARD, tmp_path)
    follower.begin(desk.engine, 0)
    done(desk, "notices.set-notice-wishes", {"channels": ["file"]}, role="handler", **WANG)
    entries = reds()
    # the follower is interrupted as well: what it reads again it tells nobody again
    for start in range(0, ALL, 150):
        follower.take(desk.engine, entries[start : start + 200], MORNING)
    folder, store = tmp_path / "drop", tmp_path / "notices.sqlite"
    stop = Event()

    def watch() -> None:
        seen: set[str] = set()
        while not stop.is_set():
            for path in folder.glob("*.json") if folder.exists() else ():
                if path.name not in seen:
                    json.loads(path.read_text(encoding="utf-8"))  # whole from its first moment on
                    seen.add(path.name)
            time.sleep(0.002)

    watcher = Thread(target=watch)
    watcher.start()
    kills = 0
    command = [sys.executable, "-m", "tests.faults.notice_courier", str(store), str(folder), MORNING.isoformat()]
    while True:
        before = count(folder)
        process = subprocess.Popen(command)
        while process.poll() is None and kills < KILLS:
            if count(folder) >= before + 25:  # the moment at which a file is there: written down or not
                process.kill()
                kills += 1
        if process.wait() == 0:
            break
    stop.set()
    watcher.join()
    files = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    assert kills == KILLS
    assert sorted(one["notices"][0]["about"] for one in files) == [f"150424-2026-{n:06d}" for n in range(ALL)]
    assert len({one["id"] for one in files}) == ALL
    with reading(desk.engine) as connection:
        assert Notices(connection).counts() == {"sent": ALL}
    assert desk.answer("inbox", {}, Caller(token_id="t", role="handler", **WANG))["body"]["unread"] == ALL
