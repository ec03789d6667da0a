"""Readings from CSV files: every form of time and value, and a named line for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.telemetry.reading import Reading
from hanse.telemetry.table import read_table


def test_a_table_is_read_whatever_the_order_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "value,measured,metric,machine,source,comment\n"
        "12,1700,Parts,M1,file,x\n"
        "1.5,1970-01-01T01:00:02+01:00,Power,M1,file,\n"
        "true,1970-01-01T00:00:03Z,Door,M1,file,\n"
        "running,4000,State,M1,file,\n"
    )

    assert list(read_table(path)) == [
        Reading("file", "M1", "Parts", 1700, 12),
        Reading("file", "M1", "Power", 2000, 1.5),
        Reading("file", "M1", "Door", 3000, True),
        Reading("file", "M1", "State", 4000, "running"),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("file,M1,Power,yesterday,1", "no time"),
        ("file,M1,Power,2026-11-24T08:00:00,1", "zone"),
        ("file,M1,Power,1,nan", "no value"),
        ("file,,Power,1,1", "cannot name a machine"),
        ("file,M1,Power", "no measured, value"),
        ("file,M1,Power,1," + "x" * 2000, "no value"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"source,machine,metric,measured,value\nfile,M1,Power,1,1\n{row}\n")

    with pytest.raises(InputError, match=said) as caught:
        list(read_table(path))

    assert "line 3" in str(caught.value)


def test_a_header_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("source,machine,metric,measured\n")

    with pytest.raises(InputError, match="lacks value"):
        list(read_table(tmp_path / "log.csv"))


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(EnvironmentFault):
        list(read_table(tmp_path / "log.csv"))
