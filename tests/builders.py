"""What a harmless project, case, order and event look like, so that a test says only what it is about."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event as engine_events
from sqlalchemy import select, text
from sqlalchemy.engine import Engine
from stdnum.cn import uscc
from uuid6 import uuid7

from services.contracts.envelope import Envelope, Event, seal
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk, Ruling
from services.plumbing.switchboard import Switchboard

AUTHORITY = "150424"
#: A Wednesday in September 2026, mid-morning, with no holiday near.
MORNING = datetime(2026, 9, 16, 10, 0, tzinfo=ZONE)

WANG = {"name": "王芳", "department": "发展改革委"}
LI = {"name": "李强", "department": "发展改革委"}
#: A system, which asks for people whom their departments have named.
A_PARTNER = {"role": "partner", "token_id": "partner"}
#: Who asks where a test does not say: nobody whose rights are looked at.
ANYBODY: dict[str, str] = {}
#: Who asks for what no system may.
ASKS = {"ledger.strike-off": {"role": "handler", "token_id": "handler", **WANG}}


#: Every service's store as it is before its first message: declared once in a test process, copied for each test.
_EMPTY: dict[str, bytes] = {}


def an_engine(tmp_path: Path, board: Switchboard, name: str = "") -> Engine:
    """A SQLite store with the service's tables, fresh unless it is there already (a copy of another, taken up again).

    No test outlives a power cut: nothing waits for the disk.
    """
    path = tmp_path / f"{name or board.name}.sqlite"
    if board.name in _EMPTY and not path.exists():
        path.write_bytes(_EMPTY[board.name])
    is_new = not path.exists()
    engine = _without_waiting(open_engine(f"sqlite:///{path}", board.name))
    if is_new:
        board.metadata.create_all(engine)
        engine.dispose()  # what was written ahead is now in the one file
        _EMPTY[board.name] = path.read_bytes()
    return engine


def _without_waiting(engine: Engine) -> Engine:
    engine_events.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine


def a_desk(board: Switchboard, tmp_path: Path, at: datetime = MORNING, *, started: bool = True) -> Desk:
    """A service's desk on a fresh store, its clock (a HandClock: `desk.clock`) at `at`, ticks run once as at start."""
    desk = Desk(board, an_engine(tmp_path, board), HandClock(at), AUTHORITY)
    if started:
        for tick in board.ticks:
            desk.tick(tick)
    return desk


def the_clock(desk: Desk) -> HandClock:
    """The hand clock of a desk that `a_desk` made."""
    assert isinstance(desk.clock, HandClock)
    return desk.clock


def an_order(command: str, data: Any, *, id: str = "", **caller: str) -> bytes:
    """A command as it travels, for example `an_order("intake.take-step", {...}, role="handler", name="王芳")`."""
    return json.dumps(
        {"id": id or str(uuid7()), "command": command, "data": data, "caller": caller or ASKS.get(command, ANYBODY)},
        ensure_ascii=False,
    ).encode()


def take(desk: Desk, command: str, data: Any, **caller: str) -> Ruling:
    """Hand one command to the desk."""
    return desk.take_commands([an_order(command, data, **caller)])[0]


def done(desk: Desk, command: str, data: Any, **caller: str) -> dict[str, Any]:
    """Hand over a command that must succeed; its answer."""
    ruling = take(desk, command, data, **caller)
    assert ruling.reply is not None, ruling
    assert ruling.reply["status"] == 200, ruling.reply
    return dict(ruling.reply["body"])


#: Whoever drafts what another person releases.
DRAFTER: dict[str, str] = {"role": "admin", "name": "吴强", "department": "政务服务局"}


def released(desk: Desk, order: Mapping[str, Any], **caller: str) -> dict[str, Any]:
    """Days, or with `release_no` the withdrawal of a release, drafted by one person and released by the caller."""
    is_withdrawal = "release_no" in order
    if order.get("dry_run"):
        return done(desk, "timer.withdraw-calendar" if is_withdrawal else "timer.release-calendar", order, **caller)
    draft = done(desk, "timer.draft-withdrawal" if is_withdrawal else "timer.draft-calendar", order, **DRAFTER)
    return done(desk, "timer.release-draft", {"draft_no": draft["draft_no"], "confirm": ["festivals"]}, **caller)


def refused(desk: Desk, command: str, data: Any, **caller: str) -> dict[str, str]:
    """Hand over a command that must be refused; what is wrong by field, with the facts filled in."""
    ruling = take(desk, command, data, **caller)
    assert ruling.reply is not None, ruling
    assert ruling.reply["status"] != 200, ruling.reply
    return {one["field"]: one["template"].format(**one["params"]) for one in ruling.reply["problems"]}


def asked(desk: Desk, question: str, **params: Any) -> Any:
    """The answer to a question that must be answerable."""
    reply = desk.answer(question, params)
    assert reply["status"] == 200, reply
    return reply["body"]


def said(desk: Desk, stem: str = "") -> list[Envelope]:
    """What waits in the outbox, in order; only of that stem (or prefix of it) when given."""
    with desk.engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(text("SELECT body FROM outbox ORDER BY id")).all()
    return [one for one in (Envelope.parse(bytes(row.body)) for row in rows) if one.stem.startswith(stem)]


