"""A region whose store is on PostgreSQL holds the same as one on SQLite, and another region is not mixed into it."""

from pathlib import Path

import pytest

from deploy.postgres import PrivatePostgres
from sample.region.places import places
from sample.region.seats import Broken
from sample.region.year import play


def test_a_year_ends_with_the_same_record_on_postgresql(postgres: PrivatePostgres, tmp_path: Path) -> None:
    url = postgres.url("simulated_region")
    there = play(places(4), 800, tmp_path / "there", database_url=url)
    here = play(places(4), 800, tmp_path / "here")
    assert (there.database, here.database) == ("postgresql", "sqlite")
    assert there.agreeing == here.agreeing == 3
    assert (there.verified, there.region_lines) == (here.verified, here.region_lines)
    assert there.region_bytes > 0
    with pytest.raises(Broken, match="holds a region already"):
        play(places(4), 100, tmp_path / "again", database_url=url)
