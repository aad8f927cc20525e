"""These tests share three joined authorities, which each of them leaves whole; one has its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chain import Chain
from tests.faults.load import PROJECT_CODE


@contextmanager
def at_work(folder: Path) -> Iterator[Chain]:
    """Three joined authorities, the banner with a project."""
    with Chain(folder) as chain:
        chain.banner.name(
            *(
                {"name": name, "department": one}
                for name in ("张三", "李四")
                for one in ("发展改革委", "自然资源局", "林草局")
            )
        )
        chain.city.name({"name": "李四", "department": "自然资源局"})
        with chain.banner.client() as client:
            project = {
                "project_code": PROJECT_CODE,
                "project_name": "林西县供水管网改造",
                "owner_name": "林西水务有限公司",
            }
            answer = client.post("/v1/projects", json=project | {"actor": {"name": "张三", "department": "发展改革委"}})
            assert answer.is_success, answer.text
        yield chain


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with at_work(tmp_path_factory.mktemp("levels")) as chain:
        yield chain


@pytest.fixture
def lone_chain(tmp_path: Path) -> Iterator[Chain]:
    """For a test that moves time and cannot take it back."""
    with at_work(tmp_path) as chain:
        yield chain
