#!/bin/sh
# Under eventlet (0.41.3) SQLite's busy timeout stops every green thread of the process, because it sleeps in C.
#
# Seen: with another process holding the write lock, BEGIN IMMEDIATE with timeout=2 raises "database is locked" after 2.0 s,
# and a green thread that beats every 50 ms pauses for those 2 s. monkey_patch() patches Python's time.sleep, not
# sqlite3_sleep(). With timeout=0 and a retry after eventlet.sleep(0.05) the longest pause is far below a second.
# Fails when the busy wait lets others run.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet eventlet==0.41.3
"$folder/venv/bin/python" -W ignore - "$folder/store.sqlite" <<'PY'
import eventlet

eventlet.monkey_patch()

import sqlite3
import subprocess
import sys
import time

HOLDER = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
path = sys.argv[1]
sqlite3.connect(path).execute("CREATE TABLE t (a)")
holder = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
holder.stdout.readline()


def longest_pause(wait_for_lock):
    beats = [time.monotonic()]

    def beat():
        while True:
            eventlet.sleep(0.05)
            beats.append(time.monotonic())

    thread = eventlet.spawn(beat)
    eventlet.sleep(0.2)
    wait_for_lock()
    eventlet.sleep(0.2)
    thread.kill()
    return max(after - before for before, after in zip(beats, beats[1:]))


def in_c():
    try:
        sqlite3.connect(path, isolation_level=None, timeout=2).execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as locked:
        print(locked)


def in_python():
    store, until = sqlite3.connect(path, isolation_level=None, timeout=0), time.monotonic() + 2
    while time.monotonic() < until:
        try:
            store.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            eventlet.sleep(0.05)


slept, retried = longest_pause(in_c), longest_pause(in_python)
holder.stdin.close()
holder.wait()
print(f"longest pause of another green thread: {slept:.2f} s with timeout=2, {retried:.2f} s with retries")
assert slept > 1.8, "the busy wait lets others run now"
assert retried < 1.0
PY
