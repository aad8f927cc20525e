"""Decides how `qidi doctor` says in Chinese what was found and what to do about it."""

from collections.abc import Mapping
from typing import Any, Final

from locales.texts import translations

CHINESE: Final[Mapping[str, str]] = {
    # what is looked at
    "run": "实例",
    "processes": "进程",
    "broker": "消息服务",
    "queues": "队列",
    "dead letters": "死信",
    "stores": "数据库",
    "outbox": "待发事件",
    "parked": "搁置消息",
    "gateway": "网关",
    "sweep": "时钟巡检",
    "calendar": "工作日历",
    "clock": "机器时间",
    "database_clock": "机器时间",
    "disk": "磁盘",
    "links": "上下级",
    # what was found; what is said about ledgers between levels is in locales/zh/links.po, for the board too
    "No ledger is contradicted; {number} are held or handed on here.": "台账无不一致；本级持有或转报 {number} 本台账。",
    "There is no connection to {name}.": "与{name}没有连接。",
    "No other level has joined.": "尚未与其他层级连接。",
    "{authority} does not run in {folder}; these do: {known}.": (
        "{folder} 中没有运行 {authority}；正在运行的有：{known}。"
    ),
    "Nothing runs in {folder}.": "{folder} 中没有正在运行的实例。",
    "Could not be looked at: {error}": "无法检查：{error}",
    "{name}: process {pid} is gone.": "{name}：进程 {pid} 已不存在。",
    "{name}: process {pid} is stopped.": "{name}：进程 {pid} 被挂起。",
    "{name}: process {pid} runs, restarted {restarts} times.": "{name}：进程 {pid} 运行中，曾重启 {restarts} 次。",
    "{name}: process {pid} runs.": "{name}：进程 {pid} 运行正常。",
    "Another broker answers: {error}": "应答的是别的消息服务：{error}",
    "No broker answers: {error}": "消息服务没有应答：{error}",
    "The node is called {name}, ours is {expected}.": "应答的节点名为 {name}，本实例的节点是 {expected}。",
    "Our own node answers: {name}.": "本实例自己的节点应答：{name}。",
    "An external node answers: {name}.": "外部节点应答：{name}。",
    "{number} queues are missing: {names}": "缺少 {number} 个队列：{names}",
    "Nobody takes from: {names}": "无人处理的队列：{names}",
    "Messages pile up: {names}": "消息积压：{names}",
    "All {number} queues are there and served.": "{number} 个队列齐全，均有人处理。",
    "{names}": "{names}",
    "None.": "无。",
    "{name}: there is no store at {url}.": "{name}：{url} 处没有数据库。",
    "{name}: {error}": "{name}：{error}",
    "Not at the newest migration: {names}": "未升级到最新结构：{names}",
    "{number} stores, all at their newest migration.": "{number} 个数据库，均为最新结构。",
    "The oldest event has waited for {seconds} s.": "最早的事件已等待 {seconds} 秒。",
    "Nothing waits to be said for longer than {seconds} s.": "没有等待超过 {seconds} 秒的事件。",
    "{url} does not answer: {error}": "{url} 没有应答：{error}",
    "These services do not answer: {names}": "以下服务没有应答：{names}",
    "{url} answers, and every service answers it.": "{url} 正常应答，各服务均可访问。",
    "The timer has not told of a sweep for {silent} s.": "计时服务已 {silent} 秒没有巡检消息。",
    "The last sweep took {took} ms, told {silent} s ago.": "上次巡检用时 {took} 毫秒，{silent} 秒前上报。",
    "The timer does not say how far the calendar reaches.": "计时服务未告知日历截止日。",
    "The announced calendar ends in {days} days; later dates are provisional.": (
        "已公布的日历还剩 {days} 天，之后的期限均为暂定。"
    ),
    "The announced calendar reaches {days} days ahead.": "已公布的日历还覆盖 {days} 天。",
    "The clock of {whose} is {seconds} s away from this one.": "{whose} 的时间与本机相差 {seconds} 秒。",
    "The clock of {whose} agrees with this one within {limit} s.": "{whose} 的时间与本机相差不超过 {limit} 秒。",
    "{free} GB are free at {folder}.": "{folder} 剩余 {free} GB。",
    # what to do about it
    "Start it: make run, or .venv/bin/qidi up. One elsewhere: set QIDI_VAR, or QIDI_AMQP_URL and QIDI_GATEWAY_PORT.": (
        "启动：make run 或 .venv/bin/qidi up。检查别处的实例：设置 QIDI_VAR，或 QIDI_AMQP_URL 与 QIDI_GATEWAY_PORT。"
    ),
    "Name one of them: .venv/bin/qidi --authority CODE doctor": (
        "请指定其中一个：.venv/bin/qidi --authority 代码 doctor"
    ),
    ".venv/bin/qidi links says why, and what to do.": "原因与办法见 .venv/bin/qidi links。",
    "See the other lines first.": "请先处理其他各项。",
    "`qidi up` starts it again by itself; if it does not stay, see {log}.": (
        "qidi up 会自动重启它；若反复退出，请看日志 {log}。"
    ),
    "Let it go on: kill -CONT {pid}": "让它继续运行：kill -CONT {pid}",
    "See why it ended: {log}": "查看退出原因：{log}",
    "Stop it, or set QIDI_BROKER_PORT and start again.": "停掉它，或设置 QIDI_BROKER_PORT 后重新启动。",
    "`qidi up` starts its own again; an external one (QIDI_AMQP_URL) must be started. Log: {log}": (
        "qidi up 会自动重启自己的节点；外部节点（QIDI_AMQP_URL）需另行启动。日志：{log}"
    ),
    "Stop the other one, or set QIDI_BROKER_PORT and start again.": (
        "停掉另一个节点，或设置 QIDI_BROKER_PORT 后重新启动。"
    ),
    "Start the authority again: it declares them.": "重新启动本实例，启动时会建立队列。",
    "See whether the services run: {log}": "查看各服务是否在运行：{log}",
    "They are being worked off, or a service is stuck: look again in a minute.": (
        "可能正在处理，也可能有服务卡住：一分钟后再看。"
    ),
    "Read them: qidi replay list. When the cause is mended: qidi replay resend dead:": (
        "查看：qidi replay list；问题解决后重发：qidi replay resend dead:"
    ),
    "Start the authority: it makes them.": "启动本实例，启动时会建立数据库。",
    "Start the database server, or see the rights of the file.": "启动数据库服务，或检查文件权限。",
    "Start the authority again: it migrates first.": "重新启动本实例，启动时先升级结构。",
    "`early` ends by itself when its predecessor arrives. For the others: qidi replay list; they are tried again at"
    " the next start.": ("early（早到）的消息待前一条到达后自动处理；其余请看 qidi replay list，下次启动时会重试。"),
    "See the courier and the broker: {log}": "检查信使与消息服务：{log}",
    "See {log}": "请看日志 {log}",
    "See whether the timer answers.": "请检查计时服务是否应答。",
    "When the State Council has announced next year's holidays, release them: POST /v1/calendar/releases": (
        "国务院公布下一年度放假安排后，请发布新日历：POST /v1/calendar/releases"
    ),
    "Have both machines follow the same time server (chrony, systemd-timesyncd).": (
        "让两台机器同步到同一时间服务器（chrony 或 systemd-timesyncd）。"
    ),
    "Make room, or move the folder and set QIDI_VAR. Without room, commands are refused and nothing is lost.": (
        "清理空间，或迁移目录并设置 QIDI_VAR。空间不足时会拒绝新办件，已有数据不会丢失。"
    ),
}


def say(language: str, message: str, facts: Mapping[str, Any]) -> str:
    """The message in this language with its facts filled in. Raises KeyError for a message without Chinese."""
    return (_chinese(message) if language == "zh" else message).format(**facts)


def _chinese(message: str) -> str:
    boards = translations("zh").gettext(message)
    return CHINESE[message] if boards == message or message in CHINESE else boards
