"""Phrases that intake itself writes into the record: reasons by law and by office, in Chinese like every entry."""

from typing import Final

ACCEPTED_BY_LAW: Final = "申请材料齐全、符合法定形式，予以受理（行政许可法第三十二条第五项）"
GRANTED_BY_LAW: Final = "申请符合法定条件、标准，准予许可（行政许可法第三十八条第一款）"
ACCEPTED_WITH_DEFICIENCIES: Final = "申请材料主件齐全，缺少的材料可以后补，容缺受理"
GRANTED_WITH_DEFICIENCIES: Final = "申请符合法定条件、标准，准予许可，容缺材料限期补齐"
GRANTED_ON_COMMITMENT: Final = "申请人已作书面承诺，按告知承诺方式当场准予许可"
JOINTLY: Final = "行政许可法42条第二款"
DEEMED_ACCEPTED: Final = "逾期未一次告知补正内容，自收到申请材料之日起即为受理（行政许可法第三十二条第四项）"

ACCEPTANCE_UNDONE: Final = "日历变更后，一次性告知的期限改至{day}，尚未届满，视为受理自动撤销"

#: The kind of a row of the list that is no matter but a measure of many together, as the list itself calls it.
YARDSTICK: Final = "考核口径"
#: Who answers for a case that came from below until somebody is named: it is opened without waiting for a person.
TO_BE_NAMED: Final = "待指定"
TAKEN_IN_HAND: Final = "收到下级转报件后由本人承办"
NOT_NAMED: Final = "收到下级转报件后1个工作日内未指定经办人，由部门负责人承办"
HANDED_IN: Final = "申请人于{at}在{place}窗口补交材料，随即上报"
UNKNOWN_MATTER: Final = "上级事项清单中没有事项{code}（{name}），不能接收，退回核对"
WITHDRAWN_BELOW: Final = "申请人在下级机关撤回申请"
TOO_LATE: Final = "申请人在下级机关撤回申请的消息到达时，本机关对本办件已有处理结果，以本机关记录为准"
