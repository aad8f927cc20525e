"""The questions that a sample's services are asked, and in what an answer of today differs from one of then."""

from collections.abc import Iterator, Mapping
from typing import Any

from locales.texts import say
from services.plumbing.fakes import InProcess
from tests.upgrades.kept import Asked

#: Service -> questions that need nothing to be known before, each with its parameters.
_FIRST: Mapping[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "intake": (
        ("projects", {"limit": 200}), ("cases", {"limit": 200}), ("matters", {}), ("publications", {}),
        ("differences", {}), ("adoptions", {}), ("list_changes", {}),
    ),
    "timer": (
        ("lights", {}), ("calendar", {"year": 2026}), ("calendar", {"year": 2027}), ("releases", {}), ("rules", {}),
        ("deadline", {"from": "2026-09-16", "working_days": 20, "explain": True}),
    ),
    "ledger": (
        ("lines", {"state": "all", "authority": "all", "limit": 200}), ("summary", {}),
        ("entries", {"after": -1, "limit": 3}), ("head", {}),
        ("subtree", {}), ("spanning", {"first": "2026-10-01", "last": "2026-10-31"}), ("links", {}),
        ("reconciliation", {}), ("troubles", {}), ("lights", {}),
    ),
    "complaints": (("complaints", {"limit": 200}), ("counts", {})),
    "reporting": (
        ("figures", {"month": "2026-09"}), ("figures", {"month": "2026-10"}), ("snapshots", {}),
        ("findings", {"limit": 200}), ("instructions", {"limit": 100}), ("addressees", {}),
    ),
}  # fmt: skip
#: For everything that a list shows: the name under which it is asked for, and what is asked about it.
_ABOUT_EACH: Mapping[tuple[str, str], tuple[str, tuple[tuple[str, str, str], ...]]] = {
    ("intake", "projects"): ("project_code", (("intake", "project", "project_code"),)),
    ("intake", "cases"): (
        "case_no", (("intake", "case", "case_no"), ("timer", "clocks", "about"), ("ledger", "timeline", "case_no")),
    ),
    ("ledger", "lines"): ("case_no", (("ledger", "record", "case_no"),)),
    ("ledger", "links"): ("code", (("ledger", "letters", "child"),)),
    ("complaints", "complaints"): (
        "complaint_no", (("complaints", "complaint", "complaint_no"), ("timer", "clocks", "about")),
    ),
    ("reporting", "snapshots"): ("snapshot_no", (("reporting", "snapshot", "snapshot_no"),)),
    ("reporting", "findings"): ("finding_no", (("reporting", "finding", "finding_no"),)),
    ("reporting", "instructions"): (
        "instruction_no", (("reporting", "instruction", "instruction_no"), ("timer", "clocks", "about")),
    ),
}  # fmt: skip


async def ask(services: InProcess, asked: Asked) -> dict[str, Any]:
    """What a service answers now."""
    return await services.ask(asked.service, asked.question, dict(asked.params))


async def everything(services: InProcess) -> list[Asked]:
    """Every question with its answer: the lists, each thing in them, a due date of each kind and a proof explained."""
    found = list[Asked]()

    async def put(service: str, question: str, params: dict[str, Any]) -> Any:
        answer = await services.ask(service, question, params)
        if answer["status"] == 200:  # not everything in a list is known to everybody
            found.append(Asked(service, question, params, answer))
        return answer.get("body")

    for service, questions in _FIRST.items():
        for question, params in questions:
            body = await put(service, question, params)
            name, more = _ABOUT_EACH.get((service, question), ("", ()))
            for item in body["items"] if more else ():
                for other, about, parameter in more:
                    await put(other, about, {parameter: item[name]})
    for clock_id in _one_of_each_kind(found):
        await put("timer", "explain", {"clock_id": clock_id})
    for case_no in [one.params["case_no"] for one in found if one.question == "case"][:1]:
        await put("ledger", "proof", {"case_no": case_no})
    return found


def _one_of_each_kind(found: list[Asked]) -> list[str]:
    clocks = [clock for one in found if one.question == "clocks" for clock in one.answer["body"]["items"]]
    return list({clock["clock_kind"]: clock["clock_id"] for clock in clocks}.values())


#: Texts that a service said in Chinese until a version, and says as msgids since: the gateway puts both into words.
MSGIDS_SINCE = {"state_name": "0.2.0"}


#: What nobody had said of a matter, and its list says since.
SAID_SINCE = frozenset({"special_steps"})
#: Texts that name more papers since.
LONGER_SINCE = frozenset({"law"})
#: What is counted otherwise since: the whole process runs from the first receipt to the delivery (DOMAIN 3, rule 16).
OTHERWISE_SINCE = frozenset({"whole_process_working_days"})


def _grows(then: list[Any]) -> bool:
    """Whether a later version may have more of these: steps that are allowed by their codes, clock rules."""
    return bool(then) and all(isinstance(one, str) or "rule" in one for one in then)


def _came_since(name: str, then: Any, now: Any) -> bool:
    """Whether a difference is one that a later version has brought on purpose."""
    if name in SAID_SINCE:
        return then is None
    if name in LONGER_SINCE:
        return isinstance(then, str) and isinstance(now, str) and now.startswith(then)
    return name in OTHERWISE_SINCE


def _known_by(one: Any) -> Any:
    return one if isinstance(one, str) else (one.get("rule"), one.get("urgency"))


def differences(then: Any, now: Any, where: str = "") -> Iterator[str]:
    """In what an answer of today differs from one of an earlier version. What a version adds is no difference."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name, value in then.items():
            if name not in now:
                yield f"{where}/{name} is gone, it was {value!r}"
            elif name in MSGIDS_SINCE and isinstance(value, str):
                if value not in (now[name], say("zh", now[name])):
                    yield f"{where}/{name} is {now[name]!r}, which is not {value!r}"
            elif not _came_since(name, value, now[name]):
                yield from differences(value, now[name], f"{where}/{name}")
    elif isinstance(then, list) and isinstance(now, list) and len(then) < len(now) and _grows(then):
        kept = [one for one in now if _known_by(one) in {_known_by(old) for old in then}]
        yield from differences(then, kept, where)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (before, after) in enumerate(zip(then, now, strict=True)):
            yield from differences(before, after, f"{where}/{number}")
    elif then != now:
        yield f"{where} is {now!r}, it was {then!r}"
