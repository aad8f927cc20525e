"""Examples of requests, one for each command that the API takes: invented people, projects and offices."""

from collections.abc import Mapping
from typing import Any, Final

from services.contracts.accounts import Asked, EndPost, NewAccount, NewPassword, NewPost, NewToken, OtherPost
from services.contracts.calendar_orders import (
    CountDraft,
    DraftCalendar,
    DraftText,
    DraftWithdrawal,
    GiveUpDraft,
    ReleaseCalendar,
    ReleaseDraft,
    WithdrawCalendar,
)
from services.contracts.catalogues import AdoptCatalogue, AdoptMatter, PublishCatalogue
from services.contracts.commands import (
    Command,
    ConfirmLines,
    EnterCases,
    FreezeMonth,
    IssueInstruction,
    MoveProject,
    ReceiveCase,
    RegisterProject,
    SetRules,
    StrikeOff,
    TakeInstructionStep,
    TakeStep,
)
from services.contracts.complaint_orders import RegisterComplaint, ShowPerson, TakeComplaintStep
from services.contracts.corrections import CorrectEntry
from services.contracts.finding_orders import ReviewFinding, SettleFinding, SettleFindings, StateOnFinding
from services.contracts.imports import EnterImport
from services.contracts.late_entries import JudgeLateEntry
from services.contracts.letter_drafts import DraftLetter, DropLetterDraft, SealLetter
from services.contracts.notices import ReadNotices, SetNoticeWishes
from services.contracts.offices import AppointOfficer, CloseDepartment, DismissOfficer, HandOver, SetDepartment

