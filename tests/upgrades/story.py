"""The story that each sample tells: four weeks of a banner and its city, with something of everything they can do.

Cases are told apart by what became of them. It is played through the real API on real stores, over the real link; only
the time is given. A version that can do more than the last one adds to it; what is told here stays.
"""

from typing import Any

from services.contracts.vocabulary import Role
from services.ledger.link import pages
from tests.builders import LI, WANG, a_credit_code, a_defect, a_project, a_project_code, a_step, an_entry
from tests.unit.subtree.seats import BANNER, CITY, Seats

#: Decided by the city; every other case of the story is decided by the banner.
FORWARDED = "NM-007"
SUN = {"name": "孙七", "department": "12345热线"}
ONE_KEY = {"Idempotency-Key": "sent-once-and-once-more"}
#: What becomes of each case that is received on the first day, in order of its steps; days are counted from then on.
COURSES: dict[str, dict[int, tuple[str, ...]]] = {
    "deemed-accepted": {},
    "correction-requested": {1: ("request-correction",)},
    "withdrawn-before-acceptance": {1: ("withdraw-before-acceptance",)},
    "not-required": {1: ("not-required",)},
    "acceptance-refused": {1: ("refuse-acceptance",)},
    "under-review": {1: ("accept",), 2: ("reassign", "begin-review")},
    "granted": {1: ("accept",), 2: ("begin-review",), 5: ("grant",)},
    "delivered": {1: ("accept",), 2: ("begin-review", "grant"), 5: ("deliver",)},
    "struck-off": {1: ("accept", "begin-review"), 2: ("grant",), 5: ("deliver",)},
    "refused": {1: ("accept",), 2: ("begin-review",), 6: ("refuse",)},
    "withdrawn": {1: ("accept", "note"), 6: ("withdraw",)},
    "red": {1: ("accept",)},
    "decided-above": {1: ("forward",)},
    "returned": {1: ("forward",)},
    "held-above": {1: ("forward",)},
    "asked-back": {1: ("forward",), 6: ("ask-withdrawal",)},
}
_ABOVE = ("decided-above", "returned", "held-above", "asked-back")
_PROMISED = {"red": 3}


