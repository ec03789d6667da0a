"""The commands of the oracle: `hanse oracle feed|withdraw|say|record|verify`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.app.oracle import Examined
    from hanse.ledger.store import Ledger

oracle = typer.Typer(
    name="oracle",
    help="What several sources say of the world, and who said it (docs/oracles.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Data = Annotated[Path, typer.Option(help="Where the league lives.")]
Chain = Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")]
Notary = Annotated[str | None, typer.Option(help="Address of the feed's notary. Default: this directory's.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

HOME = Path(".hanse/league")


@oracle.command()
def feed(
    file: Annotated[Path, typer.Argument(help="The feed, hanse-feed/1.")],
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Name a feed, its sources and how many must agree; or its next revision. The notary's."""
    from hanse.app import oracle as feeds
    from hanse.instances import read_bytes

    said = feeds.read_feed(read_bytes(file))
    with _ledger(data, chain) as ledger:
        of = feeds.OfLeague(ledger.league, ledger.chain_id)
        number, name = feeds.publish(ledger.league, ledger.content, said, of)
    told = {
        "feed": said.name, "revision": number, "hash": name, "chain_id": of.where.chain_id, "anchors": of.where.anchors,
    }  # fmt: skip
    _tell(told, as_json, f"feed {said.name}, revision {number}: {said.threshold} of {len(said.sources)} sources")


@oracle.command()
def withdraw(
    name: Annotated[str, typer.Argument(help="Name of the feed.")],
    source: Annotated[str, typer.Argument(help="Address of the source that is not to count any more.")],
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Withdraw a source: it counts in no record any more, old ones included. The notary's."""
    from hanse.app import oracle as feeds
    from hanse.errors import InputError
    from hanse.ledger.league import NOTARY

    with _ledger(data, chain) as ledger:
        of = feeds.OfLeague(ledger.league, ledger.chain_id)
        number, root = feeds.newest(of, ledger.league.address(NOTARY), name)
        if number == 0:
            raise InputError("this notary has named no such feed", where=name[:80], hint="hanse oracle feed FILE")
        left = feeds.read_feed(ledger.content.get("0x" + root.hex())).without(source)
        number, _ = feeds.publish(ledger.league, ledger.content, left, of)
    told = {"feed": name, "revision": number, "sources": [address for address, _ in left.sources]}
    _tell(told, as_json, f"feed {name}, revision {number}: {left.threshold} of {len(left.sources)} sources")


@oracle.command()
def say(
    name: Annotated[str, typer.Argument(help="Name of the feed.")],
    subject: Annotated[str, typer.Argument(help="What of, e.g. 'agreement 4, milestone 0'.")],
    value: Annotated[str, typer.Argument(help="A whole number, or a state.")],
    out: Annotated[Path, typer.Option(help="Where the signed statement goes.")],
    chain_id: Annotated[int, typer.Option(help="Id of the league's chain.")],
    anchors: Annotated[str, typer.Option(help="Address of the league's anchors, as `hanse oracle feed` says it.")],
    measured: Annotated[int | None, typer.Option(help="When, seconds since 1970. Default: now.")] = None,
) -> None:
    """Sign what you saw, as a source, with the key in HANSE_KEY. Needs no chain."""
    from eth_utils.address import is_address, to_checksum_address

    from hanse.app import cli_serve
    from hanse.app import oracle as feeds
    from hanse.errors import InputError
    from hanse.instances import write_bytes
    from hanse.ledger.keys import external_account
    from hanse.telemetry.feeds import Signed, Statement, Where

    if not is_address(anchors):
        raise InputError("an address is 0x and 40 hexadecimal digits", where="--anchors")
    where = Where(chain_id, to_checksum_address(anchors))
    key = external_account(os.environ.get(cli_serve.KEY_VARIABLE, ""), cli_serve.KEY_VARIABLE)
    said = Statement(name, subject, value, int(time.time()) if measured is None else measured)
    document = feeds.statement_document(Signed.of(said, where, key))
    write_bytes(out, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
    typer.echo(f"{out}: {key.address} says {value} of {subject}")


@oracle.command()
def record(
    name: Annotated[str, typer.Argument(help="Name of the feed.")],
    subject: Annotated[str, typer.Argument(help="What it is about.")],
    statements: Annotated[list[Path], typer.Argument(help="Statements that sources have signed.")],
    notary: Notary = None,
    at: Annotated[int | None, typer.Option(help="At this moment, seconds since 1970. Default: now.")] = None,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Put down which value counts and who said it; its hash is the evidence of a delivery, a dispute or a ruling."""
    from hanse.app import oracle as feeds
    from hanse.errors import InputError
    from hanse.instances import read_bytes
    from hanse.ledger.league import NOTARY

    said = [feeds.read_statement(read_bytes(one)) for one in statements]
    with _ledger(data, chain) as ledger:
        of = feeds.OfLeague(ledger.league, ledger.chain_id)
        by = notary or ledger.league.address(NOTARY)
        number, root = feeds.newest(of, by, name)
        if number == 0:
            raise InputError("this notary has named no such feed", where=name[:80], hint="hanse oracle feed FILE")
        current = feeds.read_feed(ledger.content.get("0x" + root.hex()))
        moment = int(time.time()) if at is None else at
        made = feeds.record(current, number, by, subject, said, moment, of.where)
        found = feeds.examine(made, ledger.content, of)
        kept = ledger.content.put(made)
    _show(found, kept, as_json)


@oracle.command()
def verify(
    evidence: Annotated[str, typer.Argument(help="Hash of a record, or a file.")],
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Recompute a record from its signatures, by the feed as it is on the chain now. Exit code 1 if it is not true."""
    from hanse.app import oracle as feeds
    from hanse.instances import read_bytes
    from hanse.model.canonical import digest

    with _ledger(data, chain) as ledger:
        said = ledger.content.get(evidence) if evidence.startswith("0x") else read_bytes(Path(evidence))
        found = feeds.examine(said, ledger.content, feeds.OfLeague(ledger.league, ledger.chain_id))
    _show(found, digest(said), as_json)


def _show(found: Examined, name: str, as_json: bool) -> None:
    verdict = found.verdict
    told = {
        "evidence": name,
        "feed": found.feed.name,
        "revision": found.revision,
        "subject": found.subject,
        "value": verdict.value,
        "unit": found.feed.unit,
        "at": found.at,
        "counted": [
            {"source": one.source, "name": one.name, "value": one.value, "measured": one.measured}
            for one in verdict.counted
        ],
    }
    lines = [f"✔ {found.subject}: {verdict.value} {found.feed.unit} (evidence {name})"]
    lines += [f"  {one.name} said {one.value} at {one.measured}" for one in verdict.counted]
    _tell(told, as_json, "\n".join(lines))


@contextmanager
def _ledger(data: Path, chain: str | None) -> Iterator[Ledger]:
    from hanse.app.wiring import check_url
    from hanse.ledger.store import open_ledger

    check_url(chain)
    with open_ledger(data, chain, create=False) as ledger:
        yield ledger


def _tell(document: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False) if as_json else text)
