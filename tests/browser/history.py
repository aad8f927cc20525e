"""What has happened in the authority that the browser tests look at: an autumn of cases, some late."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.contracts.actors import Caller
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import HandClock
from services.plumbing.fakes import InProcess
from tests.builders import a_credit_code, a_defect, a_project_code

#: A Friday morning; the notice for the next year is not out.
TODAY = datetime(2026, 11, 20, 10, 20, tzinfo=ZONE)
BEGIN = datetime(2026, 8, 31, 8, 30, tzinfo=ZONE)

PROJECTS = (
    ("林西县统部镇10万千瓦风电项目", "林西绿源新能源有限公司"),
    ("林西工业园区污水处理厂扩建工程", "林西县城市建设投资有限公司"),
    ("十二吐乡肉牛养殖基地建设项目", "赤峰牧丰农业发展有限公司"),
    ("林西县人民医院传染病区综合楼", "林西县人民医院"),
    ("大井镇萤石矿绿色矿山改造项目", "林西金源矿业有限公司"),
    ("林西县城南热源厂二期工程", "林西暖城热力有限公司"),
    ("新林镇高标准农田水源工程", "林西县水利建设服务中心"),
    ("林西县冷链物流园一期项目", "赤峰恒通物流有限公司"),
)

#: Matter -> who holds its cases.
HANDLERS = {
    "NM-001": ("王芳", "发展改革委"),
    "NM-010": ("陈刚", "发展改革委"),
    "NM-006": ("刘洋", "自然资源局"),
    "NM-009": ("刘洋", "自然资源局"),
    "NM-012": ("赵敏", "生态环境分局"),
    "NM-011": ("赵敏", "生态环境分局"),
    "NM-018": ("孙磊", "水利局"),
    "NM-015": ("孙磊", "水利局"),
    "NM-022": ("包力", "林草局"),
    "NM-025": ("周婷", "住建局"),
    "NM-026": ("周婷", "住建局"),
    "NM-034": ("高峰", "交通运输局"),
}

#: project, matter, received, then (day, step) in the office's words.
CASES: tuple[tuple[int, str, str, tuple[tuple[str, str], ...]], ...] = (
    (1, "NM-001", "2026-09-01", (("2026-09-03", "accept"), ("2026-09-04", "begin-review"))),
    (1, "NM-006", "2026-09-02", (("2026-09-07", "accept"),)),
    (1, "NM-012", "2026-10-09", (("2026-10-12", "accept"), ("2026-10-20", "begin-review"))),
    (1, "NM-018", "2026-09-21",
     (("2026-09-24", "request-correction"), ("2026-10-12", "complete-correction"), ("2026-10-14", "accept"))),
    (1, "NM-022", "2026-11-10", (("2026-11-12", "accept"),)),
    (2, "NM-009", "2026-10-26", (("2026-10-29", "accept"),)),
    (2, "NM-011", "2026-11-02", (("2026-11-05", "accept"),)),
    (2, "NM-015", "2026-11-16", ()),
    (2, "NM-025", "2026-11-09", (("2026-11-11", "accept"),)),
    (2, "NM-026", "2026-10-30", (("2026-11-03", "accept"),)),
    (3, "NM-006", "2026-10-19", (("2026-10-22", "accept"), ("2026-11-05", "grant"))),
    (3, "NM-012", "2026-11-13", ()),
    (3, "NM-018", "2026-11-04", (("2026-11-09", "accept"),)),
    (3, "NM-015", "2026-09-09", (("2026-09-14", "accept"), ("2026-10-16", "refuse"))),
    (4, "NM-010", "2026-10-21", (("2026-10-23", "accept"),)),
    (4, "NM-009", "2026-11-17", (("2026-11-19", "accept"),)),
    (4, "NM-026", "2026-11-11", ()),
    (4, "NM-025", "2026-10-12", (("2026-10-14", "accept"), ("2026-10-20", "grant"), ("2026-10-27", "deliver"))),
    (5, "NM-011", "2026-10-13", (("2026-10-16", "request-correction"),)),
    (5, "NM-018", "2026-11-18", ()),
    (5, "NM-022", "2026-10-08", (("2026-10-12", "accept"),)),
    (5, "NM-006", "2026-11-06", (("2026-11-10", "accept"),)),
    (6, "NM-001", "2026-11-12", (("2026-11-16", "accept"),)),
    (6, "NM-012", "2026-10-28", (("2026-10-30", "accept"),)),
    (6, "NM-026", "2026-11-18", ()),
    (6, "NM-034", "2026-11-03", (("2026-11-05", "accept"),)),
    (7, "NM-015", "2026-10-14", (("2026-10-19", "accept"),)),
    (7, "NM-006", "2026-11-19", ()),
    (7, "NM-034", "2026-10-22", (("2026-10-26", "accept"),)),
    (8, "NM-001", "2026-11-05", (("2026-11-09", "accept"),)),
    (8, "NM-009", "2026-10-15", (("2026-10-20", "accept"), ("2026-11-12", "grant"))),
    (8, "NM-025", "2026-11-13", ()),
)  # fmt: skip

#: Both matters of which corrections are asked for have this in their lists.
DEFECTS = (
    a_defect("审批申请文件", problem="缺少专家签字页", advice="补充三名专家签字的评审意见后一并提交"),
    a_defect(
        "审批申请文件（附图）", problem="未附自然资源局意见", advice="到政务大厅自然资源窗口办理，或线上申请部门协查"
    ),
    a_defect("审批申请文件复印件", problem="复印件未加盖公章", advice="加盖单位公章"),
)


@dataclass
class History:
    """Plays the office through its days, with the numbers it gave."""

    services: InProcess
    clock: HandClock
    #: (project, matter) -> number of the case.
    cases: dict[tuple[int, str], str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    async def order(self, service: str, command: str, data: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """Give a command that must succeed; its answer."""
        reply = await self.services.command(service, command, str(uuid4()), data, caller)
        assert reply["status"] == 200, reply
        body: dict[str, Any] = reply["body"]
        return body

    def at(self, day: str, hour: int = 10, minute: int = 0) -> None:
        """It is that day; the time between passes as in a running authority."""
        self.clock.at = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+08:00")
        self.services.tick()

    async def holder(self, matter: str) -> tuple[str, str]:
        """Who holds cases of a matter, in the department that it has at this level."""
        found = (await self.services.ask("intake", "matters", {}))["body"]["items"]
        return HANDLERS[matter][0], next(str(one["department"]) for one in found if one["code"] == matter)

    async def receive(self, project: int, matter: str) -> str:
        """A case comes in now."""
        name, department = await self.holder(matter)
        data = {
            "project_code": a_project_code(project),
            "matter_code": matter,
            "handler": {"name": name, "department": department},
            "received_at": self.clock.at.isoformat(),
        }
        answer = await self.order("intake", "receive-case", data, Caller("t", "window", name, department))
        self.cases[project, matter] = str(answer["case_no"])
        return self.cases[project, matter]

    async def step(self, project: int, matter: str, step: str, **more: Any) -> None:
        """A step of a case is taken now."""
        name, department = await self.holder(matter)
        data: dict[str, Any] = {
            "case_no": self.cases[project, matter],
            "step": step,
            "occurred_at": self.clock.at.isoformat(),
        }
        if step == "request-correction":
            data |= {"defects": list(DEFECTS), "document_no": "林水补〔2026〕17号"}
        if step == "refuse":
            data |= {
                "reason": "取水量超出用水总量控制指标",
                "remedies": "六十日内可申请行政复议，六个月内可提起行政诉讼",
            }
        if step == "grant":
            data |= {"document_no": "林审〔2026〕203号"}
        await self.order("intake", "take-step", data | more, Caller("t", "handler", name, department))

    async def complain(self, **data: Any) -> str:
        """Somebody outside says something."""
        answer = await self.order(
            "complaints",
            "register-complaint",
            {"place": "林西县政务服务中心", **data},
            Caller("t", "partner", "孙七", "12345热线"),
        )
        self.complaints.append(str(answer["complaint_no"]))
        return self.complaints[-1]

    async def name_people(self) -> None:
        """One department has named its people; the others take any name of theirs."""
        admin = Caller("t", "admin", "吴强", "政务服务局")
        for name, duties in (("周婷", ["handler"]), ("马明", ["handler"]), ("陈刚", ["head"])):
            order = {"department": "住建局", "officer": name, "duties": duties}
            await self.order("intake", "appoint-officer", order, admin)

    async def play(self) -> None:
        """Everything up to TODAY."""
        partner = Caller("t", "supervisor", "李四", "政务服务局")
        for number, (name, owner) in enumerate(PROJECTS, start=1):
            await self.order(
                "intake",
                "register-project",
                {
                    "project_code": a_project_code(number),
                    "project_name": name,
                    "owner_name": owner,
                    "credit_code": a_credit_code(number),
                },
                partner,
            )
        await self.name_people()
        happened: list[tuple[str, int, int, str, str]] = []
        for number, (project, matter, received, steps) in enumerate(CASES):
            happened.append((received, number, project, matter, "receive"))
            happened += [(day, number, project, matter, step) for day, step in steps]
        for day, number, project, matter, step in sorted(happened, key=lambda one: (one[0], one[1])):
            self.at(day, 9 + number % 8, (number * 7) % 60)
            await (self.receive(project, matter) if step == "receive" else self.step(project, matter, step))
        self.at("2026-11-18", 15)
        await self.complain(
            kind="delay", text="水土保持方案交上去一个多月了，问就是让等。", work_order_no="CF20261118000123",
            project_code=a_project_code(1), matter="NM-018", complainant_name="赵六", complainant_phone="13800000000",
        )  # fmt: skip
        self.at("2026-11-19", 9)
        await self.complain(
            kind="blocked", text="窗口说先别交，等领导看过再收件。", work_order_no="CF20261119000007",
            project_code=a_project_code(8), matter="NM-022", complainant_name="钱二", complainant_phone="13900000000",
        )  # fmt: skip
        self.at("2026-11-20", 9, 30)
        # worked on paper and keyed in afterwards
        await self.step(6, "NM-026", "accept", occurred_at="2026-11-18T17:00:00+08:00")
        self.at("2026-11-20", 10, 20)
