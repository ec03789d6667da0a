"""`hanse evidence`: any record of the chain as a file that shows itself, and the check of it without a network."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from hanse.app.cli_passport import Json, Known

evidence = typer.Typer(
    name="evidence", help="Records of the chain that can be shown to a court, a bank, a customer.", no_args_is_help=True
)

FORMAT = "hanse-records/1"


@evidence.command()
def make(
    transactions: Annotated[
        list[str], typer.Argument(help="Hashes of transactions, as the audit and pages name them.")
    ],
    data: Annotated[Path, typer.Option(help="Where the league lives.")] = Path(".hanse/league"),
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Where the evidence goes.")] = Path("evidence.json"),
) -> None:
    """Write what these transactions told, with all that shows it offline."""
    from hanse.app.wiring import check_url
    from hanse.errors import EnvironmentFault, InputError
    from hanse.instances import write_bytes
    from hanse.ledger.rpc import RpcChain
    from hanse.ledger.store import open_ledger
    from hanse.model.canonical import canonical
    from hanse.rights.trail import prove

    check_url(chain)
    with open_ledger(data, chain, create=False) as ledger:
        if not isinstance(ledger.chain, RpcChain):
            raise EnvironmentFault("this chain tells no whole blocks", where=str(data))
        found = []
        for name in transactions:
            receipt = ledger.chain.receipt(name)
            if receipt is None:
                raise InputError("the chain has no such transaction", where=name)
            found.append((receipt.block, name))
        league = {"chain_id": ledger.chain_id, "contracts": dict(ledger.league.addresses.by_contract())}
        made = {"format": FORMAT, "league": league, "proof": prove(ledger.chain, found)}
    write_bytes(out, canonical(made))
    typer.echo(f"✔ {len(found)} transactions, in {out}")
    typer.echo(f"next: hanse evidence verify {out} --known HASH   (the hash of block {max(found)[0]}, from any node)")


@evidence.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Evidence, or a passport.")],
    known: Known = None,
    as_json: Json = False,
) -> None:
    """Say what a file shows to whoever knows a block of the chain: 0 it holds, 1 it does not. No network is asked."""
    from hanse.app import passports
    from hanse.errors import EvidenceError, InputError
    from hanse.rights.proof import verify as shown_by

    said = passports.read(file)
    if not isinstance(said, dict) or said.get("format") not in (FORMAT, "hanse-passport/1"):
        raise InputError("this is no evidence", where=str(file), hint="hanse evidence make writes some")
    shown = shown_by(said.get("proof", {}), known or [])
    if shown.unknown:
        raise EvidenceError(
            f"{len(shown.unknown)} blocks of it are not known to you",
            where=f"block {shown.unknown[0]}",
            hint="give the hash of each with --known, from any node of the chain",
        )
    rows = [
        {"record": one.name, "time": one.time, "contract": one.log.address, **_told(said, one.log)}
        for one in shown.records
    ]
    if as_json:
        json.dump({"block": shown.head[0], "hash": shown.head[1], "records": rows}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for row in rows:
        typer.echo(f"✔ {row['record']:<12} {row['event'] or 'an unknown event'} of {row['name'] or row['contract']}")
    typer.echo(f"{len(rows)} records lead to block {shown.head[0]}, which you know")
    typer.echo("next: compare the contracts with your league's; their names are the file's word (--json has addresses)")


def _told(said: Mapping[str, Any], log: Any) -> dict[str, Any]:
    """A log in words, by the names that the file gives to contracts; empty for a contract of another league."""
    from hanse.errors import EnvironmentFault
    from hanse.ledger.contracts import contract

    try:
        names = {at: name for name, at in said["league"]["contracts"].items()}
        event = contract(names[log.address]).event(log)
    except (KeyError, TypeError, AttributeError, EnvironmentFault):
        event = None
    if event is None:
        return {"name": "", "event": "", "values": {}}
    return {"name": event.contract, "event": event.name, "values": _plain(event.values)}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value
