"""Titles of the columns of ledgers: our own export's, and those that offices give them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from documents.titles import OF_THE_LIST, PROBLEM, ROW

#: The header stands somewhere in the first so many rows, below titles and stamps.
HEADER_WITHIN: Final = 10

#: What we call a column -> the titles seen in offices' ledgers, beside the one of our own export.
_SEEN: Final[Mapping[str, tuple[str, ...]]] = {
    "seq": ("编号",),
    "project_code": ("项目编码", "统一项目代码", "项目统一代码", "投资项目代码", "投资项目统一代码"),
    "project_name": ("投资项目名称", "工程名称"),
    "owner_name": ("项目单位", "项目法人", "项目法人单位", "建设单位名称", "申请单位", "申请人", "业主单位"),
    "matter": ("申请事项", "事项名称", "审批事项名称", "办理事项", "许可事项"),
    "department": ("办理部门", "责任部门", "责任单位", "主管部门", "审批单位", "承办部门"),
    "handler": ("承办人", "经办人", "办理人", "责任人姓名"),
    "received": ("接件日期", "申请日期", "收件时间", "申请时间", "接件时间", "申报日期"),
    "accepted": ("受理时间",),
    "limit": ("承诺期限", "承诺办结时限", "承诺办理时限", "办理时限", "审批时限"),
    "due": ("到期日期", "应办结日期", "应办结时间"),
    "remaining": ("剩余时限", "剩余天数"),
    "light": ("灯色", "红绿灯", "亮灯", "预警"),
    "state": ("办件状态", "办理状态", "当前状态", "办理情况"),
    "struck": ("销号时间",),
    # not in the export, but of use where an office keeps them
    "external_no": ("办件编号", "办件号", "受理编号", "业务编号", "办件流水号"),
    "corrected": ("补正日期", "补正告知日期", "补正通知日期", "一次性告知日期"),
    "defects": ("补正内容", "补正材料", "一次性告知内容"),
    "completed": ("补正完成日期", "补正提交日期"),
    "reviewed": ("审查日期", "开始审查日期", "审查开始日期", "开始办理日期"),
    "decided": ("办结日期", "办结时间", "决定日期", "批复日期", "批准日期", "审批日期"),
    "delivered": ("送达日期", "送达时间", "发证日期", "领取日期"),
    "reason": ("理由", "不予许可理由", "不予受理理由", "原因"),
    "document_no": ("文号", "批复文号", "证号", "许可证号", "批准文号"),
}
#: The same with the title first by which we call the column: the export's where it is in there.
TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    name: (OF_THE_LIST[name], *seen) if name in OF_THE_LIST else seen for name, seen in _SEEN.items()
}
REQUIRED: Final = ("project_code", "project_name", "owner_name", "matter", "department", "handler", "received")
#: Worked out again from the record, never taken from a file.
DERIVED: Final = frozenset({"seq", "due", "remaining", "light"})

#: What our own report adds: such a report, corrected, is imported again.
OF_THE_REPORT: Final = frozenset({PROBLEM, ROW})

_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|[*:\s]")


def _plain(title: str) -> str:
    """A title without spaces, stars and brackets: `* 项目代码（24位）` is 项目代码."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", title))


_BY_TITLE: Final = {_plain(title): name for name, titles in TITLES.items() for title in titles}


class NoHeader(Exception):
    """The sheet has no header of a ledger; `missing` are the titles that the row that came nearest lacks."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("、".join(missing))
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Header:
    """Where everything stands in a sheet."""

    #: Number of the header's row, as Excel shows it.
    row: int
    #: The titles as the file writes them.
    titles: tuple[str, ...]
    #: What we call a column -> its position from 0.
    places: Mapping[str, int]

    @property
    def extra(self) -> list[int]:
        """Positions of titled columns that we have no name for: they are kept as notes."""
        ours = set(self.places.values())
        return [at for at, title in enumerate(self.titles) if title and at not in ours and title not in OF_THE_REPORT]

    def title(self, name: str) -> str:
        """The file's own title of a column, the export's where the file has none."""
        return self.titles[self.places[name]] if name in self.places else TITLES[name][0]


def _places(titles: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, title in enumerate(titles):
        name = _BY_TITLE.get(_plain(title))
        if name is not None:
            places.setdefault(name, at)  # a second column of the same name is kept as notes
    return places


def looks_like_a_header(titles: Sequence[str]) -> bool:
    """Does this row name most of what a ledger must have?"""
    places = _places(titles)
    return sum(name in places for name in REQUIRED) * 2 > len(REQUIRED)


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> Header:
    """The header among the first rows of a sheet. Raises NoHeader, naming every required column that is missing."""
    best: tuple[int, Header] | None = None
    for number, cells in rows:
        if number > HEADER_WITHIN:
            break
        titles = tuple("" if cell is None else str(cell).strip() for cell in cells)
        places = _places(titles)
        found = sum(name in places for name in REQUIRED)
        if best is None or found > best[0]:
            best = (found, Header(number, titles, places))
    missing = [TITLES[name][0] for name in REQUIRED if best is None or name not in best[1].places]
    if best is None or missing:
        raise NoHeader(missing)
    return best[1]
