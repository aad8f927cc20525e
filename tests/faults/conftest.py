"""The fault tests share one authority, which each of them leaves whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.load import PEOPLE, PROJECT_CODE
from tests.stack import Stack


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("authority")
    with Stack(folder) as stack:
        stack.name(*PEOPLE)
        with stack.client() as client:
            project = {
                "project_code": PROJECT_CODE,
                "project_name": "林西县污水处理厂扩建",
                "owner_name": "林西水务有限公司",
            }
            clerk = {"name": "张三", "department": "发展改革委"}
            answer = client.post("/v1/projects", json={**project, "actor": clerk})
            assert answer.is_success, answer.text
        yield stack