_POST: Final = {"role": "handler", "department": "住建局", "from_day": "2026-12-01"}
#: What is asked of the gateway itself.
ASKED: Final[Mapping[type[Asked], Mapping[str, Any]]] = {
    NewAccount: {"login": "zhang.san", "name": "张三", "post": _POST},
    NewPost: _POST,
    EndPost: {"until_day": "2026-12-31"},
    NewPassword: {"current": "jx7m-4k2p-9qrt-w8zn", "new": "四个不相干的词连在一起2026"},
    OtherPost: {"post": "5f2c9a3e7b1d"},
    EnterImport: {"rows": 1283},
    DraftText: {"text": "元旦：1月1日（周五）放假，与周末连休。", "year": 2027, "notice": "国办发明电〔2026〕7号"},
    NewToken: {"role": "partner", "owner": "12345热线平台", "until_day": "2027-06-30", "note": "工单对接"},
}
EXAMPLES: Final[Mapping[type[Command], Mapping[str, Any]]] = {
    ReleaseCalendar: {
        "days": {"2026-12-25": "workday", "2026-12-28": "holiday"},
        "notice": "林政办发〔2026〕45号",
        "dry_run": True,
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    DraftLetter: {"about": "150424-2026-000123", "actor": {"name": "周正", "department": "督查室"}},
    SealLetter: {
        "title": "关于企业投资项目核准逾期的提醒函",
        "text": "该事项应于2026年9月23日办结，截至2026年9月30日已逾期3个工作日。请抓紧办理。",
        "actor": {"name": "周正", "department": "督查室"},
    },
    DropLetterDraft: {"reason": "申请人已撤回申请", "actor": {"name": "周正", "department": "督查室"}},
    ReadNotices: {"up_to": 12},
    SetNoticeWishes: {"kinds": ["red"], "channels": ["email"], "email": "wang.fang@example.org", "digest": True},
    WithdrawCalendar: {"reason": "日期有误", "dry_run": True, "actor": {"name": "李四", "department": "政务服务局"}},
    DraftCalendar: {
        "days": {"2026-12-25": "workday", "2026-12-28": "holiday"},
        "notice": "林政办发〔2026〕45号",
        "form": "days",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    DraftWithdrawal: {"reason": "日期有误", "actor": {"name": "李四", "department": "政务服务局"}},
    CountDraft: {"actor": {"name": "李四", "department": "政务服务局"}},
    ReleaseDraft: {"confirm": [], "actor": {"name": "吴强", "department": "政务服务局"}},
    GiveUpDraft: {"reason": "等待更正后的通知", "actor": {"name": "吴强", "department": "政务服务局"}},
    SetRules: {
        "rules": [{"rule": "forward", "limit": {"amount": 1, "unit": "working_days"}}],
        "in_force_from": "2026-12-01",
        "basis": "内政办发〔2026〕8号 即来即转",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    ReceiveCase: {
        "project_code": "2609-150424-89-01-123456",
        "matter_code": "M12",
        "handler": {"name": "张三", "department": "住房和城乡建设局"},
        "received_at": "2026-11-20T09:30:00+08:00",
        "channel": "window",
    },
    TakeStep: {
        "step": "request-correction",
        "occurred_at": "2026-11-20T15:00:00+08:00",
        "actor": {"name": "张三", "department": "住房和城乡建设局"},
        "reason": "材料不齐全",
        "defects": [{"material": "施工图设计文件审查合格书", "problem": "缺少", "advice": "请向图审机构申领后补交"}],
    },
    PublishCatalogue: {
        "adopt_by": "2030-06-30",
        "note": "自治区行政许可事项清单（2026年版）",
        "dry_run": True,
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    AdoptCatalogue: {
        "by": "150400",
        "number": 1,
        "matters": [{"code": "NM-001", "promised": {"amount": 10, "unit": "working_days"}}],
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    RegisterComplaint: {
        "kind": "delay",
        "text": "施工许可申请交上去二十多天了，一直没有答复。",
        "place": "林西县政务服务中心",
        "channel": "12345",
        "work_order_no": "CF20261120000123",
        "project_code": "2609-150424-89-01-123456",
        "complainant_name": "赵六",
        "complainant_phone": "13800000000",
        "actor": {"name": "孙七", "department": "12345热线"},
    },
    TakeComplaintStep: {
        "step": "dispatch",
        "department": "住房和城乡建设局",
        "occurred_at": "2026-11-20T16:00:00+08:00",
        "actor": {"name": "孙七", "department": "12345热线"},
    },
    ShowPerson: {"purpose": "回访核实办理结果", "actor": {"name": "李四", "department": "政务服务局"}},
    FreezeMonth: {"month": "2026-10", "actor": {"name": "李四", "department": "政务服务局"}},
    SettleFinding: {
        "confirmed": True,
        "reason": "经核实，第二次告知的缺项在首次提交时已可见",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    SettleFindings: {
        "finding_nos": ["150424-F2026-000001", "150424-F2026-000002"],
        "confirmed": False,
        "reason": "系统切换期间集中录入，已逐件核实",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    StateOnFinding: {
        "statement": "当日停电，次日上午补录，纸质登记簿可查",
        "actor": {"name": "王丽", "department": "住建局"},
    },
    ReviewFinding: {
        "upheld": False,
        "reason": "经复核，登记簿与系统记录一致",
        "actor": {"name": "赵敏", "department": "纪检监察组"},
    },
    ConfirmLines: {
        "department": "住建局",
        "case_nos": ["150424-2026-000123"],
        "actor": {"name": "王丽", "department": "住建局"},
    },
    EnterCases: {
        "dry_run": True,
        "entries": [
            {
                "row": "2",
                "external_no": "2026-0001",
                "project_code": "2609-150424-89-01-123456",
                "project_name": "林西县城北供热管网改造工程",
                "owner_name": "林西县热力有限责任公司",
                "matter": "建筑工程施工许可证核发",
                "handler": {"name": "张三", "department": "住房和城乡建设局"},
                "received_at": "2026-11-02",
                "steps": [{"step": "accept", "occurred_at": "2026-11-03T10:00:00+08:00"}],
            }
        ],
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    IssueInstruction: {
        "kind": "supervision-letter",
        "department": "发展改革委",
        "title": "关于风电项目核准逾期的督办函",
        "text": "该项目核准已逾期，请于5个工作日内书面答复办理情况和原因。",
        "about": ["150424-2026-000001"],
        "reply_working_days": 5,
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    TakeInstructionStep: {
        "step": "answer",
        "text": "已于今日办结并送达。",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    StrikeOff: {
        "evidence": "许可证已于2026-11-20送达，送达回证编号〔2026〕031号",
        "actor": {"name": "李四", "department": "政务服务局"},
    },
    AdoptMatter: {
        "code": "local-001",
        "matter_name": "城市道路占用挖掘许可",
        "department": "住房和城乡建设局",
        "statutory": {"amount": 20, "unit": "working_days"},
        "promised": {"amount": 5, "unit": "working_days"},
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    SetDepartment: {
        "department": "综合窗口",
        "short_names": ["大厅窗口"],
        "is_front_office": True,
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    CloseDepartment: {
        "department": "住建局",
        "successor": "行政审批局",
        "reason": "林党发〔2026〕12号 机构改革",
        "dry_run": True,
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    AppointOfficer: {
        "department": "住建局",
        "officer": "张三",
        "duties": ["handler"],
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    DismissOfficer: {
        "department": "住建局",
        "officer": "张三",
        "reason": "调离",
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    JudgeLateEntry: {
        "entry": 4,
        "is_confirmed": True,
        "document_no": "林发改许〔2026〕31号",
        "document_on": "2026-10-12",
    },
    CorrectEntry: {
        "entry": 4,
        "is_void": True,
        "reason": "误点准予许可，尚未作出决定",
    },
    HandOver: {
        "department": "住建局",
        "officer": "张三",
        "to": "李四",
        "reason": "休假",
        "away_from": "2026-12-01",
        "away_until": "2026-12-11",
        "dry_run": True,
        "actor": {"name": "王丽", "department": "政务服务局"},
    },
    RegisterProject: {
        "project_code": "2609-150424-89-01-123456",
        "project_name": "林西县城北供热管网改造工程",
        "owner_name": "林西县热力有限责任公司",
        "investment_yuan": 86000000,
        "planned_start": "2027-04-01",
        "library": "active",
        "actor": {"name": "王丽", "department": "发展和改革委员会"},
    },
    MoveProject: {
        "library": "reserve",
        "reason": "资金尚未落实",
        "actor": {"name": "王丽", "department": "发展和改革委员会"},
    },
}
