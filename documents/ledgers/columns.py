"""Titles of the columns of ledgers: our own export's, and those that offices give them, each with its rank."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from documents.titles import OF_THE_LIST, PROBLEM, ROW

#: The header stands somewhere in the first so many rows, below titles and stamps.
HEADER_WITHIN: Final = 10

#: What we call a column -> (titles that mean just this, titles that may mean it where no other column does).
_SEEN: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "seq": (("编号",), ("序", "No")),
    "project_code": (
        (
            "项目编码",
            "统一项目代码",
            "项目统一代码",
            "投资项目代码",
            "投资项目统一代码",
            "投资项目在线审批监管平台代码",
            "赋码",
        ),
        ("代码", "编码"),
    ),
    "project_name": (("投资项目名称", "工程名称", "建设项目名称", "工程项目名称"), ("项目", "名称")),
    "owner_name": (
        ("项目单位", "项目法人", "项目法人单位", "建设单位名称", "业主单位", "项目业主", "业主", "建设单位（业主）"),
        ("申请单位", "申请人", "申报单位", "单位名称", "企业名称", "申请人名称", "申请人（单位）"),
    ),
    "matter": (
        ("申请事项", "事项名称", "审批事项名称", "办理事项", "许可事项", "审批事项编码", "行政审批事项"),
        ("事项", "审批内容", "业务名称", "事项类别", "办理业务"),
    ),
    "department": (
        ("部门", "办理部门", "主管部门", "审批单位", "审批机关", "承办部门", "办理单位", "许可机关", "审批责任部门"),
        ("责任部门", "责任单位", "承办单位", "单位", "科室"),
    ),
    "handler": (
        ("承办人", "经办人", "办理人", "责任人姓名", "审批责任人", "办件人", "受理人", "承办人员"),
        ("负责人", "联系人", "审批人", "姓名"),
    ),
    "received": (
        ("接件日期", "收件时间", "接件时间", "收件", "接件", "收件日", "接收日期", "收到申请日期", "收文日期"),
        ("申请日期", "申请时间", "申报日期", "申报时间", "提交日期", "提交时间", "登记日期"),
    ),
    "accepted": (("受理时间", "正式受理日期", "受理", "受理日", "准予受理日期"), ()),
    "limit": (
        ("承诺期限", "承诺办结时限", "承诺办理时限", "承诺时间", "承诺天数", "承诺工作日"),
        ("办理时限", "审批时限", "时限", "办结时限", "办理期限", "办理天数"),
    ),
    "due": (("到期日期", "应办结日期", "应办结时间", "到期时间", "截止日期"), ()),
    "remaining": (("剩余时限", "剩余天数"), ()),
    "light": (("灯色", "红绿灯", "亮灯", "预警"), ()),
    "state": (
        ("办件状态", "办理状态", "当前状态", "审批状态", "事项状态", "办件进度", "办理进度"),
        ("办理情况", "进度", "进展", "进展情况"),
    ),
    "struck": (("销号时间",), ()),
    "counting": (("计入统计",), ()),
    "complete_by": (
        ("办结时限日期", "计划完成日期", "计划办结时间", "拟办结日期", "预计办结日期", "完成时限"),
        ("计划完成时间",),
    ),
    # not in the export, but of use where an office keeps them
    "initiated": (("立项日期", "立项时间", "项目立项日期", "备案日期", "赋码日期"), ()),
    "started": (("开工日期", "开工时间", "实际开工日期", "实际开工时间"), ()),
    "credit_code": (
        (
            "统一社会信用代码",
            "社会信用代码",
            "信用代码",
            "统一信用代码",
            "单位统一社会信用代码",
            "建设单位统一社会信用代码",
            "项目单位统一社会信用代码",
            "申请单位统一社会信用代码",
            "企业统一社会信用代码",
        ),
        (),
    ),
    "external_no": (
        ("办件编号", "办件号", "受理编号", "业务编号", "办件流水号", "受理号", "申请编号", "业务流水号", "受理单号"),
        ("流水号",),
    ),
    "corrected": (("补正日期", "补正告知日期", "补正通知日期", "一次性告知日期", "补正时间"), ()),
    "defects": (("补正内容", "补正材料", "一次性告知内容"), ()),
    "completed": (("补正完成日期", "补正提交日期", "补齐日期", "补正完成时间"), ()),
    "reviewed": (("审查日期", "开始审查日期", "审查开始日期", "开始办理日期", "审查时间"), ()),
    "procedure": (
        ("特别程序开始日期", "特殊程序开始日期", "中止日期", "中止时间", "挂起日期", "暂停日期", "特别程序日期"),
        ("听证日期", "评审日期", "专家评审日期"),
    ),
    "notice_no": (("特别程序告知书文号", "中止通知书文号", "告知书文号"), ()),
    "noticed": (("特别程序告知日期", "中止告知日期", "中止通知日期"), ()),
    "decided": (
        ("办结日期", "办结时间", "决定日期", "作出决定日期", "审批办结日期", "实际办结日期", "办结"),
        ("批复日期", "批准日期", "审批日期", "批复时间", "批准时间", "完成日期", "完成时间", "审批时间"),
    ),
    "delivered": (("送达日期", "送达时间", "领取日期", "取件日期"), ("发证日期", "发证时间")),
    "result": (
        ("办理结果", "审批结果", "办结结果", "审批结论", "许可决定", "办理结论", "审批意见", "决定类型", "办件结果"),
        ("结果", "结论", "是否通过", "是否许可"),
    ),
    "reason": (("理由", "不予许可理由", "不予受理理由", "原因", "不予许可原因", "不予受理原因"), ()),
    "document_no": (
        (
            "文号",
            "批复文号",
            "证号",
            "许可证号",
            "批准文号",
            "证书编号",
            "决定书文号",
            "许可证编号",
            "批文号",
            "审批文号",
        ),
        ("文书编号",),
    ),
}
#: Titles under which only a favourable decision has a number.
OF_A_GRANT: Final = frozenset({"批复文号", "证号", "许可证号", "批准文号", "证书编号", "许可证编号", "批文号"})
#: The same with the title first by which we call the column: the export's where it is in there.
TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    name: (*((OF_THE_LIST[name],) if name in OF_THE_LIST else ()), *same, *loose)
    for name, (same, loose) in _SEEN.items()
}
REQUIRED: Final = ("project_code", "project_name", "owner_name", "matter", "department", "handler", "received")
#: Field of an entry -> what we call the column in which it stands.
_FIELDS: Final[Mapping[str, str]] = {
    **{name: name for name in ("project_code", "project_name", "owner_name", "matter", "department", "external_no")},
    "credit_code": "credit_code",
    "handler": "handler",
    "handler.department": "department",
    "received_at": "received",
    "promised": "limit",
    "promised_days": "limit",
    "state": "state",
    "complete_by": "complete_by",
    "initiated_on": "initiated",
    "started_on": "started",
}
#: Worked out again from the record, never taken from a file.
DERIVED: Final = frozenset({"seq", "due", "remaining", "light", "counting"})

#: What our own report adds: such a report, corrected, is imported again.
OF_THE_REPORT: Final = frozenset({PROBLEM, ROW})

_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|[*:\s]|_x000D_|[\u200b\ufeff\u2060]", re.IGNORECASE)
#: Columns of private persons' numbers and addresses: they stay in the file.
_PRIVATE = re.compile("身份证|证件号|公民身份|护照|手机|联系电话|电话号码|联系方式|家庭住址|住址")


def _plain(title: str) -> str:
    """A title without spaces, stars and brackets: `* 项目代码（24位）` is 项目代码."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", title).replace("_x000D_", ""))


