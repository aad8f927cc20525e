"""Over which channels the one suite runs: the fakes, and the real thing on both kinds of store."""

from collections.abc import Iterator

import pytest

from deploy.broker import PrivateBroker
from tests.ports.channels import Channel, FakeChannel, RealChannel
from tests.ports.toys import Toys


@pytest.fixture(scope="module", params=["fake-sqlite", "real-sqlite", "real-postgres"])
def _ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealChannel | None]:
    """What takes seconds to start and is shared by the tests of a module; nothing for the fakes."""
    if request.param == "fake-sqlite":
        yield None
        return
    broker: PrivateBroker = request.getfixturevalue("broker")
    url = request.getfixturevalue("postgres").url("toys") if request.param == "real-postgres" else ""
    with Toys(broker, tmp_path_factory.mktemp("toys"), url) as toys:
        channel = RealChannel(toys)
        yield channel
        channel.close()


@pytest.fixture
def channel(_ground: RealChannel | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    """A way to the toy services on which nothing is waiting, parked or dead."""
    if _ground is None:
        fake = FakeChannel(tmp_path_factory.mktemp("fake"))
        yield fake
        fake.close()
        return
    _ground.fresh()
    yield _ground