class Story:
    """Who has done what so far; `cases` and `numbers` are how the rest of the sample calls them."""

    def __init__(self, seats: Seats) -> None:
        self.seats = seats
        self.cases = dict[str, str]()
        self.complaints = dict[str, str]()
        self.instructions = dict[str, str]()
        self._people = dict[tuple[str, Role, str], str]()

    # --- what people do ---------------------------------------------------------------------------------------------

    async def say(self, path: str, role: Role = Role.HANDLER, at: str = BANNER, **body: Any) -> dict[str, Any]:
        """Somebody sends this; it must be taken, and what follows from it arrives at the other level as well."""
        answer = await self._send(path, role, at, {}, body)
        self.seats.carry()
        return answer

    async def _send(
        self, path: str, role: Role, at: str, headers: dict[str, str], body: dict[str, Any]
    ) -> dict[str, Any]:
        async with self.seats[at].client(role, **headers) as client:
            answer = await client.post(path, json=body)
        assert answer.is_success, f"{path} {body}: {answer.text}"
        return dict(answer.json())

    async def by_the_department(
        self,
        path: str,
        role: Role,
        department: str,
        at: str = BANNER,
        *,
        key: dict[str, str] | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """王芳 of that department sends this: whose case it is takes its steps."""
        known = (at, role, department)
        if known not in self._people:
            self._people[known] = self.seats[at].gateway.tokens.issue(role, WANG["name"], department)[1]
        headers = {"Authorization": f"Bearer {self._people[known]}"}
        async with self.seats[at].client(None, **headers) as client:
            answer = await client.post(path, json=body)
        assert answer.is_success, f"{path} {body}: {answer.text}"
        return dict(answer.json())

    async def look(self, path: str, at: str = BANNER) -> dict[str, Any]:
        """What is there, as a supervisor sees it."""
        async with self.seats[at].client(Role.SUPERVISOR) as client:
            answer = await client.get(path)
        assert answer.is_success, f"{path}: {answer.text}"
        return dict(answer.json())

    async def receive(self, name: str, project: int = 1, headers: dict[str, str] | None = None, **more: Any) -> str:
        """An application comes in at the banner's window; the case is called so from now on."""
        matter = FORWARDED if name in (*_ABOVE, "forwarded") else "NM-001"
        department = next(
            str(one["department"]) for one in (await self.look("/v1/matters"))["items"] if one["code"] == matter
        )
        person = WANG | {"department": department}
        body = {"project_code": a_project_code(project), "matter_code": matter, "handler": person} | more
        if name in _PROMISED:
            body |= {"promised": {"amount": _PROMISED[name], "unit": "working_days"}}
        if headers:  # by the one token whose key it is, also in another version
            taken = await self._send("/v1/cases", Role.WINDOW, BANNER, headers, body)
        else:
            again: dict[str, Any] = {"again_because": "分期建设，另行申请"}
            taken = await self.by_the_department("/v1/cases", Role.WINDOW, department, **body, **again)
        self.cases[name] = str(taken["case_no"])
        return self.cases[name]

    async def step(self, name: str, word: str, at: str = BANNER, **more: Any) -> None:
        """The next step of a case."""
        case_no = self.cases[name]
        body = {"step": word} | {k: v for k, v in a_step(case_no, word).items() if k not in ("case_no", "actor")} | more
        department = str((await self.look(f"/v1/cases/{case_no}", at))["department"])
        await self.by_the_department(f"/v1/cases/{case_no}/steps", Role.HANDLER, department, at, **body)
        self.seats.carry()

    async def complain(self, name: str, steps: int, at: str = BANNER, **more: Any) -> str:
        """A complaint comes in and takes so many steps."""
        body = {
            "kind": "delay", "text": "一直没有答复，材料交了三次", "place": "林西县政务服务中心", "actor": SUN,
            "complainant_name": "赵六六", "complainant_phone": "13812345678",
        } | more  # fmt: skip
        number = str((await self.say("/v1/complaints", Role.PARTNER, at, **body))["complaint_no"])
        self.complaints[name] = number
        order: list[dict[str, Any]] = [
            {"step": "dispatch", "department": "发展改革委"}, {"step": "sign"},
            {"step": "answer", "text": "已告知办理进度", "upheld": True}, {"step": "revisit", "satisfied": True},
            {"step": "close"},
        ]  # fmt: skip
        for body in order[:steps]:
            path = f"/v1/complaints/{number}/steps"
            if body["step"] in ("sign", "answer"):
                await self.by_the_department(path, Role.HANDLER, "发展改革委", at, **body)
            else:
                await self.say(path, Role.SUPERVISOR, at, **body)
        return number

    async def write(self, name: str, steps: int, at: str = BANNER, **more: Any) -> str:
        """A letter or task is issued and takes so many steps."""
        body = {
            "kind": "supervision-letter", "department": "发展改革委", "title": "关于风电项目核准逾期的督办函",
            "text": "请书面答复办理情况。", "about": [self.cases["red"], "NM-001"],
        } | more  # fmt: skip
        number = str((await self.say("/v1/instructions", Role.SUPERVISOR, at, **body))["instruction_no"])
        self.instructions[name] = number
        order: list[tuple[Role, dict[str, Any]]] = [
            (Role.HANDLER, {"step": "sign"}), (Role.HANDLER, {"step": "answer", "text": "已办结"}),
            (Role.SUPERVISOR, {"step": "close"}),
        ]  # fmt: skip
        for role, one in order[:steps]:
            await self.say(f"/v1/instructions/{number}/steps", role, at if role is Role.SUPERVISOR else BANNER, **one)
        return number

    # --- what happens -----------------------------------------------------------------------------------------------

    async def play(self) -> None:
        """All of it, from Wednesday 2026-09-16 to Monday 2026-10-12; the last hour has not reached the city yet."""
        await self._the_first_day()
        for day in range(1, 8):
            self.seats.pass_time(days=1)
            for name, course in COURSES.items():
                for word in course.get(day, ()):
                    await self.step(name, word)
            if day == 1:
                await self._the_city_takes_over()
                await self._two_notices()
            elif day == 2:
                await self._complaints()
            elif day == 5:
                await self._rules_from_above_and_here()
            elif day == 6:
                await self._letters()
        await self._the_month_ends()
        await self._the_last_days()
        await self._the_last_hour()

    async def _the_first_day(self) -> None:
        for n in range(1, 4):
            await self.say("/v1/projects", Role.WINDOW, **a_project(n, credit_code=a_credit_code(n)))
        await self.say("/v1/projects", Role.WINDOW, **a_project(4, library="reserve", owner_name="林西县城投公司"))
        moved = {"library": "removed", "reason": "资金未落实", "look_back_on": "2027-03-01"}
        await self.say(f"/v1/projects/{a_project_code(3)}/move", Role.SUPERVISOR, **moved)
        for name in COURSES:
            await self.receive(name)
        await self.receive("asked-twice", 2, ONE_KEY, external_no="工改-2026-0917")
        self.seats.carry()

    async def _the_city_takes_over(self) -> None:
        cases = (await self.look("/v1/cases?limit=200", CITY))["items"]
        above = {one["forwarded_from"]: one["case_no"] for one in cases}
        for name in _ABOVE:
            self.cases[f"{name}/city"] = above[self.cases[name]]
        await self.step("decided-above/city", "accept", CITY)
        await self.step("decided-above/city", "grant", CITY)
        await self.step("returned/city", "return", CITY, reason="材料不全，请补充勘测定界图")
        await self.step("held-above/city", "accept", CITY)

    async def _two_notices(self) -> None:
        """The second one names what could be seen from the beginning."""
        await self.step("asked-twice", "request-correction")
        await self.step("asked-twice", "complete-correction")
        await self.step("asked-twice", "request-correction", defects=[a_defect("用地预审意见", old=True)])

    async def _complaints(self) -> None:
        for steps, name in enumerate(("registered", "dispatched", "signed", "answered", "revisited", "closed")):
            await self.complain(name, steps, project_code=a_project_code())
        await self.complain("no-case", 1, project_name="从未登记的光伏项目", kind="blocked")
        purpose = {"purpose": "回访核实办理结果"}
        await self.say(f"/v1/complaints/{self.complaints['closed']}/person", Role.SUPERVISOR, **purpose)
        sent = await self.complain("sent-down", 0, CITY, project_code=a_project_code())
        down = {"step": "dispatch", "authority": BANNER}
        await self.say(f"/v1/complaints/{sent}/steps", Role.SUPERVISOR, CITY, **down)

    async def _rules_from_above_and_here(self) -> None:
        for at, day, notice in (
            (CITY, "2026-09-28", "赤政办发〔2026〕45号"),
            (BANNER, "2026-09-29", "林政办发〔2026〕12号"),
        ):
            off = {"days": {day: "holiday"}, "notice": notice}
            draft = await self.say("/v1/calendar/drafts", Role.ADMIN, at, **off)
            await self.say(f"/v1/calendar/drafts/{draft['draft_no']}/release", Role.SUPERVISOR, at)
        shorter = {"rule": "complaint_revisit", "limit": {"amount": 2, "unit": "working_days"}}
        rules: dict[str, Any] = {"rules": [shorter], "in_force_from": "2026-09-22", "basis": "赤政办发〔2026〕46号"}
        await self.say("/v1/rules", Role.SUPERVISOR, CITY, **rules)
        matters = (await self.look("/v1/matters", CITY))["items"]
        one = next(dict(matter) for matter in matters if matter["code"] == "NM-001")
        one |= {"matter_name": one.pop("name"), "promised": {"amount": 15, "unit": "working_days"}}
        await self.say("/v1/matters", Role.SUPERVISOR, CITY, **one)
        listed = {"adopt_by": "2026-12-31", "note": "赤峰市行政许可事项清单（2026年版）"}
        await self.say("/v1/catalogue/publications", Role.SUPERVISOR, CITY, **listed)

    async def _letters(self) -> None:
        await self.write("issued", 0)
        await self.write("answered", 2)
        await self.write("closed", 3)
        await self.write("from-above", 1, CITY, to=BANNER)
        await self.write("task", 0, kind="task-slip", title="交办核准事项", reply_working_days=10)

    async def _the_month_ends(self) -> None:
        """The struck-off line leaves the list, old lines are taken over from a workbook, September is frozen."""
        case_no = self.cases["struck-off"]
        await self.say(f"/v1/lines/{case_no}/strike-off", Role.SUPERVISOR, evidence="送达回证〔2026〕1号")
        entries = [an_entry(n, external_no=f"旧台账-{n}") for n in (5, 6)]
        await self.say("/v1/imports/cases", Role.SUPERVISOR, entries=entries)
        for _ in range(15):
            self.seats.pass_time(days=1)
        # by now every department has had its days to state its view
        findings = (await self.look("/v1/findings"))["items"]
        for confirmed, one in zip((True, False), findings, strict=False):
            settled: dict[str, Any] = {"confirmed": confirmed, "reason": "查阅卷宗"}
            await self.say(f"/v1/findings/{one['finding_no']}/settle", Role.SUPERVISOR, **settled)
        await self.say("/v1/figures/snapshots", Role.SUPERVISOR, month="2026-09")

    async def _the_last_days(self) -> None:
        """Thursday and Friday after the holidays, and the Saturday on which they are made up for."""
        three = {"amount": 3, "unit": "working_days"}
        await self.receive("yellow", promised=three)
        await self.receive("late-entry", received_at="2026-09-25T09:00:00+08:00")
        self.seats.pass_time(days=1)
        await self.step("yellow", "accept")
        await self.receive("correction-completed")
        await self.step("correction-completed", "request-correction")
        await self.receive("accepted", handler=LI)
        await self.receive("forwarded")
        self.seats.pass_time(days=1)
        await self.step("accepted", "accept")
        self.seats.pass_time(days=2)
        await self.step("correction-completed", "complete-correction")

    async def _the_last_hour(self) -> None:
        """What the banner has recorded and signed, and the city has not heard of yet."""
        await self.receive("received")
        case_no = self.cases["forwarded"]
        department = str((await self.look(f"/v1/cases/{case_no}"))["department"])
        await self.by_the_department(f"/v1/cases/{case_no}/steps", Role.HANDLER, department, step="forward")
        for code in (CITY, BANNER):
            self.seats.act(code, lambda office, code=code: pages.cut(office, self.seats.key(code)))  # type: ignore[misc]