@dataclass(frozen=True)
class Meaning:
    """What a title means: what we call the column, and how sure that is."""

    name: str
    #: 0 for the export's own title, 1 for one that means just this, 2 for one that may mean it.
    rank: int


def _meanings() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for name, (same, loose) in _SEEN.items():
        own = (OF_THE_LIST[name],) if name in OF_THE_LIST else ()
        for rank, titles in enumerate((own, same, loose)):
            for title in titles:
                found.setdefault(_plain(title), Meaning(name, rank))
    return found


_BY_TITLE: Final = _meanings()


def meaning_of(title: str) -> Meaning | None:
    """What a title means to us; None where it means nothing."""
    return _BY_TITLE.get(_plain(title))


def understood() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """For each column: the title by which we call it, those that mean the same, and those that may mean it."""
    for name, (_, loose) in _SEEN.items():
        first, *others = TITLES[name][: len(TITLES[name]) - len(loose)]
        yield first, tuple(others), loose


class NoHeader(Exception):
    """The sheet has no header of a ledger; `missing` are the titles that the row that came nearest lacks."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("、".join(missing))
        self.missing = tuple(missing)


class RivalColumns(Exception):
    """Several columns of a sheet mean the same, none more than the others; `rivals` are their titles with letters."""

    def __init__(self, rivals: Sequence[str], own: str) -> None:
        super().__init__("、".join(rivals))
        self.rivals, self.own = tuple(rivals), own


@dataclass(frozen=True)
class Header:
    """Where everything stands in a sheet."""

    #: Number of the header's last row, as Excel shows it.
    row: int
    #: The titles as the file writes them.
    titles: tuple[str, ...]
    #: What we call a column -> its position from 0.
    places: Mapping[str, int]
    #: Positions of columns that another one has beaten: (what we call it, position of the loser).
    beaten: tuple[tuple[str, int], ...] = ()
    #: What rows have found out already: for the steps of a row, which field of its entry stands in which column.
    known: dict[tuple[tuple[str, bool], ...], dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def extra(self) -> list[int]:
        """Positions of titled columns that we have no name for: they are kept as notes."""
        ours = set(self.places.values())
        return [
            at
            for at, title in enumerate(self.titles)
            if title and at not in ours and title not in OF_THE_REPORT and not _PRIVATE.search(title)
        ]

    @property
    def private(self) -> list[str]:
        """Titles of columns with private persons' numbers, which stay in the file."""
        ours = set(self.places.values())
        return [title for at, title in enumerate(self.titles) if at not in ours and _PRIVATE.search(title)]

    def fields(self, steps: tuple[tuple[str, bool], ...]) -> dict[str, str]:
        """Field of an entry -> column, shared by all rows with the same steps: the column of its day, and whether
        defects were told, of each."""
        found = self.known.get(steps)
        if found is None:
            found = {field: self.title(name) for field, name in _FIELDS.items()}
            for at, (name, has_defects) in enumerate(steps):
                found[f"steps.{at}"] = self.title("state")
                found[f"steps.{at}.occurred_at"] = self.title(name)
                found[f"steps.{at}.document_no"] = self.title("document_no")
                found[f"steps.{at}.reason"] = self.title("reason")
                if has_defects:
                    found[f"steps.{at}.defects"] = self.title("defects")
            self.known[steps] = found
        return found

    def title(self, name: str) -> str:
        """The file's own title of a column, the export's where the file has none."""
        return self.titles[self.places[name]] if name in self.places else TITLES[name][0]


