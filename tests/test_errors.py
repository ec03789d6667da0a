"""Errors are three short lines, whatever the file says that they are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import LONGEST, HanseError, InputError


@given(st.text(), st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_an_error_is_three_printable_lines_at_most(message: str, where: str, hint: str, further: list[str]) -> None:
    error = HanseError(message, where=where, hint=hint)
    for one in further:
        error.at(one)
    lines = str(error).splitlines()
    assert len(lines) <= 3
    assert all(line.isprintable() and len(line) <= 12 * LONGEST for line in lines)
    str(error).encode()  # lone surrogates cannot be printed


@pytest.mark.parametrize("text", ["ü – × “ “", "1 593.20", "O1 → O2"])
def test_what_people_read_stays_as_it_is(text: str) -> None:
    error = InputError(text, where=text, hint=text)
    assert (error.message, error.where, error.hint) == (text, text, text)
    assert str(error.at("file")) == f"{text}\n  where: file: {text}\n  next:  {text}"


def test_what_a_file_says_neither_floods_nor_steers_a_terminal() -> None:
    error = InputError(f'there is no column "{"[" * 100_000}"', where="\x1b[2Ja\nb\u202e.zip")
    assert len(error.message) == LONGEST
    assert error.message.endswith("[…")
    assert error.where == "\\x1b[2Ja\\nb\\u202e.zip"
