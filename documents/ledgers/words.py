"""Decides how `qidi import` and `qidi sample` speak: English messages as written in the code, and their Chinese."""

from collections.abc import Mapping
from typing import Any, Final

from locales import texts
from services.contracts.vocabulary import CaseState

CHINESE: Final = {
    # a workbook that is refused (gate, child, reading)
    "The file has {size} MB; at most {most} MB are read.": "文件有 {size} MB，最多读取 {most} MB。",
    "This is an old .xls or an encrypted workbook; save it as .xlsx without a password.": (
        "这是旧版 .xls 或加密的工作簿，请另存为不带密码的 .xlsx。"
    ),
    "This is no .xlsx workbook, whatever its name says.": "这不是 .xlsx 工作簿（与扩展名不符）。",
    "The file is damaged: {reason}.": "文件已损坏：{reason}。",
    "This is a zip file, but no .xlsx workbook.": "这是压缩文件，不是 .xlsx 工作簿。",
    "The file has {count} parts; at most {most} are read.": "文件含 {count} 个部件，最多读取 {most} 个。",
    "The file unpacks to {size} MB; at most {most} MB are read.": "文件解压后达 {size} MB，最多读取 {most} MB。",
    "The workbook is encrypted; save it without a password.": "工作簿已加密，请取消密码后另存。",
    "The file is packed in a way that Excel does not use.": "文件的压缩方式不是 Excel 所用。",
    "{part} unpacks to more than {most} times its size: a zip bomb.": "{part} 解压超过 {most} 倍，疑为压缩炸弹。",
    "The workbook contains macros; save it as .xlsx without them.": "工作簿含有宏，请另存为不含宏的 .xlsx。",
    "The workbook takes data from outside ({part}); replace links by values.": (
        "工作簿引用外部数据（{part}），请将链接改为数值。"
    ),
    "The workbook contains embedded objects ({part}); remove them.": "工作簿含有嵌入对象（{part}），请删除。",
    "{part} declares entities, which no office program writes.": "{part} 声明了实体，正常办公软件不会如此。",
    "The workbook has no sheet with cells.": "工作簿中没有数据表。",
    "Reading the workbook needs more than {most} MB.": "读取该工作簿所需内存超过 {most} MB。",
    "Reading the workbook takes longer than {most} s.": "读取该工作簿超过 {most} 秒。",
    "No header row was found in the first {within} rows of sheet {sheet}; missing are: {missing}.": (
        "工作表“{sheet}”前 {within} 行中没有完整的表头，缺少：{missing}。"
    ),
    # cells and rows
    "{text} is not a date; write it as 2026-09-16.": "“{text}”不是日期，请写作 2026-09-16。",
    "{text} is not a limit; write it as 10工作日 or 30日.": "“{text}”不是时限，请写作 10工作日 或 30日。",
    "The cell holds a character that cannot be written.": "单元格含有无法登记的控制字符。",
    "{text} is not a known state; write for example {known}.": "“{text}”不是可识别的状态，请写作 {known} 等。",
    "The line was struck off: say how the case ended.": "该行已销号，请填写办件状态（如何办结）。",
    "The state is {state}, but {lacking} is missing.": "状态为“{state}”，但缺少{lacking}。",
    # event logs
    "{file} has no mapping that can be read: {reason}": "{file} 无法作为映射读取：{reason}",
    "{file} cannot be read: {reason}": "{file} 无法读取：{reason}",
    "{file} cannot be opened: {reason}": "{file} 无法打开：{reason}",
    "The file was changed after it was tried; run it again.": "文件在预演之后被改动，请重新运行。",
    "The mapping says nothing about these activities: {activities}": "映射未涉及以下活动：{activities}",
    "The log has no columns of these names: {columns}": "日志没有这些列：{columns}",
    "{text} is not a moment; write it as 2026-09-16T10:00:00+08:00.": (
        "“{text}”不是时刻，应如 2026-09-16T10:00:00+08:00。"
    ),
    "{until} is before the first activity at {first}: the log contradicts itself.": (
        "{until} 早于首次活动 {first}，日志自相矛盾。"
    ),
    "The case has no moment of receipt.": "该案件没有收件时刻。",
    "The case has more than {most} steps and notes.": "该案件的步骤与备注超过 {most} 项。",
    # sending
    "No running authority was found: start one, or give --url and --token.": (
        "未找到正在运行的实例：请先启动，或给出 --url 与 --token。"
    ),
    "{url} does not answer: {reason}": "{url} 没有应答：{reason}",
    "{url} refuses: {reason}": "{url} 拒绝：{reason}",
    "Give a workbook, or --events with --mapping.": "请给出工作簿，或 --events 与 --mapping。",
    "Give either a workbook or --events, not both.": "工作簿与 --events 只能给出一个。",
    "--events needs --mapping FILE.toml; shipped are: {shipped}": (
        "--events 需要 --mapping 映射文件；自带的有：{shipped}"
    ),
    # the answer
    "Trying": "预演",
    "Entering": "登记",
    "Outcome": "结果",
    "Rows": "行数",
    "Cases": "案件",
    "new": "新增",
    "changed": "变更",
    "same": "相同",
    "refused": "有误",
    "Refused rows by reason": "有误的原因",
    "Row": "行",
    "Case": "案件",
    "Column": "列",
    "Reason": "原因",
    "{count} more; all of them are in {report}.": "另有 {count} 行，全部见 {report}。",
    "{count} more; give --report FILE.xlsx to see all of them.": "另有 {count} 行，用 --report 文件.xlsx 可看全部。",
    "The report was written to {file}.": "报告已写入 {file}。",
    "{count} lines were struck off in the old ledger: the cases are entered as ended; "
    "striking off needs its own evidence.": ("原台账中有 {count} 行已销号：办件按办结登记，销号须另附依据办理。"),
    "Nothing was entered: this was a dry run.": "预演完毕，未登记任何内容。",
    "Nothing differs from the record.": "与记录一致，无需登记。",
    "Enter {count} rows now?": "现在登记 {count} 行吗？",
    "Nothing was entered.": "未登记任何内容。",
    "Entered: {new} new, {changed} changed, {same} the same.": "登记完毕：新增 {new}，变更 {changed}，相同 {same}。",
    "Stopped after {count} rows; run it again to go on.": "已停止，已处理 {count} 行；再次运行即可继续。",
    "Loading the sample ledger": "载入示例台账",
    "Loaded: {projects} projects, {cases} cases, {complaints} complaints.": (
        "已载入：项目 {projects} 个，办件 {cases} 件，投诉 {complaints} 件。"
    ),
    "Problem": "问题",
}

