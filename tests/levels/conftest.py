"""Decides that these tests share three joined authorities, which each of them leaves whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain import Chain
from tests.faults.load import PROJECT_CODE


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder: Path = tmp_path_factory.mktemp("levels")
    with Chain(folder) as chain:
        with chain.banner.client() as client:
            project = {
                "project_code": PROJECT_CODE,
                "project_name": "林西县供水管网改造",
                "owner_name": "林西水务有限公司",
            }
            answer = client.post("/v1/projects", json=project | {"actor": {"name": "张三", "department": "发展改革委"}})
            assert answer.is_success, answer.text
        yield chain
