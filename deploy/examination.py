"""The looks at a running authority: what counts as well, doubtful or bad, and what to do about it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pika
import pika.exceptions
from sqlalchemy import text

from deploy.broker import ForeignNode, node_name
from deploy.checkup import CAUSES, Found, Mark, Patient, bad, dependent, listed, ok, warn
from deploy.examination_letters import letters
from deploy.examination_links import links
from deploy.examination_stores import disk, files, stores
from services.contracts.ailments import Ailment
from services.contracts.vocabulary import ZONE
from services.plumbing import topology
from services.plumbing.db import open_engine, reading
from services.plumbing.settings import Settings

CALENDAR_DAYS = 60
SKEW_SECONDS = 2.0
SKEW_BAD_SECONDS = 30.0
BACKLOG = 5_000
SILENT_SECONDS = 15.0
#: An answer that took longer says nothing of the clock of who gave it.
QUICK_SECONDS = 1.0
_QUESTIONS = 3


def examine(patient: Patient) -> list[Found]:
    """Every line of the report, each cause once. A look that fails is a bad line, never the end of the report."""
    found: list[Found] = []
    unseen: list[str] = []
    for look in LOOKS:
        if look is queues and _is_bad(found, "broker"):
            unseen.append("queues")  # there is nobody to ask
            continue
        try:
            found += look(patient)
        except Exception as failed:
            name = look.__name__
            found.append(bad(name, "Could not be looked at: {error}", "See the other lines first.", error=repr(failed)))
    return _each_cause_once(found, unseen)


def _is_bad(found: Iterable[Found], check: str) -> bool:
    return any(one.check == check and one.mark is Mark.BAD for one in found)


def _each_cause_once(found: Sequence[Found], unseen: Sequence[str]) -> list[Found]:
    """What only follows from another line is named with it, not judged: else one cause has eight names."""
    causes = [check for check in CAUSES if _is_bad(found, check)]
    told = [one for one in found if one.mark is Mark.OK or not set(one.follows) & set(causes)]
    silent = dict.fromkeys((*unseen, *(one.check for one in found if one not in told)))
    if silent:
        text, remedy = "Not judged before this is mended: {names}", "Mend that first, then ask the doctor again."
        last = max(at for at, one in enumerate(told) if one.check == causes[0])
        told.insert(last + 1, warn(causes[0], text, remedy, names=", ".join(silent)))
    return told


# --- processes ------------------------------------------------------------------------------------------------------


def processes(patient: Patient) -> Iterator[Found]:
    """Each process of the run lives and is not stopped."""
    for name, told in ((patient.run or {}).get("programs") or {}).items():
        state = _state(int(told["pid"]))
        facts = {"name": name, "pid": told["pid"], "restarts": told["restarts"], "log": patient.logs / f"{name}.log"}
        if state is None:
            yield bad("processes", "{name}: process {pid} is gone.",
                      "`qidi up` starts it again by itself; if it does not stay, see {log}.", **facts)  # fmt: skip
        elif state == "T":
            yield bad("processes", "{name}: process {pid} is stopped.",
                      "Let it go on: kill -CONT {pid}", **facts)  # fmt: skip
        elif told["restarts"]:
            yield warn("processes", "{name}: process {pid} runs, restarted {restarts} times.",
                       "See why it ended: {log}", **facts)  # fmt: skip
        else:
            yield ok("processes", "{name}: process {pid} runs.", **facts)


def _state(pid: int) -> str | None:
    """The kernel's letter for a process (T: stopped); None when there is none, or only its corpse."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return None
    return None if state in "ZX" else state


# --- broker ---------------------------------------------------------------------------------------------------------


def broker(patient: Patient) -> Iterator[Found]:
    """The node that answers is ours, known by its name and not by its port."""
    expected = (patient.run or {}).get("node")
    try:
        name = node_name(patient.settings.amqp_url)
    except ForeignNode as foreign:
        yield bad("broker", "Another broker answers: {error}", "Stop it, or set QIDI_BROKER_PORT and start again.",
                  error=foreign)  # fmt: skip
    except ConnectionError as away:
        yield bad("broker", "No broker answers: {error}",
                  "`qidi up` starts its own again; an external one (QIDI_AMQP_URL) must be started. Log: {log}",
                  error=away, log=patient.logs / "broker.log")  # fmt: skip
    else:
        if expected and name != expected:
            yield bad("broker", "The node is called {name}, ours is {expected}.",
                      "Stop the other one, or set QIDI_BROKER_PORT and start again.",
                      name=name, expected=expected)  # fmt: skip
        elif expected:
            yield ok("broker", "Our own node answers: {name}.", name=name)
        else:
            yield ok("broker", "An external node answers: {name}.", name=name)