def everything(desk: Desk, *, but: tuple[str, ...] = ("inbox",)) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables (the inbox remembers refusals as well, so it is left out): to see that nothing changed."""
    with desk.engine.connect().execution_options(reading=True) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in desk.board.metadata.sorted_tables
            if table.name not in but
        }


def name_people(desk: Desk, *people: Mapping[str, str]) -> None:
    """Their departments have named these people long ago, for all duties: systems may act in their names."""
    for one in people:
        order = {"officer": one["name"], "department": one["department"], "duties": ["window", "handler", "head"]}
        admin = {"role": "admin", "name": "吴强", "department": "政务服务局"}
        done(desk, "intake.appoint-officer", order | {"appointed_on": "1990-01-01"}, **admin)


def an_event(
    event: Event, *, sequence: int = 1, service: str = "intake", at: datetime = MORNING, id: str = "", **more: Any
) -> bytes:
    """Sealed bytes of an event as `service` of this authority says it, occurred and recorded at `at`."""
    facts: dict[str, Any] = {"occurred_at": at, "recorded_at": at, **more}
    return seal(event, id=id or str(uuid7()), source=f"/authorities/{AUTHORITY}/{service}", sequence=sequence, **facts)


def a_credit_code(n: int = 1) -> str:
    """The n-th valid unified social credit code of a company."""
    body = f"91150424{n:09d}"
    return body + str(uscc.calc_check_digit(body))


def a_project_code(n: int = 1) -> str:
    """The n-th project code, in the newer form."""
    return f"2509-{AUTHORITY}-89-01-{n:06d}"


def a_project(n: int = 1, **changes: Any) -> dict[str, Any]:
    """What `intake.register-project` takes."""
    return {
        "project_code": a_project_code(n),
        "project_name": f"风电项目{n}期",
        "owner_name": "赤峰新能源有限公司",
        "credit_code": a_credit_code(n),
        "investment_yuan": 1_200_000_000,
        "planned_start": "2027-05-01",
    } | changes


def a_case(n: int = 1, **changes: Any) -> dict[str, Any]:
    """What `intake.receive-case` takes: matter 1 (20 working days) of the n-th project, once more."""
    return {
        "project_code": a_project_code(n),
        "matter_code": "NM-001",
        "handler": WANG,
        "received_at": MORNING.isoformat(),
        "again_because": "分期建设，另行申请",
    } | changes


def a_step(case_no: str, step: str | None = "accept", /, **changes: Any) -> dict[str, Any]:
    """What `intake.take-step` takes: with every field that the step requires."""
    needed: Mapping[str | None, dict[str, Any]] = {
        "not-required": {"reason": "不需要许可"},
        "refuse-acceptance": {"reason": "不属本机关职权范围"},
        # as much as the lists of the matters of our tests ask for, each
        "request-correction": {"defects": [a_defect("项目申请报告、勘测定界图、使用林地申请表")]},
        "refuse": {"reason": "不符合规划", "remedies": "六十日内申请行政复议"},
        "reassign": {"new_handler": LI},
        "begin-procedure": {
            "ground": "hearing",
            "planned": {"amount": 10},
            "document_no": "林发改听告〔2026〕3号",
            "document_on": MORNING.date().isoformat(),
        },
        "extend": {
            "reason": "案情复杂，需补充论证",
            "longer_by": {"amount": 10},
            "document_no": "林发改延〔2026〕1号",
            "document_on": MORNING.date().isoformat(),
        },
        "accept-with-deficiencies": {"missing": [{"material": "营业执照", "due_on": "2026-09-28"}]},
        "supply-material": {"material": "营业执照"},
        "grant-on-commitment": {"document_no": "承诺书〔2026〕7号", "document_on": MORNING.date().isoformat()},
        "check-commitment": {"passed": True, "document_no": "核查〔2026〕2号"},
        "record-breach": {"reason": "未按期补齐容缺材料", "document_no": "失信〔2026〕1号"},
        "revoke": _ended("deception"),
        "withdraw-permit": _ended("law-changed"),
        "cancel-permit": {"reason": "许可有效期届满未延续", "because": "expired", "document_no": "注销〔2026〕1号"},
        "handle-jointly": {
            "departments": ["自然资源局"],
            "document_no": "林政办函〔2026〕8号",
            "document_on": MORNING.date().isoformat(),
        },
        "change-limit": {"limit": {"amount": 15}, "reason": "收件时填错"},
        "end-with-project": {"reason": "项目已移除"},
        "hand-over": {"new_handler": LI},
        "end-procedure": {"document_no": "林发改听〔2026〕3号", "document_on": MORNING.date().isoformat()},
        "note": {"note": "已电话联系"},
    }
    spoken = {} if step is None else {"step": step}
    return {"case_no": case_no, "actor": WANG, **spoken, **needed.get(step, {})} | changes


def _ended(because: str) -> dict[str, Any]:
    """What is said of a permit that ends."""
    return {
        "reason": "经核查，依法应当终止",
        "because": because,
        "remedies": "六十日内申请行政复议",
        "document_no": "林发改撤〔2026〕1号",
        "document_on": MORNING.date().isoformat(),
    }


def a_defect(material: str = "项目申请报告", **changes: Any) -> dict[str, Any]:
    """One thing that a notice names."""
    return {"material": material, "problem": "缺少公章", "advice": "加盖建设单位公章后重新提交"} | changes


def an_entry(n: int = 1, **changes: Any) -> dict[str, Any]:
    """One entry of `intake.enter-cases`: the n-th project's case, accepted two days after receipt."""
    return {
        "row": str(n),
        "project_code": a_project_code(n),
        "project_name": f"风电项目{n}期",
        "owner_name": "赤峰新能源有限公司",
        "matter": "企业投资项目核准",
        "handler": WANG,
        "received_at": "2026-09-01",
        "steps": [{"step": "accept", "occurred_at": "2026-09-03"}],
    } | changes
