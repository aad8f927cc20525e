"""Decides how `qidi verify` and `qidi export` speak: English messages as written in the code, and their Chinese."""

import json
from typing import Final

from services.ledger.link.proofs import AGREES, NEWER, NOTHING_YET, PROVED

CHINESE: Final = {
    # what a check found; the messages are in services/ledger/audit/verdict.py
    "All {size} entries are as they were recorded; the root is {root}.": (
        "全部 {size} 条记录与登记时一致，根值为 {root}。"
    ),
    "The first line is not the header of a ledger export.": "首行不是台账导出文件的文件头。",
    "Entry {index} does not have the form of a ledger entry.": ("第 {index} 条记录不符合台账记录的格式。"),
    "Entry {index} was changed: its content gives the hash {found}, recorded is {expected}.": (
        "第 {index} 条记录被改动：内容的哈希值为 {found}，登记的是 {expected}。"
    ),
    "Entry {index} is missing: entry {found} follows in its place.": (
        "缺少第 {index} 条记录：其位置上是第 {found} 条。"
    ),
    "Entry {index} occurs a second time, where entry {expected} belongs.": (
        "第 {index} 条记录重复出现，此处应为第 {expected} 条。"
    ),
    "Entry {index} stands in the wrong place: entry {found} comes before it.": (
        "第 {index} 条记录位置不对：第 {found} 条排在它前面。"
    ),
    "The end is missing: there are {index} entries, there should be {expected}.": (
        "末尾缺失：现有 {index} 条记录，应有 {expected} 条。"
    ),
    "Entry {index} does not belong to it: there should be only {expected} entries.": (
        "第 {index} 条记录是多出来的：应只有 {expected} 条。"
    ),
    "The first {until} entries give the root {found}, recorded is {expected}: "
    "something from entry {since} on was changed together with its hash.": (
        "前 {until} 条记录的根值为 {found}，登记的是 {expected}：自第 {since} 条起有内容连同其哈希值一并被改动。"
    ),
    "The first {until} entries give the root {found}, but the checkpoint kept says {expected}: "
    "the history from entry {since} on was rewritten.": (
        "前 {until} 条记录的根值为 {found}，而留存的检查点为 {expected}：自第 {since} 条起的历史被重写。"
    ),
    "Entry {index} is not an event in canonical form ({reason}).": (
        "第 {index} 条记录不是规范形式的事件（{reason}）。"
    ),
    "Entry {index} has sequence {found} for {subject} of {source}; the next one was {expected}.": (
        "第 {index} 条记录在 {source} 的 {subject} 中序号为 {found}，应为 {expected}。"
    ),
    "Entry {index} has the identifier {id}, which an earlier entry has.": (
        "第 {index} 条记录的标识 {id} 已被前面的记录使用。"
    ),
    "Entry {index} is filed under {found} as its {column}, but it says {expected}.": (
        "第 {index} 条记录的检索项 {column} 为 {found}，而记录本身为 {expected}。"
    ),
    "What is kept for appending gives the root {found}, recorded is {expected}: "
    "entries from now on would not agree with this ledger.": (
        "续写所用的数据给出根值 {found}，登记的是 {expected}：此后写入的记录将与本台账不符。"
    ),
    "Two histories were signed: the first {until} entries give the root {found} here, while a "
    "checkpoint that the same authority signed elsewhere says {expected}; they part at entry {since} or later.": (
        "出现两套签名的历史：此处前 {until} 条记录的根值为 {found}，而同一机关在别处签署的检查点为 {expected}；"
        "两者自第 {since} 条或其后分岔。"
    ),
    "Statement {number} of those that were signed cannot be believed ({reason}).": (
        "签名声明第 {number} 项不可信（{reason}）。"
    ),
    "The checkpoint of {until} entries is not signed by a known key of {name}.": (
        "{until} 条记录的检查点没有 {name} 已知公钥的签名。"
    ),
    "The checkpoint of {until} entries is signed by a key that was no longer in use.": (
        "{until} 条记录的检查点由已停用的密钥签署。"
    ),
    "Nothing in it is signed by a key that was given.": "其中没有任何内容由所给公钥签署。",
    "What is kept agrees with itself, but what {name} sent last does not go on from it: from entry "
    "{since} on it was lost there or is another one, and nobody has decided yet (runbook restored-child, step 3).\n"
    "Signed for what is kept here:\n{known}\nSent last:\n{told}": (
        "所存内容自身一致，但 {name} 最近发来的内容与之不衔接：自第 {since} 条起在对方已丢失或另有内容，尚无人作出决定"
        "（操作手册 restored-child 第 3 步）。\n此处所存内容的签名：\n{known}\n最近发来的签名：\n{told}"
    ),
    "{statements} signed checkpoints and receipts agree with it; they vouch for the first {signed} entries.": (
        "与 {statements} 份签名检查点和回执相符，签名覆盖前 {signed} 条记录。"
    ),
    # what a proof is worth; the messages are in services/ledger/link/proofs.py
    PROVED: "关于 {case_no} 的 {count} 条记录均在 {origin} 的台账中，位于由 {names} 签署的 {size} 条记录的根值之下。",
    PROVED + NEWER: (
        "关于 {case_no} 的 {count} 条记录均在 {origin} 的台账中，位于由 {names} 签署的 {size} 条记录的根值之下。"
        "另有 {pending} 条较新的记录尚未签署。"
    ),
    AGREES: (
        "关于 {case_no} 的 {count} 条记录均位于 {origin} 台账 {size} 条记录的根值之下，由 {names} 签署；"
        "所用公钥取自文件本身，请与公布的公钥核对，或用 --key 给出。"
    ),
    AGREES + NEWER: (
        "关于 {case_no} 的 {count} 条记录均位于 {origin} 台账 {size} 条记录的根值之下，由 {names} 签署；"
        "所用公钥取自文件本身，请与公布的公钥核对，或用 --key 给出。另有 {pending} 条较新的记录尚未签署。"
    ),
    NOTHING_YET: "关于 {case_no} 的记录尚未签署，{pending} 条待签。",
    "This is not a proof ({reason}).": "这不是存证证明（{reason}）。",
    "The checkpoint is of the ledger of {found}, not of {origin}.": "检查点属于 {found} 的台账，而不是 {origin} 的。",
    "The checkpoint is not signed by a key of {origin}.": "检查点没有 {origin} 的签名。",
    "The checkpoint is not signed by a key that was given.": "检查点不是由所给公钥签署的。",
    "The superior's signature is missing.": "缺少上级机关的签名。",
    "Entry {index} was changed.": "第 {index} 条记录被改动。",
    "Entry {index} is about something else than {case_no}.": "第 {index} 条记录与 {case_no} 无关。",
    "Entry {index} does not stand under the signed root.": "第 {index} 条记录不在签署的根值之下。",
    # what stands in the way
    "{place} is not a proof: {reason}": "{place} 不是存证证明：{reason}",
    "No ledger of {origin} is kept here.": "此处没有 {origin} 的台账。",
    "There is no case {case_no} in the ledger.": "台账中没有办件 {case_no}。",
    "The proof was written to {file}.": "存证证明已写入 {file}。",
    "--key {text}: {reason}": "--key {text}：{reason}",
    "--kept {text}: nothing in it can be compared ({reason})": "--kept {text}：其中没有可比对的内容（{reason}）",
    "{place} cannot be opened: {reason}": "无法打开 {place}：{reason}",
    "{place} is not the store of a ledger: {reason}": "{place} 不是台账数据库：{reason}",
    "Give only one of --store (with --origin), --export and --proof.": (
        "--store（连同 --origin）、--export、--proof 只能给出一个。"
    ),
    "--kept {text}: neither a size and a root such as 1200:9f86d081... nor a file": (
        "--kept {text}：应为文件，或“条数”加半角冒号加“根值”，如 1200:9f86d081..."
    ),
    "--lang {text}: use zh or en": "--lang {text}：请用 zh 或 en",
    "Say what to write: --ledger FILE.jsonl, --lines FILE.xlsx or --lost FILE.xlsx.": (
        "请指明导出内容：--ledger 文件.jsonl、--lines 文件.xlsx 或 --lost 文件.xlsx。"
    ),
    "--lost: say whose ledger with --origin CODE.": "--lost：请用 --origin 代码 指明哪个单位的台账。",
    "The ledger of {origin} was never contradicted: give --since to list from there.": (
        "{origin} 的台账从未出现不一致：请用 --since 指明起始条目。"
    ),
    "{count} entries from {since} on written to {file}.": "自第 {since} 条起的 {count} 条已写入 {file}。",
    "No running authority was found: start one, or give --url and --token.": (
        "未找到正在运行的实例：请先启动，或给出 --url 与 --token。"
    ),
    "{url} did not give the list: {reason}": "{url} 未能给出台账清单：{reason}",
    # why
    "no such file": "没有这个文件",
    "No such file or directory": "没有这个文件或目录",
    "Permission denied": "没有权限",
    "Is a directory": "这是目录",
    "it is no JSON, seen at line {line}, column {column}": "不是 JSON，第 {line} 行第 {column} 列有误",
    "it is no text in UTF-8": "不是 UTF-8 文本",
    "it is nested too deeply": "嵌套过深",
    "another kind or version": "种类或版本不同",
    "not of the form name+hash+key": "不是“名称+哈希+公钥”的形式",
    "not an Ed25519 key, or its hash does not agree": "不是 Ed25519 公钥，或哈希值不符",
    "signed by none of the known keys": "没有已知公钥的签名",
    "not a signed note": "不是签名的检查点",
    "a signature is no base64": "签名不是 base64 编码",
    "a signature is not written as it was signed": "签名的写法与签署时不同",
    "not the text of a checkpoint": "不是检查点的文本",
    # the answer
    "Checking": "校验中",
    "Writing": "导出中",
    "{count} entries written to {file}; the root is {root}.": ("已将 {count} 条记录写入 {file}，根值为 {root}。"),
    "The list was written to {file}.": "台账清单已写入 {file}。",
}


def say(language: str, message: str, **facts: object) -> str:
    """The message in this language with its facts filled in; a fact that is a reason is told in it as well."""
    template = CHINESE.get(message, message) if language == "zh" else message
    return template.format(**{name: _told(language, fact) for name, fact in facts.items()})


def _told(language: str, fact: object) -> object:
    match fact:
        case json.JSONDecodeError():
            message = "it is no JSON, seen at line {line}, column {column}"
            return say(language, message, line=fact.lineno, column=fact.colno)
        case UnicodeError():
            return say(language, "it is no text in UTF-8")
        case RecursionError():
            return say(language, "it is nested too deeply")
        case str() | Exception() if language == "zh":
            return CHINESE.get(str(fact), fact)
    return fact