def queues(patient: Patient) -> Iterator[Found]:
    """Every queue is there, somebody takes from it, nothing piles up."""
    depths = _depths(patient)
    rows = list(topology.table(patient.boards))
    missing = [row.name for row in rows if depths[row.name] is None]
    if missing:
        yield bad("queues", "{number} queues are missing: {names}", "Start the authority again: it declares them.",
                  number=len(missing), names=", ".join(missing))  # fmt: skip
    live = {name: found for name, found in depths.items() if found is not None}
    alone = [name for name, (_, consumers) in live.items() if not consumers]
    if alone:
        yield bad("queues", "Nobody takes from: {names}", "See whether the services run: {log}",
                  names=", ".join(alone), log=patient.log("services"))  # fmt: skip
    long = {name: messages for name, (messages, _) in live.items() if messages > BACKLOG}
    if long:
        yield warn("queues", "Messages pile up: {names}",
                   "They are being worked off, or a service is stuck: look again in a minute.",
                   names=listed(long))  # fmt: skip
    if not (missing or alone or long):
        yield ok("queues", "All {number} queues are there and served.", number=len(rows))


def _depths(patient: Patient) -> dict[str, tuple[int, int] | None]:
    """Queue -> (messages, consumers); None where it does not exist."""
    parameters = pika.URLParameters(patient.settings.amqp_url)
    parameters.socket_timeout = parameters.stack_timeout = 5
    parameters.blocked_connection_timeout = 5
    connection = pika.BlockingConnection(parameters)
    found: dict[str, tuple[int, int] | None] = {}
    try:
        channel = connection.channel()
        for row in topology.table(patient.boards):
            try:
                told = channel.queue_declare(row.name, passive=True).method
                found[row.name] = (int(told.message_count), int(told.consumer_count))
            except pika.exceptions.ChannelClosedByBroker:
                found[row.name] = None
                channel = connection.channel()
    finally:
        connection.close()
    return found


# --- gateway, and what it tells -------------------------------------------------------------------------------------


def gateway(patient: Patient) -> Iterator[Found]:
    """The gateway answers, the services answer it, sweeps go on, the calendar reaches far enough."""
    facts = {"url": patient.gateway, "log": patient.log("gateway")}
    try:
        ready = httpx.get(f"{patient.gateway}/readyz", timeout=10, trust_env=False)
        told = httpx.get(f"{patient.gateway}/metrics", timeout=15, trust_env=False).text
    except httpx.HTTPError as failed:
        yield bad("gateway", "{url} does not answer: {error}", "See {log}", error=repr(failed), **facts)
        return
    told_of = {one["cause"]: one["of"] for one in ready.json().get("causes", [])}
    silent = told_of.pop(Ailment.SILENT, [])
    for cause, names in told_of.items():
        if others := [name for name in names if patient.ailing.get(name) != cause]:  # the stores' own look was first
            yield dependent(bad("gateway", "These stores take no write, says the gateway ({cause}): {names}",
                              "See {log}", cause=cause, names=", ".join(others),
                              log=patient.log("services")))  # fmt: skip
    if silent:
        yield dependent(bad("gateway", "These services do not answer: {names}", "See {log}",
                                 names=", ".join(silent), log=patient.log("services")))  # fmt: skip
    else:
        yield ok("gateway", "{url} answers, and every service answers it.", **facts)
    samples = dict(_samples(told))
    yield _sweep(samples, patient)
    yield _calendar(samples)
    yield from _behind(samples)
    yield from _compared("gateway", lambda: _clock_of(patient.gateway))


def _clock_of(address: str) -> datetime:
    """The moment that the gateway counts, not its machine; asked where nobody else has to answer first."""
    answer = httpx.get(f"{address}/healthz", timeout=QUICK_SECONDS, trust_env=False)
    return datetime.fromisoformat(answer.json()["now"])


def _samples(exposition: str) -> Iterator[tuple[str, float]]:
    for line in exposition.splitlines():
        name, _, value = line.rpartition(" ")
        if name and not line.startswith("#"):
            yield name, float(value)


def _sweep(samples: Mapping[str, float], patient: Patient) -> Found:
    ticks = {name: seconds for name, seconds in samples.items() if name.startswith("qidi_tick_seconds{")}
    timer = [seconds for name, seconds in ticks.items() if 'service="timer"' in name]
    silent = [s for name, s in samples.items() if name.startswith('qidi_process_silent_seconds{process="services')]
    facts = {"silent": round(min(silent, default=0)), "log": patient.log("services")}
    if not timer or not silent or min(silent) > SILENT_SECONDS:
        return dependent(bad("sweep", "The timer has not told of a sweep for {silent} s.", "See {log}", **facts))
    return ok("sweep", "The last sweep took {took} ms, told {silent} s ago.", took=round(max(timer) * 1000), **facts)


