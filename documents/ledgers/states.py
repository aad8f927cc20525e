"""Words for the state and the outcome of a case: the exchange standard's, which we write, and those of offices."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from documents.ledgers.permits import OUT
from documents.ledgers.permits import agree as permit_agrees
from locales.texts import say
from services.contracts.grounds import PauseGround
from services.contracts.vocabulary import CaseState

_OTHERS: Final[Mapping[CaseState, tuple[str, ...]]] = {
    CaseState.RECEIVED: ("已接件", "已收件", "收件", "接件", "待受理", "未受理", "已申请", "已申报"),
    CaseState.WITHDRAWN_BEFORE_ACCEPTANCE: ("受理前撤回",),
    CaseState.CORRECTION_REQUESTED: ("补正中", "待补正", "补正", "补件中", "一次性告知"),
    CaseState.CORRECTION_COMPLETED: ("已补正", "补正完成", "补件完成"),
    CaseState.ACCEPTED: ("已受理", "受理", "准予受理"),
    CaseState.DEEMED_ACCEPTED: ("视为受理",),
    CaseState.UNDER_REVIEW: ("审查中", "办理中", "审核中", "审批中", "在办", "正在办理", "进行中"),
    CaseState.GRANTED: (
        "准予",
        "准予许可",
        "已批准",
        "批准",
        "已批复",
        "通过",
        "已通过",
        "已核准",
        "已备案",
        "审批通过",
    ),
    CaseState.ACCEPTED_WITH_DEFICIENCIES: ("容缺", "已容缺受理", "容缺受理中"),
    CaseState.GRANTED_WITH_DEFICIENCIES: ("容缺办结", "容缺通过", "容缺准予", "容缺准予许可"),
    CaseState.GRANTED_ON_COMMITMENT: ("告知承诺", "告知承诺制", "告知承诺办结", "承诺制办结", "承诺办结"),
    CaseState.REVOKED: ("撤销", "已撤销", "已撤销许可", "撤销行政许可"),
    CaseState.PERMIT_WITHDRAWN: ("已撤回许可", "撤回行政许可"),
    CaseState.REFUSED: ("不予许可", "不予批准", "不准予", "不通过", "未通过", "不予核准", "不予备案", "不同意"),
    CaseState.WITHDRAWN: ("已撤回", "撤回", "撤件", "已撤件", "撤回申请", "主动撤回", "申请人撤回", "撤销申请"),
    CaseState.ACCEPTANCE_REFUSED: ("不予受理",),
    CaseState.NOT_REQUIRED: ("无需许可", "不需许可", "无需办理", "不受理"),
    CaseState.DELIVERED: ("已送达", "送达", "已发证", "已领取", "已取件"),
}
#: Words of a column that says how a case ended, where they mean more there than in a column of states.
_RESULTS: Final[Mapping[CaseState, tuple[str, ...]]] = {
    CaseState.GRANTED: (
        "同意",
        "许可",
        "予以许可",
        "核准",
        "备案",
        "予以批准",
        "准予备案",
        "准予核准",
        "合格",
        "予以核准",
    ),
    CaseState.REFUSED: ("不许可", "不合格", "不批准", "不核准", "不准予许可", "不予同意", "驳回", "否决"),
}
#: They say which special procedure runs, and so for what the count may stand still (Licensing Law 45).
_PROCEDURES: Final[Mapping[PauseGround, tuple[str, ...]]] = {
    PauseGround.HEARING: ("听证中", "听证", "正在听证"),
    PauseGround.TENDER: ("招标中",),
    PauseGround.AUCTION: ("拍卖中",),
    PauseGround.INSPECTION: ("检验中",),
    PauseGround.TESTING: ("检测中",),
    PauseGround.QUARANTINE: ("检疫中",),
    PauseGround.APPRAISAL: ("鉴定中",),
    PauseGround.EXPERT_REVIEW: ("专家评审中", "专家评审", "专家论证中", "评审中"),
    PauseGround.COMMISSIONED_ASSESSMENT: ("委托评估中", "评估中"),
    PauseGround.TECHNICAL_REVIEW: ("技术评审中", "技术审查中", "技术评估中"),
    PauseGround.OPINIONS: ("征求意见中", "征求部门意见中"),
}
#: They say that a case stands still, and not for what; to make something public is no ground for it in any law.
_STANDS_STILL: Final = ("中止", "已中止", "中止中", "挂起", "已挂起", "暂停", "已暂停", "公示中", "公示", "特别程序")
#: They say that a permit was granted, and that it is no more.
_CANCELLED: Final = frozenset({"注销", "已注销", "注销许可", "已注销许可"})
#: They say that a case ended, and not how.
_ENDED: Final = (
    "已办结",
    "办结",
    "已完成",
    "完成",
    "已完成审批",
    "已结",
    "结束",
    "已结束",
    "已归档",
    "归档",
    "已销号",
    "销号",
)

#: How a case may have ended.
OUTCOMES: Final = frozenset(
    {
        *OUT,
        CaseState.REFUSED,
        CaseState.WITHDRAWN,
        CaseState.WITHDRAWN_BEFORE_ACCEPTANCE,
        CaseState.ACCEPTANCE_REFUSED,
        CaseState.NOT_REQUIRED,
    }
)
_BRACKET = re.compile(r"(.+?)[(\[:;,/\-—](.+?)[)\]]?")


@dataclass(frozen=True)
class Told:
    """What a word says: where the case stands, or only that it ended."""

    state: CaseState | None
    has_ended: bool = False
    #: The permit was taken out of the register as well (Licensing Law 70).
    is_cancelled: bool = False
    #: The special procedure that runs.
    ground: PauseGround | None = None


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split())


_BY_WORD: Final[Mapping[str, CaseState]] = {
    **{_plain(say("zh", state.msgid)): state for state in CaseState},
    **{_plain(word): state for state, words in _OTHERS.items() for word in words},
    **{state.value: state for state in CaseState},
}
_BY_RESULT: Final[Mapping[str, CaseState]] = {
    **{word: state for word, state in _BY_WORD.items() if state in OUTCOMES},
    **{_plain(word): state for state, words in _RESULTS.items() for word in words},
}
_BY_PROCEDURE: Final[Mapping[str, PauseGround]] = {
    _plain(word): ground for ground, words in _PROCEDURES.items() for word in words
}
_STILL: Final = frozenset(map(_plain, _STANDS_STILL))
_ENDINGS: Final = frozenset(map(_plain, _ENDED))


@lru_cache(4096)
def told_by(word: str) -> Told | None:
    """What a word in a column of states says; None for an unknown one.

    `办结（不予许可）` says it twice over: that the case ended, and how.
    """
    plain = _plain(word)
    if plain in _CANCELLED:
        return Told(CaseState.GRANTED, has_ended=True, is_cancelled=True)
    if plain in _BY_PROCEDURE or plain in _STILL:
        return Told(CaseState.IN_PROCEDURE, ground=_BY_PROCEDURE.get(plain))
    if plain in _BY_WORD:
        return Told(_BY_WORD[plain], _BY_WORD[plain] in OUTCOMES)
    if plain in _ENDINGS:
        return Told(None, has_ended=True)
    found = _BRACKET.fullmatch(plain)
    if found and found[1] in _ENDINGS and (outcome := outcome_of(found[2])) is not None:
        return Told(outcome, has_ended=True)
    return None


@lru_cache(4096)
def outcome_of(word: str) -> CaseState | None:
    """How a case ended, by a word in a column of results; None for an unknown one and for one that only says that."""
    return _BY_RESULT.get(_plain(word))


def says_nothing_more(word: str) -> bool:
    """Whether a word in a column of results only says that the case ended."""
    return _plain(word) in _ENDINGS


def withdrawn(state: CaseState, *, accepted: bool) -> CaseState:
    """The state itself, but what was withdrawn without a day of acceptance was withdrawn before it."""
    if state is CaseState.WITHDRAWN and not accepted:
        return CaseState.WITHDRAWN_BEFORE_ACCEPTANCE
    if state is CaseState.WITHDRAWN_BEFORE_ACCEPTANCE and accepted:
        return CaseState.WITHDRAWN
    return state


def agree(state: CaseState | None, outcome: CaseState) -> bool:
    """Whether a state and an outcome can both be true; what was delivered may be a refusal as well."""
    if state is None or state is outcome or permit_agrees(state, outcome):
        return True
    gone = {CaseState.WITHDRAWN, CaseState.WITHDRAWN_BEFORE_ACCEPTANCE}
    if state in gone and outcome in gone:
        return True
    return state is CaseState.DELIVERED and outcome in (CaseState.GRANTED, CaseState.REFUSED)
