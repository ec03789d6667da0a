"""`hanse serve`, and the commands that ask a service instead of a data directory."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from hanse.app.client import Client

NAME_VARIABLE, PHRASE_VARIABLE, KEY_VARIABLE = "HANSE_NAME", "HANSE_PASSPHRASE", "HANSE_KEY"
"""Who asks a service from the command line: a name and its pass-phrase, or the private key of a wallet."""

Url = Annotated[str | None, typer.Option("--url", help="Ask this service, http(s)://…, as HANSE_NAME or HANSE_KEY.")]


def serve(
    data: Annotated[Path, typer.Option(help="Where the league lives; it is founded if there is none.")] = Path(
        ".hanse/league"
    ),
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    db: Annotated[
        str | None, typer.Option(envvar="HANSE_DB", help="A PostgreSQL database, postgresql://…  Default: a file.")
    ] = None,
    league: Annotated[str | None, typer.Option(help="Address of a league on that chain. Default: found one.")] = None,
    host: Annotated[str, typer.Option(help="Network address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8080,
    public: Annotated[str, typer.Option(help="The address people type, if a proxy stands in front.")] = "",
    name: Annotated[str, typer.Option(help="Of a league that is founded.")] = "Hanse",
    per_minute: Annotated[int, typer.Option(min=20, help="Requests one account may send in a minute.")] = 1200,
    proxied: Annotated[bool, typer.Option("--proxied", help="Our proxy sets X-Forwarded-For.")] = False,
    other: Annotated[str | None, typer.Option(help="Another chain on which this league is shown, http(s)://…")] = None,
    beacon: Annotated[str | None, typer.Option(help="Address of its beacon there, see hanse bridge.")] = None,
    several: Annotated[
        bool, typer.Option("--several", help="One of several servers on the same --data, --db and --chain.")
    ] = False,
    finality: Annotated[
        str, typer.Option(envvar="HANSE_FINALITY", help="Blocks after which one counts: auto, finalized, or a number.")
    ] = "auto",
) -> None:
    """Serve a league over HTTP: REST API, live events, metrics. The first start prints an invitation."""
    try:
        from hanse.app.api.server import serve as run
        from hanse.app.api.settings import ServeSettings
    except ModuleNotFoundError as missing:
        raise EnvironmentFault(
            f"the service needs {missing.name}", where="hanse serve", hint="pip install 'hanse[serve]'"
        ) from None
    from hanse.app.wiring import check_url
    from hanse.ledger.finality import parse
    from hanse.ledger.opening import check_address

    check_url(chain)
    check_url(other)
    check_address(db)
    parse(finality)
    run(
        ServeSettings(
            data=data,
            chain=chain,
            db=db,
            league=league,
            host=host,
            port=port,
            public=public,
            name=name,
            per_minute=per_minute,
            proxied=proxied,
            other=other,
            beacon=beacon,
            several=several,
            finality=finality,
        )
    )


def orders(
    url: Annotated[str, typer.Option("--url", help="The service, http(s)://…")],
    number: Annotated[int | None, typer.Argument(min=1, help="One order, with its whole story.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """Orders at a service, or one with its story; you are HANSE_NAME with HANSE_PASSPHRASE, or the wallet HANSE_KEY."""
    from hanse.app import show_service

    with signed_in(url) as client:
        if number is None:
            rows = list(client.orders())
            if as_json:
                _print_json([row.model_dump(mode="json") for row in rows])
            else:
                show_service.orders(rows)
            return
        story = client.order(number)
        if as_json:
            _print_json(story.model_dump(mode="json"))
        else:
            show_service.story(story)


def quotes(
    order: Annotated[int, typer.Argument(min=1, help="An open order of yours that was matched.")],
    url: Annotated[str, typer.Option("--url", help="The service, http(s)://…")],
    choose: Annotated[
        str | None, typer.Option(help="Choose one of them: cheapest, soonest, greenest or balanced.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """Dated quotes of an order, beside all that is promised. With --choose, one of those you saw is chosen."""
    from hanse.app import show_service

    with signed_in(url) as client:
        known = client.quotes(order)
        found = known if choose is not None and known.valid else client.ask_quotes(order)
        if choose is not None:
            found = client.choose(found, choose)
        if as_json:
            _print_json(found.model_dump(mode="json"))
        else:
            show_service.quotes(found)


def resources(
    url: Annotated[str, typer.Option("--url", help="The service, http(s)://…")],
    kind: Annotated[str | None, typer.Option(help="computing, storage, software or data.")] = None,
    name: Annotated[str, typer.Option(help="Part of its name.")] = "",
    capacity: Annotated[int, typer.Option(min=1, help="At least so many units.")] = 1,
    price: Annotated[int | None, typer.Option(min=0, help="Cents a unit, at most.")] = None,
    at: Annotated[int | None, typer.Option(min=0, help="Available at this moment, seconds since 1970.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """What certified members let others use besides machines: computing, storage, software, data; cheapest first."""
    from hanse.app import show_service

    with signed_in(url) as client:
        found = client.resources(kind=kind, name=name, capacity=capacity, price=price, at=at)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    else:
        show_service.resources(found)


def signed_in(url: str) -> Client:
    """A client of the service at `url`, signed in as the environment says. Raises InputError if it says nothing."""
    try:
        from hanse.app.client import Client
    except ModuleNotFoundError as missing:
        raise EnvironmentFault(
            f"asking a service needs {missing.name}", where="--url", hint="pip install 'hanse[serve]'"
        ) from None
    name, phrase, key = (os.environ.get(one, "") for one in (NAME_VARIABLE, PHRASE_VARIABLE, KEY_VARIABLE))
    client = Client(url)
    try:
        if key:
            client.sign_in_with_key(key)
        elif name:
            client.sign_in(name, phrase)
        else:
            raise InputError(
                "nobody says who asks",
                where="environment",
                hint=f"set {NAME_VARIABLE} and {PHRASE_VARIABLE}, or {KEY_VARIABLE} to a wallet's private key",
            )
    except BaseException:
        client.close()
        raise
    return client


def say_standing(client: Client) -> None:
    """On standard error, if the last answer may be old or may change: how final it is."""
    seen = client.standing
    if seen.chain not in ("", "well"):
        sys.stderr.write(
            f"as of block {seen.block}, final up to {seen.final}: the chain is {seen.chain}; hanse chain says more\n"
        )


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
