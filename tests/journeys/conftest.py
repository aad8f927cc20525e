"""On which stores the journeys are walked: SQLite files and a real PostgreSQL, each a whole authority."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.postgres import PrivatePostgres
from tests.stack import Stack


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp(str(request.param))
    environ: dict[str, str] = {}
    if request.param == "postgresql":
        postgres: PrivatePostgres = request.getfixturevalue("postgres")
        environ["QIDI_DATABASE_URL"] = postgres.url("journeys")
    with Stack(folder, **environ) as stack:
        stack.name({"name": "李四", "department": "发展改革委"})
        yield stack
