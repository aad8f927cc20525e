"""Story of one case while it is told: its receipt, its steps, each on a working day in office hours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final

from sample.days import OfficeHours
from services.contracts.matters import CatalogueMatter

_PROBLEMS: Final = (
    ("缺少单位公章", "加盖建设单位公章后重新提交"),
    ("版本不是最新批复版本", "按最新批复修改后重新提交"),
    ("附图比例尺不符合要求", "按一比五百比例尺补充附图"),
    ("缺少法定代表人签字", "由法定代表人签字后重新提交"),
    ("引用的标准已经废止", "按现行标准修订有关章节"),
)


@dataclass
class Story:
    """One case while it is told."""

    matter: CatalogueMatter
    person: dict[str, str]
    chance: Random
    hours: OfficeHours
    #: What its documents are numbered after, such as 林.
    mark: str
    received: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    channel: str = "import"
    delivered: date | None = None

    def receive(self, day: date) -> "Story":
        self.received = self.hours.at(day)
        return self

    def step(self, word: str, day: date, **facts: Any) -> "Story":
        self.steps.append({"step": word, "occurred_at": self.hours.at(day), "actor": self.person, **facts})
        return self

    def accept(self, day: date) -> "Story":
        return self.step("accept", day)

    def correction(self, told: date, done: date | None, *, materials: Sequence[str]) -> "Story":
        defects = []
        for material in materials:
            problem, advice = self.chance.choice(_PROBLEMS)
            defects.append({"material": material, "problem": problem, "advice": advice})
        self.step("request-correction", told, defects=defects)
        return self.step("complete-correction", done) if done else self

    def grant(self, day: date) -> "Story":
        number = f"{self.mark}审字〔{day.year}〕{self.chance.randrange(1, 900)}号"
        return self.step("grant", day, document_no=number)

    def deliver(self, day: date) -> "Story":
        self.delivered = day
        return self.step("deliver", day)

    def few(self, count: int) -> list[str]:
        """Some of the materials that the matter asks for."""
        return self.chance.sample(list(self.matter.materials), min(count, len(self.matter.materials)))

    @property
    def limit(self) -> int:
        return self.matter.promised.amount
