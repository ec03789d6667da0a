"""`hanse convert`, `hanse preview` and `hanse export`: problems and plans in the files that others use."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hanse.instances.tables import Preview

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]


def convert(
    file: Annotated[Path, typer.Argument(help="A problem in any known format, or a folder of CSV tables.")],
    target: Annotated[
        Path, typer.Argument(help="Where to write: .json, .fjs, .xlsx, .zip (CSV), or a folder that exists (CSV).")
    ],
    quiet: Quiet = False,
) -> None:
    """Read a problem in one format and write it in another."""
    import hanse

    problem = hanse.read(file)
    hanse.write(problem, target)
    if not quiet:
        typer.echo(f"wrote {target}: {problem!r}")


def preview(
    file: Annotated[Path, typer.Argument(help="A workbook, an archive or a folder of tables.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """Say what tables hold and list every fault, before anything is made of them: 0 no fault, 1 faults."""
    seen = _look(file)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "rows": dict(seen.counts),
                    "faults": [{"where": f.where, "message": f.message, "hint": f.hint} for f in seen.faults],
                    "total_faults": seen.total,
                    "root": seen.problem and seen.problem.root,
                },
                ensure_ascii=False,
            )
        )
    else:
        for sheet, count in seen.counts:
            typer.echo(f"{sheet:<12}{count:>8} row{'' if count == 1 else 's'}")
        for fault in seen.faults:
            typer.echo(f"✘ {fault}" + (f"\n    next: {fault.hint}" if fault.hint else ""))
        if seen.total > len(seen.faults):
            typer.echo(f"… and {seen.total - len(seen.faults)} more")
        if seen.problem is not None:
            typer.echo(f"✔ {seen.problem!r}\nnext: hanse convert {file} problem.json")
    raise typer.Exit(1 if seen.total else 0)


def export(
    file: Annotated[Path, typer.Argument(help="The problem.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it: hanse-plan/1.")],
    target: Annotated[Path, typer.Argument(help="Where to write: .ics (calendar), .csv or .xlsx (table).")],
    start: Annotated[
        str | None, typer.Option(help="The moment that is time 0, e.g. 2026-11-30T08:00+01:00. A calendar needs it.")
    ] = None,
    member: Annotated[str | None, typer.Option(help="Only what this member does.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write a plan as a calendar or a table for other programs."""
    import hanse
    from hanse.errors import InputError
    from hanse.instances import schedule, write_bytes

    if target.suffix not in schedule.SUFFIXES:
        raise InputError(
            f'"{target.suffix}" is no form of a schedule', where=str(target), hint="name it .ics, .csv or .xlsx"
        )
    begin = None if start is None else _moment(start)
    problem, answer = hanse.read(file), hanse.read_plan(plan)
    if target.suffix == ".ics":
        if begin is None:
            raise InputError(
                "a calendar needs the moment that is time 0", where="--start", hint="--start 2026-11-30T08:00+01:00"
            )
        data = schedule.write_ics(problem, answer, begin, member)
    else:
        data = schedule.write_table(problem, answer, target.suffix, begin, member)
    write_bytes(target, data)
    if not quiet:
        count = len(schedule.items(problem, answer, member))
        typer.echo(f"wrote {target}: {count} operation{'' if count == 1 else 's'}")


def _look(file: Path) -> Preview:
    from hanse.errors import InputError
    from hanse.instances import read_bytes, tables

    try:
        if file.is_dir():
            return tables.preview(tables.unpack_folder(file), file.resolve().name)
        data = read_bytes(file)
        if not tables.recognises(data):
            raise InputError(
                "this is no workbook and no archive of tables", where="", hint="hanse convert reads others"
            )
        return tables.look(data, file.stem)
    except InputError as error:
        raise error.at(str(file)) from None


def _moment(text: str) -> datetime:
    from hanse.errors import InputError

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f'"{text}" is no date', where="--start", hint="e.g. 2026-11-30T08:00+01:00") from None


def export_ledger(
    target: Annotated[Path, typer.Argument(help="Where to write: .sqlite, .jsonl, or a new folder for CSV files.")],
    data: Annotated[Path, typer.Option(help="Where the league lives.")] = Path(".hanse/league"),
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    league: Annotated[
        str | None, typer.Option(help="Address of any league on that chain: read anew, without a data directory.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """Write all records of a league for analysis: every table of the read models, and every event."""
    from hanse.app import exporting
    from hanse.app.wiring import check_url
    from hanse.errors import InputError
    from hanse.ledger.bridge.source import Source
    from hanse.ledger.store import open_ledger

    check_url(chain)
    if league is not None:
        if chain is None:
            raise InputError("a league without a chain", where="--league", hint="give --chain URL")
        with exporting.reached(chain, league) as (source, index):
            records = exporting.gather(source, index)
    else:
        with open_ledger(data, chain, create=False) as ledger:
            source = Source(ledger.chain, ledger.chain_id, ledger.league.addresses)
            records = exporting.gather(source, ledger.index)
    exporting.write(records, target)
    counts = {name: len(rows) for name, (_, rows) in records.tables.items()}
    if as_json:
        typer.echo(json.dumps({"target": str(target), "block": records.block, "rows": counts}))
    else:
        filled = sum(1 for count in counts.values() if count)
        typer.echo(f"wrote {target}: {records.count:,} records in {filled} tables, up to block {records.block}")
