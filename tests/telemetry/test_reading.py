"""A reading is checked at birth and has one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.telemetry.reading import LATEST, LONGEST_TEXT, Reading, read_content

names = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
values = st.one_of(
    st.booleans(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=30),
)
readings = st.builds(Reading, names, names, names, st.integers(0, LATEST - 1), values)


@given(readings)
def test_every_reading_is_read_back_from_its_bytes(reading: Reading) -> None:
    again = read_content(reading.content)

    assert again == reading
    assert type(again.value) is type(reading.value)


@given(st.binary(max_size=60))
def test_rubbish_is_no_reading(content: bytes) -> None:
    with pytest.raises(InputError):
        read_content(content)


@given(readings)
def test_another_spelling_of_the_same_reading_is_refused(reading: Reading) -> None:
    with pytest.raises(InputError, match=r"canonical|no reading"):
        read_content(reading.content.replace(b"[", b"[ ", 1))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 1 << 63, -(1 << 63) - 1, "x" * (LONGEST_TEXT + 1), "\ud800", None, b"x", [1]]
)
def test_what_no_machine_says_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="is no value"):
        Reading("s", "m", "t", 0, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "x" * 129, "a\nb", "\x00"])
def test_names_are_printable_and_short(name: str) -> None:
    with pytest.raises(InputError, match="cannot name"):
        Reading("s", name, "t", 0, 1)


@pytest.mark.parametrize("measured", [-1, LATEST, 1.5])
def test_times_before_1970_or_far_away_are_refused(measured: int) -> None:
    with pytest.raises(InputError, match="no time"):
        Reading("s", "m", "t", measured, 1)
