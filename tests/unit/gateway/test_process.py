"""Process of the gateway: it keeps out what would change Python under it, and stands without a broker."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from gateway.__main__ import assemble
from services.plumbing.settings import Settings

pytestmark = pytest.mark.lengthy

ROOT = Path(__file__).parents[3]


def test_the_gateway_never_loads_eventlet_or_nameko() -> None:
    code = (
        "import sys, gateway.__main__; print(sorted({m.split('.')[0] for m in sys.modules} & {'eventlet', 'nameko'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.anyio
async def test_without_a_broker_it_lives_says_that_it_is_not_ready_and_still_shows_its_own_counts(
    tmp_path: Path,
) -> None:
    app, gateway = assemble(Settings(amqp_url="amqp://127.0.0.1:1/", var=tmp_path))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://g") as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.headers["retry-after"]
        scrape = (await client.get("/metrics")).text
    assert 'qidi_up{service="intake"} 0.0' in scrape
    assert 'process_resident_memory_bytes{process="gateway"}' in scrape
    assert gateway.feed.followers == 0