def _calendar(samples: Mapping[str, float]) -> Found:
    left = samples.get("qidi_calendar_days_left")
    if left is None:
        return dependent(
            bad("calendar", "The timer does not say how far the calendar reaches.", "See whether the timer answers.")
        )
    remedy = (
        "When the State Council has announced next year's holidays, two persons release them: /board/calendar/drafts"
    )
    if left < CALENDAR_DAYS:
        return warn("calendar", "The announced calendar ends in {days} days; later dates are provisional.", remedy,
                    days=int(left))  # fmt: skip
    return ok("calendar", "The announced calendar reaches {days} days ahead.", days=int(left))


def _behind(samples: Mapping[str, float]) -> Iterator[Found]:
    """A clock that was set back, after it had been fast: what is recorded does not go back with it."""
    behind = max((s for name, s in samples.items() if name.startswith("qidi_clock_behind_seconds{")), default=0.0)
    if behind > SKEW_SECONDS:
        until = (datetime.now(ZONE) + timedelta(seconds=behind)).isoformat(timespec="minutes")
        yield bad("clock", "The clock is {seconds} s behind what is already recorded: it was fast, or was set back.",
                  "Have it follow a time server. Until {until} everything is recorded under that moment, so that the"
                  " record never goes back; cases received under the fast clock can be stepped after their receipt.",
                  seconds=round(behind), until=until)  # fmt: skip


def _compared(whose: str, ask: Callable[[], datetime]) -> Iterator[Found]:
    """Another machine's clock beside this one's, read in the middle of the question. Nothing where no answer is quick:
    one that comes late tells an old time, and says nothing of a clock. A clock that is off is off in every answer."""
    apart: list[tuple[datetime, datetime]] = []
    for _ in range(_QUESTIONS):
        before = datetime.now(UTC)
        with suppress(httpx.HTTPError):
            theirs = ask()
            took = datetime.now(UTC) - before
            if took.total_seconds() <= QUICK_SECONDS:
                apart.append((theirs, before + took / 2))
    if apart:
        yield _skew(whose, *min(apart, key=lambda both: abs(both[0] - both[1])))


def _skew(whose: str, theirs: datetime, ours: datetime) -> Found:
    seconds = (theirs - ours).total_seconds()
    facts = {"whose": whose, "seconds": f"{seconds:+.1f}"}
    remedy = "Have both machines follow the same time server (chrony, systemd-timesyncd)."
    if abs(seconds) > SKEW_BAD_SECONDS:
        return bad("clock", "The clock of {whose} is {seconds} s away from this one.", remedy, **facts)
    if abs(seconds) > SKEW_SECONDS:
        return warn("clock", "The clock of {whose} is {seconds} s away from this one.", remedy, **facts)
    return ok("clock", "The clock of {whose} agrees with this one within {limit} s.", limit=int(SKEW_SECONDS), **facts)


def database_clock(patient: Patient) -> Iterator[Found]:
    """A database on another machine has a clock of its own."""
    if patient.settings.database_url and Ailment.AWAY not in patient.ailing.values():
        engine = open_engine(patient.settings.store_url("intake"), "intake")
        with reading(engine) as connection:
            now = text("SELECT clock_timestamp()")
            yield from _compared("PostgreSQL", lambda: connection.execute(now).scalar_one())
        engine.dispose()


def beginning(patient: Patient) -> Iterator[Found]:
    """From when on the authority counts, as it is set."""
    one = patient.settings.beginning
    facts = {"first_day": one.first_day or "—", "counts_from": one.counts_from, "day": one.day}
    if one.is_trial(patient.now):
        text = "First day {first_day}; trial run: nothing is sent and nothing counts until {counts_from}."
        yield ok("beginning", text, **facts)
    elif one.day is not None:
        yield ok("beginning", "First day {first_day}; it counts from {day} on.", **facts)
    else:
        text = "No first day is set (QIDI_FIRST_DAY): nothing is history, and imported lines count at once."
        yield ok("beginning", text)


LOOKS: tuple[Callable[[Patient], Iterator[Found]], ...] = (
    processes, broker, queues, files, stores, letters, links, gateway, database_clock, disk, beginning,
)  # fmt: skip


def not_in_this_run(settings: Settings, authority: str, run: Mapping[str, Any]) -> Found:
    """What is said instead of a report when the run of this folder has no authority of that code."""
    known = ", ".join(run.get("authorities") or [run.get("authority", "")])
    return bad("run", "{authority} does not run in {folder}; these do: {known}.",
               "Name one of them: .venv/bin/qidi --authority CODE doctor", authority=authority,
               folder=settings.var.absolute(), known=known)  # fmt: skip


def nothing_runs(settings: Settings) -> Found:
    """What is said instead of a report when there is no authority here and none is named outside."""
    return bad("run", "Nothing runs in {folder}.",
               "Start it: make run, or .venv/bin/qidi up. One elsewhere: set QIDI_VAR, or QIDI_AMQP_URL and"
               " QIDI_GATEWAY_PORT.", folder=settings.var.absolute())  # fmt: skip


def named_outside() -> bool:
    """Whether the environment names an authority that was not started by `qidi up` in this folder."""
    return "QIDI_AMQP_URL" in os.environ
