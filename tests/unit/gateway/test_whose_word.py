"""Whose word it is: who steps whose case, by tables of our own, through the real API; no table of rights is asked."""

from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from services.contracts.vocabulary import ComplaintStepKind, InstructionStepKind, Role, StepKind
from tests.builders import a_case, a_defect, a_project, a_project_code, name_people, said
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

WANG = {"name": "王芳", "department": "发展改革委"}
ZHOU = {"name": "周婷", "department": "住建局"}

#: Who asks. 发展改革委 holds the cases of the tables; of its people 王芳 has them in hand.
CALLERS: Final[dict[str, tuple[Role, str, str]]] = {
    "holder": (Role.HANDLER, "王芳", "发展改革委"),
    "clerk": (Role.HANDLER, "李强", "发展改革委"),
    "window": (Role.WINDOW, "赵敏", "发展改革委"),
    "head": (Role.HEAD, "陈刚", "发展改革委"),
    "clerk'": (Role.HANDLER, "周婷", "住建局"),
    "window'": (Role.WINDOW, "钱多", "住建局"),
    "head'": (Role.HEAD, "孙正", "住建局"),
    "hotline": (Role.HOTLINE, "吴静", "发展改革委"),
    "leader": (Role.SUPERVISOR, "李四", "发展改革委"),
    "steward": (Role.STEWARD, "孙丽", "发展改革委"),
    "admin": (Role.ADMIN, "吴强", "发展改革委"),
    "ops": (Role.OPS, "郑和", "发展改革委"),
    "system": (Role.PARTNER, "12345热线", ""),
    "system'": (Role.PARTNER, "另一平台", ""),
}
#: `x` may, `.` may not (403, and nothing is recorded). A stroke behind a name: of another department, another system.
#: `system` brought the case in and names a person of the department.
STEPS: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
accept                     x      x     x      x    .      .       .     .       .      .       .     .   x      .
request-correction         x      x     x      x    .      .       .     .       .      .       .     .   x      .
complete-correction        x      x     x      x    .      .       .     .       .      .       .     .   x      .
give-up                    x      x     x      x    .      .       .     .       .      .       .     .   x      .
name-completion            x      x     .      x    .      .       .     .       .      .       .     .   x      .
extend                     .      .     .      x    .      .       .     .       .      .       .     .   x      .
handle-jointly             .      .     .      x    .      .       .     .       .      .       .     .   x      .
change-limit               .      .     .      x    .      .       .     .       .      .       .     .   x      .
end-with-project           x      x     .      x    .      .       .     .       .      .       .     .   x      .
hand-over                  x      x     x      x    .      .       .     .       .      .       .     .   x      .
take-over                  x      x     .      x    .      .       .     .       .      .       .     .   x      .
begin-procedure            x      x     .      x    .      .       .     .       .      .       .     .   x      .
end-procedure              x      x     .      x    .      .       .     .       .      .       .     .   x      .
begin-review               x      x     .      x    .      .       .     .       .      .       .     .   x      .
forward                    x      x     x      x    .      .       .     .       .      .       .     .   x      .
grant                      x      x     .      x    .      .       .     .       .      .       .     .   x      .
refuse                     x      x     .      x    .      .       .     .       .      .       .     .   x      .
deliver                    x      x     x      x    .      .       .     .       .      .       .     .   x      .
not-required               x      x     x      x    .      .       .     .       .      .       .     .   x      .
refuse-acceptance          x      x     x      x    .      .       .     .       .      .       .     .   x      .
return                     x      x     .      x    .      .       .     .       .      .       .     .   x      .
withdraw-before-acceptance x      x     x      x    .      .       .     .       .      .       .     .   x      .
withdraw                   x      x     x      x    .      .       .     .       .      .       .     .   x      .
ask-withdrawal             x      x     x      x    .      .       .     .       .      .       .     .   x      .
reassign                   x      .     .      x    .      .       .     .       .      .       .     .   x      .
note                       x      x     x      x    .      .       .     .       .      .       .     .   x      .
accept-with-deficiencies   x      x     x      x    .      .       .     .       .      .       .     .   x      .
supply-material            x      x     x      x    .      .       .     .       .      .       .     .   x      .
grant-with-deficiencies    x      x     .      x    .      .       .     .       .      .       .     .   x      .
grant-on-commitment        x      x     .      x    .      .       .     .       .      .       .     .   x      .
check-commitment           x      x     .      x    .      .       .     .       .      .       .     .   x      .
record-breach              x      x     .      x    .      .       .     .       .      .       .     .   x      .
revoke                     x      x     .      x    .      .       .     .       .      .       .     .   x      .
withdraw-permit            x      x     .      x    .      .       .     .       .      .       .     .   x      .
cancel-permit              x      x     .      x    .      .       .     .       .      .       .     .   x      .
"""
#: The same order at once in a second name: only a system may name anybody, and only whom the department has named.
NAMED: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
王芳@发展改革委            x      .     .      .    .      .       .     .       .      .       .     .   x      .
李四@发展改革委            .      .     .      .    .      .       .     .       .      .       .     .   x      .
周婷@住建局                .      .     .      .    .      .       .     .       .      .       .     .   .      .
钱七@发展改革委            .      .     .      .    .      .       .     .       .      .       .     .   .      .
王县长@县政府              .      .     .      .    .      .       .     .       .      .       .     .   .      .
"""
#: Taking in: a matter of 发展改革委, the building permit of 住建局, and that of 住建局 in the hands of 发展改革委.
RECEIPTS: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
NM-001                     x      x     x      x    .      .       .     .       .      .       .     .   x      x
NM-025                     .      .     .      .    x      x       x     .       .      .       .     .   x      x
"""
#: What else is done in somebody's name.
OTHERS: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
strike-off                 x      x     .      x    .      .       .     .       x      .       .     .   .      .
freeze                     .      .     .      .    .      .       .     .       x      .       .     .   .      .
freeze as 王县长@县政府    .      .     .      .    .      .       .     .       .      .       .     .   .      .
"""
#: A complaint that 发展改革委 has to answer and that `system` brought in; 404: to others there is none.
COMPLAINTS: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
read                       x      x     x      x    x      x       x     x       x      x       x     x   x      404
dispatch                   .      .     .      .    .      .       .     x       x      .       .     .   x      404
sign                       x      x     x      x    .      .       .     .       .      .       .     .   x      404
answer                     x      x     x      x    .      .       .     .       .      .       .     .   x      404
revisit                    .      .     .      .    .      .       .     x       x      .       .     .   x      404
close                      .      .     .      .    .      .       .     x       x      .       .     .   x      404
give-back                  x      x     x      x    .      .       .     .       .      .       .     .   x      404
person                     .      .     .      .    .      .       .     .       x      .       .     .   .      .
"""
#: A letter to 发展改革委, written by the supervisor.
LETTERS: Final = """
                           holder clerk window head clerk' window' head' hotline leader steward admin ops system system'