#: Words of the wire inside messages.
_STATES: Final = {state.value: texts.say("zh", state.msgid) for state in CaseState}
_STEPS: Final = {
    "withdraw-before-acceptance": "受理前撤回",
    "accept": "受理",
    "not-required": "无需许可",
    "refuse-acceptance": "不予受理",
    "request-correction": "告知补正",
    "complete-correction": "完成补正",
    "begin-review": "开始审查",
    "grant": "准予许可",
    "refuse": "不予许可",
    "withdraw": "撤回",
    "deliver": "送达",
    "forward": "转报",
    "return": "退回下级",
    "ask-withdrawal": "申请撤回上级办理件",
    "reassign": "转办",
    "note": "备注",
}
_UNITS: Final = {
    "working_days": "工作日",
    "half_working_days": "半个工作日",
    "calendar_days": "自然日",
    "months": "月",
    "hours": "小时",
}
_LISTS: Final = {
    "step": _STEPS,
    "allowed": _STEPS,
    "state": _STATES,
    "found": _STATES,
    "unit": _UNITS,
    "statutory_unit": _UNITS,
}


def say(language: str, message: str, **facts: object) -> str:
    """The message in this language with its facts filled in."""
    if language != "zh":
        return message.format(**facts)
    words = {name: _word(name, value) for name, value in facts.items()}
    template = CHINESE.get(message)
    # what the record says is translated in the gateway's catalogue
    return texts.say("zh", message, **words) if template is None else template.format(**words)


def _word(name: str, value: object) -> object:
    known: Mapping[str, str] = _LISTS.get(name, {})
    return "、".join(known.get(one, one) for one in str(value).split(", ")) if known else value


def told(language: str, problem: Mapping[str, Any]) -> str:
    """One problem of an answer in the user's words: as the gateway says it, or from its template."""
    if "message" in problem:
        return str(problem["message"])
    return say(language, str(problem.get("template", "")), **problem.get("params", {}))
