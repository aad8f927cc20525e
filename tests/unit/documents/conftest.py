"""The authority of the tests of imports: each test has its own, empty."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.unit.documents.offices import an_authority


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[httpx.Client]:
    client, _, _ = an_authority(tmp_path)
    with client:
        yield client
