"""Canonical bytes: an event has one text, and no other text passes for it."""

import json
from time import process_time

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.canonical import NotCanonical, canonical_bytes, read_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=6)


def test_the_example_of_rfc_8785_gives_the_bytes_printed_there() -> None:
    event = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\nA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical_bytes(event).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_members_are_ordered_by_utf_16_as_rfc_8785_says_not_by_code_point() -> None:
    assert canonical_bytes({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@given(OBJECTS)
def test_what_was_written_reads_back_as_the_same_bytes(event: dict[str, object]) -> None:
    text = canonical_bytes(event)
    assert canonical_bytes(read_canonical(text)) == text
    assert text == rfc8785.dumps(event)  # type: ignore[arg-type]  # its own recursive type is not exported


@given(OBJECTS)
def test_the_order_of_members_does_not_matter(event: dict[str, object]) -> None:
    assert canonical_bytes(dict(reversed(event.items()))) == canonical_bytes(event)


@given(OBJECTS, st.data())
def test_another_text_of_the_same_object_is_refused(event: dict[str, object], data: st.DataObject) -> None:
    text = canonical_bytes(event)
    at = data.draw(st.integers(0, len(text)))
    spaced = text[:at] + b" " + text[at:]
    try:
        same = json.loads(spaced) == json.loads(text)
    except ValueError:
        same = False
    if same and spaced != text:
        with pytest.raises(NotCanonical):
            read_canonical(spaced)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":-0}',
        b'{"a":9007199254740993}',
        b'{"a":"\\u4e2d"}',
        b'{"a":"\\/"}',
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b"[1]",
        b"1",
        b"",
        b'{"a":' * 100_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_not_the_canonical_text_of_an_object_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(text)


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}, b"x", object()])
def test_what_json_cannot_say_exactly_has_no_canonical_bytes(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes({"a": value})


def test_five_thousand_envelopes_of_one_kilobyte_take_less_than_a_second_of_one_core() -> None:
    event = {
        "id": "0192a4c1-0000-7000-8000-000000000001",
        "source": "/authorities/150424/intake",
        "data": {"note": "收件" * 100, "materials": [{"name": "申请表", "copies": n} for n in range(8)]},
    }
    assert 900 < len(canonical_bytes(event)) < 1200
    before = process_time()
    for _ in range(5000):
        canonical_bytes(event)
    assert process_time() - before < 1.0
