"""Sheets from and to files: a workbook (`.xlsx`), an archive of CSV files (`.zip`), or a folder of them.

What comes from outside is not trusted: archives may not unpack to more than `SIZE_LIMIT`, entities in workbooks are
refused (defusedxml), formulas are never computed, and text that a spreadsheet would take for a formula is written as
text, in CSV with an apostrophe before it, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from hanse.errors import EnvironmentFault, InputError
from hanse.instances.tables.sheets import ROW_LIMIT, SHEETS, Raw, Row, Sheets

if TYPE_CHECKING:
    from types import ModuleType

SUFFIX = ".xlsx"
ARCHIVE = ".zip"

SIZE_LIMIT = 256 * 2**20
"""Bytes an archive or a folder may hold unpacked."""

COLUMN_LIMIT = 100
"""Cells of a row that are looked at."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def recognises(data: bytes) -> bool:
    """Whether the content is a zip archive, as workbooks are too."""
    return data[:4] == b"PK\x03\x04"


def unpack(data: bytes) -> Sheets:
    """The sheets of a workbook or an archive. Raises InputError for what is neither, is damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > SIZE_LIMIT or len(entries) > 10_000:
                raise InputError(f"unpacks to more than {SIZE_LIMIT // 2**20} MiB", where="the file")
            if any(entry.filename == "[Content_Types].xml" for entry in entries):
                return _workbook(data)
            names = [e for e in entries if PurePosixPath(e.filename).suffix == ".csv"]
            return _sheets((PurePosixPath(e.filename).stem, _csv(archive.read(e), e.filename)) for e in names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise InputError(f"the archive cannot be read: {error}", where="the file", hint="is it truncated?") from None


def unpack_folder(folder: Path) -> Sheets:
    """The sheets of a folder of CSV files. Raises InputError."""
    files = sorted(folder.glob("*.csv"))
    try:
        if sum(file.stat().st_size for file in files) > SIZE_LIMIT:
            raise InputError(f"more than {SIZE_LIMIT // 2**20} MiB", where=str(folder))
        return _sheets((file.stem, _csv(file.read_bytes(), file.name)) for file in files)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(folder)) from None


def pack(sheets: Sheets) -> bytes:
    """A workbook. Raises EnvironmentFault without openpyxl."""
    workbook = _openpyxl().Workbook(write_only=True)
    for name, (columns, rows) in sheets.items():
        page = workbook.create_sheet(name)
        page.freeze_panes = "A2"
        for column, heading in enumerate(columns):
            page.column_dimensions[chr(ord("A") + column)].width = max(12, len(heading) + 3)
        page.append([_cell(page, heading, bold=True) for heading in columns])
        for row in rows:
            page.append([_cell(page, row.cells.get(column)) for column in columns])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def pack_csv(sheets: Sheets) -> dict[str, bytes]:
    """A CSV file for every sheet, by file name."""
    files = {}
    for name, (columns, rows) in sheets.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row.cells.get(column)) for column in columns] for row in rows)
        files[f"{name}.csv"] = text.getvalue().encode()
    return files


def pack_archive(sheets: Sheets) -> bytes:
    """The same files in one archive, always the same bytes for the same sheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pack_csv(sheets).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook(data: bytes) -> Sheets:
    try:
        workbook = _openpyxl().load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return _sheets((page.title, _lines(page)) for page in workbook.worksheets)
        finally:
            workbook.close()
    except (InputError, EnvironmentFault):
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parsers do on a damaged file
        raise InputError(f"the workbook cannot be read: {error}", where="the file", hint="save it anew") from None


def _lines(page: Any) -> Iterable[tuple[Any, ...]]:
    """As they are in the file. Not as large as it says it is: its last row and column may be anything."""
    page.reset_dimensions()
    lines: Iterable[tuple[Any, ...]] = page.iter_rows(values_only=True)
    return lines


def _openpyxl() -> ModuleType:
    try:
        import defusedxml  # noqa: F401 - openpyxl uses it where it is installed, and then refuses entities
        import openpyxl
    except ImportError:
        raise EnvironmentFault(
            "workbooks need openpyxl and defusedxml", where="tables", hint="pip install 'hanse[office]', or use CSV"
        ) from None
    return openpyxl


def _csv(data: bytes, name: str) -> Iterator[tuple[Raw, ...]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason})", where=name, hint="save it as CSV UTF-8") from None
    head = text.split("\n", 1)[0]
    # Spreadsheets of many countries write semicolons; a list in a cell then stands in quotes.
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(_untext(cell) for cell in row)
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", where=name, hint="is a quotation mark missing?") from None


def _sheets(pages: Iterable[tuple[str, Iterable[tuple[Any, ...]]]]) -> Sheets:
    sheets: dict[str, tuple[tuple[str, ...], tuple[Row, ...]]] = {}
    total = 0
    for title, lines in pages:
        name = title.strip().casefold()
        if name in sheets:
            raise InputError(f'the sheet "{name}" is there twice', where="the file")
        if len(sheets) > 2 * len(SHEETS):
            raise InputError("there are too many sheets", where="the file", hint=f"use: {', '.join(SHEETS)}")
        headings: tuple[str, ...] | None = None
        rows: list[Row] = []
        for number, line in enumerate(lines, start=1):
            if number > ROW_LIMIT:  # a cell of a workbook says in which row it is, and all before it are empty
                raise InputError(f"row {number:,} is beyond {ROW_LIMIT:,}", where=name, hint="leave no empty rows")
            values = [None if value is None or str(value).strip() == "" else value for value in line[:COLUMN_LIMIT]]
            if headings is None:
                while values and values[-1] is None:
                    values.pop()
                headings = tuple("" if value is None else str(value).strip().casefold() for value in values)
                continue
            if not any(value is not None for value in values):
                continue
            total += 1
            if total > ROW_LIMIT:
                raise InputError(f"more than {ROW_LIMIT:,} rows", where="the file", hint="split the problem")
            cells = {column: value for column, value in zip(headings, values, strict=False) if value is not None}
            if any(value is not None for value in values[len(headings) :]):
                raise InputError("a cell has no heading", where=f"{name}, row {number}")
            rows.append(Row(name, number, cells))
        sheets[name] = headings or (), tuple(rows)
    return sheets


def _cell(page: Any, value: Raw, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils.exceptions import IllegalCharacterError

    try:
        cell = WriteOnlyCell(page, cast(Any, value))
    except IllegalCharacterError:
        raise InputError(f"a workbook cannot carry the text {str(value)[:40]!r}", where=page.title) from None
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text(value: Raw) -> str:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value != "-" and value.startswith(_FORMULA) else str(value)


def _untext(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
