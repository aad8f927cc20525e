#!/bin/sh
# charset-normalizer 3.5.3 takes a short ledger in GBK for Korean; chardet 7.7.0 reads the same bytes as GB18030.
#
# Seen: of five small ledgers as Excel in Chinese saves them (.csv, code page 936) two are "cp949" for charset-normalizer,
# whose decoding gives Hangul and Hanja without any error; the other three are gb18030. It is what `requests` falls back to
# when an answer names no character set. chardet says GB18030 for all five.
# Fails as soon as either of the two says something else.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet charset-normalizer==3.5.3 chardet==7.7.0
"$folder/venv/bin/python" - <<'PY'
import chardet
import charset_normalizer

LEDGERS = [
    "受理日期,办结日期\n2026-09-01,2026-09-10\n",
    "项目代码,事项\n",
    "项目名称,申请单位,受理日期\n风电项目,某公司,2026/9/1\n",
    "呼和浩特市发展和改革委员会",
    "包头市昆都仑区审批事项台账\n序号,项目名称,审批部门,承办人\n1,光伏发电,住建局,张三\n",
]
seen = []
for text in LEDGERS:
    data = text.encode("gbk")
    best = charset_normalizer.from_bytes(data).best()
    other = chardet.detect(data)["encoding"]
    seen.append((best.encoding, other))
    print(f"{best.encoding:<8} {other:<8} {str(best).splitlines()[0]!r} for {text.splitlines()[0]!r}")
korean, chinese = ("cp949", "GB18030"), ("gb18030", "GB18030")
assert seen == [korean, korean, chinese, chinese, chinese], "the two detect these otherwise now"
PY