def letter(at: int) -> str:
    """The letters of a column as Excel shows them, from its position from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _candidates(titles: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """What we call a column -> (rank, position) of every column that may be it, the surest first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, title in enumerate(titles):
        meaning = meaning_of(title)
        if meaning is not None:
            found.setdefault(meaning.name, []).append((meaning.rank, at))
    return {name: sorted(several) for name, several in found.items()}


def _covered(titles: Sequence[str]) -> int:
    candidates = _candidates(titles)
    return sum(name in candidates for name in REQUIRED)


def _together(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """A header in two rows as one: the lower title, or both where these mean something, or the upper one."""
    width = max(len(upper), len(lower))
    above = (*upper, *[""] * (width - len(upper)))
    below = (*lower, *[""] * (width - len(lower)))
    joined = []
    for over, under in zip(above, below, strict=True):
        both = over + under
        known = [one for one in (under, both, over) if one and meaning_of(one)]
        joined.append(known[0] if known else under or over)
    return tuple(joined)


def _headers(rows: Sequence[tuple[int, Sequence[object]]]) -> list[tuple[int, tuple[str, ...]]]:
    """Every row among the first that may be the header, alone and as the second half of one in two rows."""
    found: list[tuple[int, tuple[str, ...]]] = []
    before: tuple[int, tuple[str, ...]] | None = None
    for number, cells in rows:
        if number > HEADER_WITHIN:
            break
        titles = tuple("" if not isinstance(cell, str) else " ".join(cell.split()) for cell in cells)
        found.append((number, titles))
        if before is not None and before[0] == number - 1:
            found.append((number, _together(before[1], titles)))
        before = (number, titles)
    return found


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> Header:
    """The header among the first rows of a sheet.

    Raises NoHeader, naming every required column that is missing, or RivalColumns.
    """
    best: tuple[int, int, tuple[str, ...]] | None = None
    for number, titles in _headers(rows):
        covered = _covered(titles)
        if best is None or covered > best[0]:
            best = (covered, number, titles)
    candidates = _candidates(best[2]) if best else {}
    missing = [TITLES[name][0] for name in REQUIRED if name not in candidates]
    if best is None or missing:
        raise NoHeader(missing)
    _, number, titles = best
    beaten: list[tuple[int, tuple[str, int]]] = []
    for name, (first, *others) in candidates.items():
        if name in DERIVED:
            continue
        if rivals := [at for rank, at in others if rank == first[0]]:
            shown = [f"{titles[at]}（{letter(at)}）" for at in (first[1], *rivals)]
            raise RivalColumns(shown, TITLES[name][0])
        beaten += [(at, (name, at)) for _, at in others]
    places = {name: several[0][1] for name, several in candidates.items()}
    return Header(number, titles, places, tuple(one for _, one in sorted(beaten)))
