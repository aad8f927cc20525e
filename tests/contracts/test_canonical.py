"""Tests that ask whether the quick writer and the RFC 8785 package give the same bytes for every value."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.canonical import canonical_bytes

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_both_writers_agree_on_every_value(value: object) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # values of JSON by construction


def test_names_beyond_the_basic_plane_are_sorted_by_utf16_units() -> None:
    value = {"\U0001f600": 1, "\ue000": 2, "中": 3}
    assert canonical_bytes(value) == rfc8785.dumps(value)
    assert canonical_bytes(value).decode() == '{"中":3,"\U0001f600":1,"\ue000":2}'
