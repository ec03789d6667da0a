"""The commands of a member's own agent: `hanse shop`, and `hanse admit` for the coordinator."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

Chain = Annotated[str | None, typer.Option(help="URL of the chain. Default: Hanse's own, for one process at a time.")]
League = Annotated[str | None, typer.Option(help="Address of the league, needed once.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]

HOME = Path(".hanse/shop")


def shop(
    config: Annotated[Path, typer.Argument(help="Settings of the shop, a TOML file (docs/shop.md).")],
    data: Annotated[Path, typer.Option(help="Where this member's keys, journal and memory are kept.")] = HOME,
    content: Annotated[Path, typer.Option(help="Folder that all members share.")] = Path(".hanse/league/content"),
    chain: Chain = None,
    league: League = None,
    publish: Annotated[
        str | None, typer.Option(help="windows, book (all under one root) or nothing. Default: what the settings say.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="One turn, then stop.")] = False,
    seconds: Annotated[float | None, typer.Option("--for", help="Stop after so many seconds. Default: never.")] = None,
    address: Annotated[bool, typer.Option("--address", help="Only print the account to be admitted.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow the plan all day: offer idle time, confirm claims, and take windows of others for late jobs. May be killed
    and started again."""
    from typing import get_args

    from hanse.app.shop import telling
    from hanse.app.shop.members import role_of
    from hanse.app.shop.serve import Place, serve
    from hanse.app.shop.settings import Publish, read_settings
    from hanse.app.wiring import check_url
    from hanse.errors import InputError

    settings = read_settings(config)
    if publish is not None and publish not in get_args(Publish):
        raise InputError(f'"{publish}" is no way to publish', where="--publish", hint="windows, book or nothing")
    if address:
        from hanse.ledger.keys import KeyRing

        typer.echo(KeyRing(data / "secret").address(role_of(settings.member)))
        return
    check_url(chain)
    if publish is not None:
        from msgspec.structs import replace

        settings = replace(settings, offer=replace(settings.offer, publish=publish))
    tell = telling.silence if quiet else telling.as_json(_write) if as_json else telling.as_text(_write)
    begun = time.monotonic()
    place = Place(config, data, content, chain, league)
    try:
        serve(place, settings, tell, lambda: seconds is not None and time.monotonic() - begun >= seconds, once=once)
    except KeyboardInterrupt:
        tell(telling.Told("stopped", "stopped; what was promised stands, and starting again goes on from here", {}))


def admit(
    accounts: Annotated[list[str] | None, typer.Argument(help="Accounts of members that have registered.")] = None,
    data: Annotated[Path, typer.Option(help="Where the league's keys are kept.")] = Path(".hanse/league"),
    chain: Chain = None,
    money: Annotated[int, typer.Option(min=0, help="Cents of the league each gets, once.")] = 0,
    as_json: Json = False,
) -> None:
    """Certify members, and give them their first money. Without accounts: found the league if there is none, and print
    its address and who waits."""
    from hanse.app.shop.members import admit as certify
    from hanse.app.wiring import check_url
    from hanse.ledger.store import open_ledger

    check_url(chain)
    with open_ledger(data, chain) as ledger:
        for account in accounts or ():
            certify(ledger, account, money)
        waiting = [row.address for row in ledger.sync().members() if not row.certified]
        told = {"league": ledger.league.addresses.league, "admitted": list(accounts or ()), "waiting": waiting}
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    typer.echo(f"league {told['league']}")
    for account in accounts or ():
        typer.echo(f"{account} is a member" + (f" and got {money / 100:,.2f}" if money else ""))
    for account in waiting:
        typer.echo(f"{account} waits: hanse admit {account}")


def _write(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()
