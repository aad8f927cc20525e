<<<<<<< HEAD
"""Which authority the tests of imports share: each test has its own, empty."""
=======
"""The authority of the tests of imports: each test has its own, empty."""
>>>>>>> h-paper

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
