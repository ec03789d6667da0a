"""`hanse backup` and `hanse restore`: a league in one file, and back."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hanse.ledger.archive import Listing

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]


def backup(
    data: Annotated[Path, typer.Argument(help="The data directory of a league; a service may be at work in it.")],
    file: Annotated[Path, typer.Argument(help="Where to write, e.g. league.tar.gz; nothing is replaced.")],
    db: Annotated[
        str | None, typer.Option(envvar="HANSE_DB", help="Its PostgreSQL database, if it needs more than it noted.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Save a league in one file, while it works: ledger, accounts, chain, contents and the league's keys."""
    from hanse.ledger.backup import back_up

    made = back_up(data, file, db=db)
    if as_json:
        _print_json({"file": str(file), "digest": made.digest, "fresh": made.fresh, **_told(made.listing)})
    elif not quiet:
        typer.echo(f"✔ saved {_words(made.listing)} in {file}, which holds the league's keys: keep it like them")
        if not made.fresh:
            typer.echo("the chain was not saved lately; what it lacks is in the outbox and will be sent again")
        typer.echo(f"keep its digest elsewhere:\n  hanse restore {file} DIR --digest {made.digest}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `hanse backup` wrote.")],
    data: Annotated[Path, typer.Argument(help="The data directory to make; it must not be there yet, or be empty.")],
    digest: Annotated[
        str | None, typer.Option(help="The digest `hanse backup` printed; another file is refused.")
    ] = None,
    db: Annotated[
        str | None, typer.Option(help="An empty PostgreSQL database, postgresql://…, for the league. Default: a file.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a data directory of a backup: 0 all of it is there, 1 the file is torn, damaged or another."""
    from hanse.ledger.restore import restore as put_back

    listing = put_back(file, data, digest=digest, db=db)
    if as_json:
        _print_json({"data": str(data), **_told(listing)})
    elif not quiet:
        typer.echo(f"✔ {data} is as it was on {listing.created}: {_words(listing)}")
        typer.echo(f"verify it: hanse audit --data {data}")


def _told(listing: Listing) -> dict[str, object]:
    told = asdict(listing)
    del told["files"]
    return {**told, "files": len(listing.files), "bytes": listing.size}


def _words(listing: Listing) -> str:
    return f"{len(listing.files)} files, {listing.size / 1e6:.1f} MB"


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
