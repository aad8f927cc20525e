"""Decides how `qidi simulate` speaks: English messages as written in the code, and their Chinese."""

from typing import Final

CHINESE: Final = {
    "--authorities {count}: {reason}": "--authorities {count}：{reason}",
    "Playing the year": "推演一年",
    "The levels do not agree: {reason}": "各级记录不一致：{reason}",
    "The simulation cannot be played: {reason}": "无法推演：{reason}",
    "{entries} entries of {authorities} authorities, handed up in {rounds} rounds: {seconds} s "
    "({processor} s of processor time), {rate} entries/s": (
        "{authorities} 个机关共 {entries} 条，分 {rounds} 轮上报：{seconds} 秒（处理器 {processor} 秒），每秒 {rate} 条"
    ),
    "Pages: {cities} to the cities, {region} to the region, which takes {taken} entries per processor second": (
        "页数：送盟市 {cities} 页，送自治区 {region} 页；自治区一级每处理器秒接收 {taken} 条"
    ),
    "The region's store ({database}): {verified} entries from below, {lines} lines, {size} MB, {each} bytes each": (
        "自治区库（{database}）：下级条目 {verified} 条，台账 {lines} 行，{size} MB，平均每条 {each} 字节"
    ),
    "All other stores together: {others} MB; peak memory of the process: {memory} MB": (
        "其余各库合计 {others} MB；进程内存峰值 {memory} MB"
    ),
    "All {agreeing} ledgers have one root: at their origin, above it, and anew from the region's bytes": (
        "{agreeing} 本台账在本级、上级以及由自治区所存原文重新计算的根值全部一致"
    ),
    "Stage: by the clock, and by the processor": "阶段：实耗时间、处理器时间",
    "stores": "建库、加入上级",
    "traffic": "生成业务",
    "record": "各级记入本级台账",
    "pages": "成页、签名",
    "take/city": "盟市验收下级",
    "take/region": "自治区验收下级",
    "receipts": "核对回执",
    "outbox": "本级总线取走",
    "verify": "最终核验",
}
_STAGES: Final = {
    "stores": "stores, joining",
    "traffic": "traffic",
    "record": "own ledgers",
    "pages": "pages, signatures",
    "take/city": "cities take",
    "take/region": "region takes",
    "receipts": "receipts",
    "outbox": "outboxes emptied",
    "verify": "verification",
}


def say(language: str, message: str, **facts: object) -> str:
    """A message in this language, with the facts filled in."""
    text = CHINESE[message] if language == "zh" else _STAGES.get(message, message)
    return text.format(**facts)
