"""A problem as tables: what a shop keeps in a workbook, or as a folder of CSV files.

sheets.py   names and columns of the sheets; what a row and a fault are
cells.py    a cell's text, number or date becomes a value, or a fault that names sheet, row and column
reading.py  sheets become a problem; every fault is collected, so that all can be mended at once
writing.py  a problem becomes sheets
files.py    sheets from and to `.xlsx`, a `.zip` of CSV files, or a folder of them
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.instances.tables.files import (
    ARCHIVE,
    SUFFIX,
    pack,
    pack_archive,
    pack_csv,
    recognises,
    unpack,
    unpack_folder,
)
from hanse.instances.tables.reading import Preview, preview, problem_of
from hanse.instances.tables.sheets import Fault
from hanse.instances.tables.writing import sheets_of

if TYPE_CHECKING:
    from hanse.model.problem import Problem

__all__ = [
    "ARCHIVE",
    "NAME",
    "SUFFIX",
    "Fault",
    "Preview",
    "look",
    "pack",
    "pack_archive",
    "pack_csv",
    "preview",
    "problem_of",
    "read_problem",
    "recognises",
    "sheets_of",
    "unpack_folder",
    "write_problem",
]

NAME = "tables"


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from a workbook or an archive of CSV files. name: of the problem, where the sheet `league` gives none.
    Raises InputError that lists the first faults with sheet, row and column."""
    return problem_of(unpack(data), name)


def look(data: bytes, name: str = "") -> Preview:
    """What reading would give: how much of everything, and every fault. Raises InputError only for what is no workbook
    and no archive at all."""
    return preview(unpack(data), name)


def write_problem(problem: Problem) -> bytes:
    """A workbook of a problem; reading it back gives an equal problem with the same root. Raises InputError for a
    problem with preferences, which tables do not carry."""
    return pack(sheets_of(problem))