sign                       x      x     x      x    .      .       .     .       x      .       .     .   .      .
answer                     x      x     x      x    .      .       .     .       x      .       .     .   .      .
close                      .      .     .      .    .      .       .     .       x      .       .     .   .      .
issue                      .      .     .      .    .      .       .     .       x      .       .     .   .      .
"""


def cells(table: str) -> dict[tuple[str, str], str]:
    """(row, caller) -> its mark."""
    head, *rows = table.strip("\n").splitlines()
    callers = head.split()
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        *words, marks = row.rsplit(maxsplit=len(callers))[0], row.split()[-len(callers) :]
        found |= {(" ".join(words), caller): mark for caller, mark in zip(callers, marks, strict=True)}
    return found


@dataclass
class House:
    """The authority with everybody in it, and what the tables speak of."""

    authority: Authority
    tokens: dict[str, str]

    def client(self, caller: str) -> httpx.AsyncClient:
        return self.authority.client(None, Authorization=f"Bearer {self.tokens[caller]}", **{"Accept-Language": "en"})

    async def post(self, caller: str, path: str, body: dict[str, Any]) -> httpx.Response:
        async with self.client(caller) as client:
            return await client.post(path, json=body)

    def recorded(self) -> int:
        """How much was ever said by anybody: what is refused adds nothing."""
        return sum(len(said(desk)) for desk in self.authority.services.desks.values())

    async def mark(self, caller: str, path: str, body: dict[str, Any]) -> str:
        """What became of an order: `x` it may, whatever the state says; `.` it may not; else the status."""
        before = self.recorded()
        answer = await self.post(caller, path, body)
        if answer.status_code in (403, 404):
            assert self.recorded() == before, "a refusal leaves no trace"
            told = answer.json().get("problems", [])
            assert len(told) <= 1, "one sentence, and nothing of what else is wrong"
        return {403: ".", 404: "404", 200: "x", 201: "x", 409: "x"}.get(answer.status_code, str(answer.status_code))

    async def a_case(self, caller: str, matter: str = "NM-001", handler: dict[str, str] = WANG) -> str:
        body = a_case(
            matter_code=matter, handler=handler, received_at=None, actor=handler if "system" in caller else None
        )
        answer = await self.post(caller, "/v1/cases", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_no"])


@pytest.fixture
async def house(authority: Authority) -> House:
    made = House(authority, {name: authority.gateway.tokens.issue(*holder)[1] for name, holder in CALLERS.items()})
    name_people(authority.services.desks["intake"], WANG, ZHOU, {"name": "李四", "department": "发展改革委"})
    assert (await made.post("window", "/v1/projects", a_project())).status_code == 201
    return made


_ENDED: Final = {
    "reason": "依法应当终止",
    "remedies": "六十日内申请行政复议",
    "document_no": "林发改撤〔2026〕1号",
    "document_on": "2026-09-01",
}
#: What each step needs besides its word.
_NEEDS: Final[dict[str, dict[str, Any]]] = {
    "request-correction": {"defects": [a_defect()]},
    "refuse": {"reason": "不符合规划", "remedies": "六十日内申请行政复议"},
    "not-required": {"reason": "不需要许可"},
    "refuse-acceptance": {"reason": "不属本机关职权范围"},
    "return": {"reason": "材料不符"},
    "give-up": {"reason": "逾期未补正"},
    "begin-procedure": {
        "ground": "hearing",
        "planned": {"amount": 10},
        "document_no": "林发改听告〔2026〕3号",
        "document_on": "2026-09-01",
    },
    "name-completion": {"complete_by": "2026-09-30"},
    "extend": {
        "reason": "案情复杂",
        "longer_by": {"amount": 10},
        "document_no": "林发改延〔2026〕1号",
        "document_on": "2026-09-01",
    },
    "handle-jointly": {
        "departments": ["自然资源局"],
        "document_no": "林政办函〔2026〕8号",
        "document_on": "2026-09-01",
    },
    "change-limit": {"limit": {"amount": 15}, "reason": "收件时填错"},
    "end-with-project": {"reason": "项目已移除"},
    "hand-over": {"new_handler": WANG},
    "end-procedure": {"document_no": "林发改听〔2026〕3号", "document_on": "2026-09-01"},
    "accept-with-deficiencies": {"missing": [{"material": "营业执照", "due_on": "2026-09-28"}]},
    "supply-material": {"material": "营业执照"},
    "grant-on-commitment": {"document_no": "承诺书〔2026〕7号", "document_on": "2026-09-01"},
    "check-commitment": {"passed": True, "document_no": "核查〔2026〕2号"},
    "record-breach": {"reason": "未按期补齐", "document_no": "失信〔2026〕1号"},
    "revoke": _ENDED | {"because": "deception"},
    "withdraw-permit": _ENDED | {"because": "law-changed"},
    "cancel-permit": {"reason": "有效期届满", "because": "expired", "document_no": "注销〔2026〕1号"},
    "reassign": {"new_handler": WANG},
    "note": {"note": "已电话联系"},
}


def test_the_tables_leave_out_no_step_and_no_role() -> None:
    assert {row for row, _ in cells(STEPS)} == {step.value for step in StepKind}
    assert {row for row, _ in cells(COMPLAINTS)} == {step.value for step in ComplaintStepKind} | {"read", "person"}
    assert {row for row, _ in cells(LETTERS)} == {step.value for step in InstructionStepKind} | {"issue"}
    assert {role for role, *_ in CALLERS.values()} == set(Role)
    for table in (STEPS, NAMED, RECEIPTS, OTHERS, COMPLAINTS, LETTERS):
        assert {caller for _, caller in cells(table)} == set(CALLERS)


@pytest.mark.parametrize("by_number", [False, True], ids=["by word", "by number"])
async def test_steps_of_a_case(house: House, by_number: bool) -> None:
    case_no = await house.a_case("system")
    numbers = {step.value: n for n, step in _NUMBERED.items()}
    found = {}
    # whoever may comes last: what he changes bars nobody from being told that he may not
    for (step, caller), mark in sorted(cells(STEPS).items(), key=lambda one: one[1]):
        if by_number and step not in numbers:
            found[step, caller] = mark
            continue
        word = {"blzt": numbers[step]} if by_number else {"step": step}
        body = word | _NEEDS.get(step, {}) | ({"actor": WANG} if "system" in caller else {})
        found[step, caller] = await house.mark(caller, f"/v1/cases/{case_no}/steps", body)
    assert found == cells(STEPS)


#: Without 14, which means another step once a permit is out.
_NUMBERED: Final = {
    2: StepKind.WITHDRAW_BEFORE_ACCEPTANCE,
    3: StepKind.ACCEPT,
    4: StepKind.NOT_REQUIRED,
    5: StepKind.REFUSE_ACCEPTANCE,
    6: StepKind.REQUEST_CORRECTION,
    7: StepKind.COMPLETE_CORRECTION,
    8: StepKind.BEGIN_REVIEW,
    9: StepKind.BEGIN_PROCEDURE,
    10: StepKind.END_PROCEDURE,
    11: StepKind.GRANT,
    12: StepKind.GRANT_WITH_DEFICIENCIES,
    13: StepKind.REFUSE,
    15: StepKind.REVOKE,
}


@pytest.mark.parametrize("step", ["accept", "grant", "refuse", "note", "reassign", "forward", "return"])
async def test_steps_in_a_name(house: House, step: str) -> None:
    case_no, found = await house.a_case("system"), {}
    for (name, caller), _ in sorted(cells(NAMED).items(), key=lambda one: one[1]):
        actor = dict(zip(("name", "department"), name.split("@"), strict=True))
        body = {"step": step, "actor": actor} | _NEEDS.get(step, {})
        found[name, caller] = await house.mark(caller, f"/v1/cases/{case_no}/steps", body)
    assert found == cells(NAMED)


async def test_receipts(house: House) -> None:
    found = {}
    for (matter, caller), _ in cells(RECEIPTS).items():
        holder = WANG if matter == "NM-001" else ZHOU
        own = {"actor": holder} if "system" in caller else {}
        body = a_case(matter_code=matter, handler=holder, received_at=None) | own
        found[matter, caller] = await house.mark(caller, "/v1/cases", body)
    assert found == cells(RECEIPTS)


async def test_striking_off_and_freezing(house: House) -> None:
    finished = await house.a_case("window")
    answer = await house.post("holder", f"/v1/cases/{finished}/steps", {"step": "not-required", "reason": "不需要许可"})
    assert answer.status_code == 200
    house.authority.clock.move(days=40)
    orders: dict[str, tuple[str, dict[str, Any]]] = {
        "strike-off": (f"/v1/lines/{finished}/strike-off", {"evidence": "送达回证〔2026〕1号"}),
        "freeze": ("/v1/figures/snapshots", {"month": "2026-09"}),
        "freeze as 王县长@县政府": (
            "/v1/figures/snapshots",
            {"month": "2026-09", "actor": {"name": "王县长", "department": "县政府"}},
        ),
    }
    found = {}
    for (way, caller), _ in sorted(cells(OTHERS).items(), key=lambda one: one[1]):
        found[way, caller] = await house.mark(caller, *orders[way])
    assert found == cells(OTHERS)


async def test_complaints(house: House) -> None:
    named = {"actor": {"name": "吴静", "department": "12345热线"}}
    said = {"kind": "delay", "text": "一直没有答复", "place": "林西", "project_code": a_project_code(1)}
    said |= {"department": "发展改革委", "complainant_name": "赵六六"}
    number = (await house.post("system", "/v1/complaints", said | named)).json()["complaint_no"]
    needs: dict[str, dict[str, Any]] = {
        "dispatch": {"department": "发展改革委"},
        "answer": {"text": "已答复", "upheld": True},
        "revisit": {"satisfied": True},
        "give-back": {"text": "不属本机关"},
    }
    found = {}
    for (what, caller), _ in sorted(cells(COMPLAINTS).items(), key=lambda one: one[1]):
        path = f"/v1/complaints/{number}"
        if what == "read":
            async with house.client(caller) as client:
                found[what, caller] = {200: "x", 404: "404"}[(await client.get(path)).status_code]
            continue
        body: dict[str, Any] = {"purpose": "电话回访核实"} if what == "person" else {"step": what} | needs.get(what, {})
        if "system" in caller:
            body["actor"] = WANG if what in ("sign", "answer", "give-back") else named["actor"]
        mark = await house.mark(caller, f"{path}/person" if what == "person" else f"{path}/steps", body)
        found[what, caller] = "x" if mark == "422" else mark  # out of turn is answered so
    assert found == cells(COMPLAINTS)


async def test_letters(house: House) -> None:
    letter = {"kind": "reminder-letter", "department": "发展改革委", "title": "提醒", "text": "请办理"}
    number = (await house.post("leader", "/v1/instructions", letter)).json()["instruction_no"]
    found = {}
    for (what, caller), _ in sorted(cells(LETTERS).items(), key=lambda one: one[1]):
        path = "/v1/instructions" if what == "issue" else f"/v1/instructions/{number}/steps"
        mark = await house.mark(caller, path, letter if what == "issue" else {"step": what, "text": "已办"})
        found[what, caller] = "x" if mark == "422" else mark
    assert found == cells(LETTERS)


async def test_a_line_that_grants_reaches_no_case_of_the_desk(house: House) -> None:
    case_no = await house.a_case("window")
    async with house.client("holder") as client:
        received_at = (await client.get(f"/v1/cases/{case_no}")).json()["received_at"]
    granted = [{"step": word, "occurred_at": received_at, "actor": WANG} for word in ("accept", "grant")]
    line = {
        "project_code": a_project_code(1), "project_name": "风电项目1期", "owner_name": "赤峰新能源有限公司",
        "matter": "NM-001", "handler": WANG, "received_at": received_at, "steps": granted,
    }  # fmt: skip
    for caller in CALLERS:
        answer = await house.post(caller, "/v1/imports/cases", {"entries": [line]})
        if answer.status_code == 200:
            (told,) = answer.json()["results"]
            assert told["outcome"] == "refused", caller
        else:
            assert answer.status_code == 403, caller
    async with house.client("holder") as client:
        assert (await client.get(f"/v1/cases/{case_no}")).json()["state"] == "received"


async def test_a_system_finds_nothing_else_under_the_number_of_a_complaint(house: House) -> None:
    said = {"kind": "delay", "text": "一直没有答复", "place": "林西", "project_code": a_project_code(1)}
    number = (await house.post("hotline", "/v1/complaints", said)).json()["complaint_no"]
    nobodys = number[:-1] + "9"
    async with house.client("system") as client:
        for path in (
            "/v1/complaints/{}",
            *(f"/v1/cases/{{}}{part}" for part in ("", "/timeline", "/clocks", "/proof", "/explain")),
        ):
            there, nowhere = [await client.get(path.format(one)) for one in (number, nobodys)]
            assert (there.status_code, nowhere.status_code) == (404, 404), path
            assert there.json()["title"] == nowhere.json()["title"]
            assert there.json()["detail"] == nowhere.json()["detail"]
