#!/bin/sh
# The CloudEvents SDK for Python 2.2.0 gives an event that carries no `time` the moment at which it was read.
#
# `time` is optional in CloudEvents 1.0. Seen: JSONFormat().read() of a valid event without it gives a time attribute of
# now, a second reading of the same bytes another one, and write() puts it into the bytes. So who passes an event on says
# when it happened though nobody knew, and two readers of one message differ. Fails when reading leaves it out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet cloudevents==2.2.0
"$folder/venv/bin/python" - <<'PY'
import json

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

body = json.dumps({"specversion": "1.0", "id": "1", "source": "/a", "type": "case.received", "data": {}})
first, second = (JSONFormat().read(CloudEvent, body) for _ in range(2))
written = json.loads(JSONFormat().write(first))
print("read:", first.get_time(), "read again:", second.get_time())
print("written back:", written)
assert first.get_time() and second.get_time() and first.get_time() != second.get_time(), "no time is invented any more"
assert "time" in written and "time" not in json.loads(body)
PY
