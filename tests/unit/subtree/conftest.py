"""Joined authorities that the tests of a module share."""

from collections.abc import Iterator

import pytest

from tests.unit.subtree.seats import Seats


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def seats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    made = Seats(tmp_path_factory.mktemp("seats"))
    yield made
    made.close()
