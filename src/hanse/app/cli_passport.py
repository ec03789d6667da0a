"""`hanse passport`: what was made by whom, as a signed file and a page, and the check of it without a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

passport = typer.Typer(
    name="passport",
    help="Passports of delivered products: made from the chain, checked without it.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Known = Annotated[
    list[str] | None, typer.Option(help="Hash of a block that you know to be of the chain. May be given several times.")
]


@passport.command()
def make(
    order: Annotated[int, typer.Argument(min=1, help="Number of the order.")],
    data: Annotated[Path, typer.Option(help="Where the league lives.")] = Path(".hanse/league"),
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    role: Annotated[str, typer.Option("--by", help="The role of this directory that signs.")] = "coordinator",
    out: Annotated[Path, typer.Option("--out", help="Where the passport goes.")] = Path("passport.json"),
    page: Annotated[Path | None, typer.Option(help="Where a page for people goes, with its QR code.")] = None,
    url: Annotated[str, typer.Option(help="What the QR code says: where people find the passport.")] = "",
    as_json: Json = False,
) -> None:
    """Write the passport of an order that was agreed on: every step, machine, reading, credential and design."""
    from hanse.app import passports
    from hanse.app.passport_page import page as drawn
    from hanse.app.wiring import check_url
    from hanse.errors import EnvironmentFault
    from hanse.instances import write_bytes
    from hanse.ledger.rpc import RpcChain
    from hanse.ledger.store import open_ledger
    from hanse.model.canonical import canonical
    from hanse.rights.passport import signed

    check_url(chain)
    with open_ledger(data, chain, create=False) as ledger:
        if not isinstance(ledger.chain, RpcChain):
            raise EnvironmentFault("this chain tells no whole blocks", where=str(data))
        account = ledger.league.keys.account(role)
        contracts = ledger.league.addresses.by_contract()
        made = signed(passports.make(ledger.chain, contracts, ledger.content, order), account)
        newest = max(one["block"] for one in made["proof"]["receipts"])
        head = ledger.chain.block(newest)
    write_bytes(out, canonical(made))
    if page is not None:
        write_bytes(page, drawn(made, url or out.name).encode())
    told = {"order": order, "passport": str(out), "by": made["signature"]["by"], "known": head.hash if head else ""}
    if as_json:
        json.dump(told | {"page": str(page) if page else None}, sys.stdout)
        sys.stdout.write("\n")
        return
    typer.echo(f"✔ passport of order {order}: {len(made['proof']['receipts'])} transactions shown, in {out}")
    typer.echo(f"next: hanse passport verify {out} --known HASH   (the hash of block {newest}, from any node)")


@passport.command()
def life(
    order: Annotated[int, typer.Argument(min=1, help="Number of the order that the product was made for.")],
    kind: Annotated[str, typer.Argument(help="used, serviced, repaired, passed on, taken back, recycled, disposed of")],
    role: Annotated[str, typer.Option("--as", help="Whose key says it: the customer, a maker, a certified member.")],
    words: Annotated[str, typer.Option(help="In words.")] = "",
    material: Annotated[
        list[str] | None, typer.Option(help="name=grams, such as steel=1200; as often as there are materials.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Where the league lives.")] = Path(".hanse/league"),
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    as_json: Json = False,
) -> None:
    """Record what became of a product; its passport lists it from then on."""
    from hanse.app import passports
    from hanse.app.wiring import check_url
    from hanse.ledger.store import open_ledger

    check_url(chain)
    turn = passports.turn(order, kind, words, material or ())
    with open_ledger(data, chain, create=False) as ledger:
        number, name = passports.record_turn(ledger, role, turn)
    told = {"order": order, "kind": turn.kind, "number": number, "document": name}
    if as_json:
        json.dump(told, sys.stdout)
        sys.stdout.write("\n")
        return
    typer.echo(f"✔ order {order}, {turn.kind}: {name}")
    typer.echo("next: hanse passport make, which lists it")


@passport.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A passport.")],
    known: Known = None,
    league: Annotated[
        Path | None, typer.Option(help="What the league says of itself (GET /api/v1/league), as you saved it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a passport without a network: 0 it holds, 1 it does not. Every claim is made again from the records."""
    from hanse.app import passports
    from hanse.rights.passport import check

    verdict = check(passports.read(file), known or [], _contracts(league))
    if as_json:
        json.dump(passports.told(verdict), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    said = verdict.statement
    typer.echo(f"✔ order {verdict.order}: {said['product']['quantity']} × {said['product']['name'] or 'product'}")
    typer.echo(f"✔ {verdict.records} records lead to block {verdict.head[0]}, which you know")
    for one in said["steps"]:
        work = ", ".join(f"{place[1]} on {place[2]}" for place in one["work"]) or "work"
        typer.echo(
            f"✔ {one['member'][:10]}: {work}: {one['ending'] or 'not ended'}   (records {', '.join(one['records'])})"
        )
    typer.echo(f"signed by {verdict.issuer}")
    if league is None:
        typer.echo("next: compare the contracts it names with your league's, or pass --league")


def _contracts(league: Path | None) -> dict[str, str] | None:
    from hanse.errors import InputError

    if league is None:
        return None
    try:
        return {str(name): str(at) for name, at in json.loads(league.read_bytes())["contracts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("this is not what a league says of itself", where=str(league)) from None
