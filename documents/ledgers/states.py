"""Words for the state of a case: the exchange standard's, which our export writes, and those of offices."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from locales.texts import say
from services.contracts.vocabulary import CaseState

_OTHERS: Final[Mapping[CaseState, tuple[str, ...]]] = {
    CaseState.RECEIVED: ("已接件", "已收件", "收件", "接件", "待受理", "未受理", "已申请", "已申报"),
    CaseState.WITHDRAWN_BEFORE_ACCEPTANCE: ("受理前撤回",),
    CaseState.CORRECTION_REQUESTED: ("补正中", "待补正", "补正", "补件中", "一次性告知"),
    CaseState.CORRECTION_COMPLETED: ("已补正", "补正完成", "补件完成"),
    CaseState.ACCEPTED: ("已受理", "受理", "准予受理"),
    CaseState.DEEMED_ACCEPTED: ("视为受理",),
    CaseState.UNDER_REVIEW: ("审查中", "办理中", "审核中", "审批中", "在办", "正在办理"),
    CaseState.GRANTED: ("已办结", "办结", "准予", "准予许可", "已批准", "批准", "已批复", "通过", "已核准", "已备案"),
    CaseState.REFUSED: ("不予许可", "不予批准", "不准予", "不通过", "未通过"),
    CaseState.WITHDRAWN: ("已撤回", "撤回", "撤件", "已撤件"),
    CaseState.ACCEPTANCE_REFUSED: ("不予受理",),
    CaseState.NOT_REQUIRED: ("无需许可", "不需许可", "无需办理", "不受理"),
    CaseState.DELIVERED: ("已送达", "送达", "已发证", "已领取", "已取件", "已销号", "销号"),
}


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split())


_BY_WORD: Final[Mapping[str, CaseState]] = {
    **{_plain(say("zh", state.msgid)): state for state in CaseState},
    **{_plain(word): state for state, words in _OTHERS.items() for word in words},
    **{state.value: state for state in CaseState},
}


def state_of(word: str, *, accepted: bool) -> CaseState | None:
    """The state that a word means; None for an unknown one.

    `accepted`: does the line have a day of acceptance? What was withdrawn without one was withdrawn before it.
    """
    state = _BY_WORD.get(_plain(word))
    if state is CaseState.WITHDRAWN and not accepted:
        return CaseState.WITHDRAWN_BEFORE_ACCEPTANCE
    if state is CaseState.WITHDRAWN_BEFORE_ACCEPTANCE and accepted:
        return CaseState.WITHDRAWN
    return state
