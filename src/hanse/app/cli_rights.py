"""`hanse rights`: designs, licences and sealed files, as oneself, over a league's service. Keys stay here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.app.client import Client

rights = typer.Typer(
    name="rights",
    help="Whose a design is, who may make it, and who may read it. Signs with the key in HANSE_KEY, or as HANSE_NAME"
    " with HANSE_PASSPHRASE.",
    no_args_is_help=True,
)

Url = Annotated[str, typer.Option(envvar="HANSE_URL", help="The league's service.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
File = Annotated[Path, typer.Argument(help="A drawing or model.")]
Hash = Annotated[str, typer.Argument(help="Hash of the design's file, or the file itself.")]
Sealed = Annotated[str, typer.Argument(help="Hash of the sealed file, as `seal` printed it.")]
Account = Annotated[str, typer.Argument(help="Address of the account, 0x…")]
HERE = "http://127.0.0.1:8080"


@rights.command()
def key(
    url: Url = HERE,
    number: Annotated[int | None, typer.Option(min=1, help="Of the key; the next one replaces it.")] = None,
    as_json: Json = False,
) -> None:
    """Publish the key that files are sealed for when you are to read them. Needs a wallet's key."""
    with _client(url) as client:
        told = client.rights.publish_key(number)
    _tell(as_json, told.model_dump(mode="json"), f"✔ key {told.number} of {told.account} is published")


@rights.command()
def register(
    file: File,
    parent: Annotated[list[str] | None, typer.Option(help="A registered design that it was made from.")] = None,
    url: Url = HERE,
    as_json: Json = False,
) -> None:
    """Register a file as a design of yours: its hash, you, and the time. The file stays here."""
    design = _design(str(file))
    with _client(url) as client:
        client.rights.register(design, parent or ())
        told = client.rights.design(design)
    _tell(as_json, told.model_dump(mode="json"), f"✔ {design} is registered as yours", "next: hanse rights license")


@rights.command()
def license(
    design: Hash,
    licensee: Account,
    pieces: Annotated[int, typer.Option(min=1, help="How many may be made.")],
    until: Annotated[datetime, typer.Option(help="From then on no order uses it. UTC unless it says otherwise.")],
    royalty: Annotated[int, typer.Option(min=0, help="Cents a piece.")] = 0,
    order: Annotated[int, typer.Option(min=0, help="The only order it is for; 0: any of the licensee's.")] = 0,
    url: Url = HERE,
    as_json: Json = False,
) -> None:
    """License a design of yours. Only its end takes it back."""
    from datetime import UTC

    moment = int((until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp())
    with _client(url) as client:
        done = client.rights.license(
            _design(design), licensee, pieces=pieces, until=moment, royalty=royalty, order=order
        )
    number = done.result["licence"]
    _tell(as_json, {"licence": number}, f"✔ licence {number}: {pieces} pieces at {royalty / 100:.2f} each")


@rights.command()
def use(
    licence: Annotated[int, typer.Argument(min=1, help="Number of a licence of yours.")],
    order: Annotated[int, typer.Argument(min=1, help="Number of an order of yours.")],
    url: Url = HERE,
    as_json: Json = False,
) -> None:
    """Use a licence for an order: its pieces are counted, and the royalty is held until the order ends."""
    with _client(url) as client:
        client.rights.use(licence, order)
        told = [one.model_dump(mode="json") for one in client.rights.uses(order)]
    held = sum(one["amount"] for one in told if not one["paid"])
    _tell(as_json, told, f"✔ order {order} uses licence {licence}; {held / 100:.2f} is held for the design's owner")


@rights.command()
def transfer(design: Hash, to: Account, url: Url = HERE) -> None:
    """Give a design of yours to another. Licences go on; royalties of orders that use it already stay yours."""
    with _client(url) as client:
        client.rights.transfer(_design(design), to)
    typer.echo(f"✔ {_design(design)} is {to}'s")


@rights.command()
def contest(
    design: Hash, words: Annotated[str, typer.Argument(help="Your evidence, in words.")], url: Url = HERE
) -> None:
    """Say that a design somebody registered is yours. An arbiter of the league decides."""
    with _client(url) as client:
        client.rights.contest(_design(design), words)
    typer.echo("✔ contested; an arbiter decides")


@rights.command()
def designs(url: Url = HERE, as_json: Json = False) -> None:
    """Your designs, and the licences you have given and got."""
    with _client(url) as client:
        own, given = list(client.rights.designs(own=True)), list(client.rights.licences())
    told = {
        name: [one.model_dump(mode="json") for one in rows] for name, rows in (("designs", own), ("licences", given))
    }
    lines = [f"{one.design}  since {datetime.fromtimestamp(one.time).astimezone():%Y-%m-%d}" for one in own]
    lines += [f"licence {one.number}: {one.left} of {one.pieces} pieces left, {one.design[:10]}" for one in given]
    _tell(as_json, told, *(lines or ["you have no designs yet", "next: hanse rights register FILE"]))


@rights.command()
def seal(file: File, url: Url = HERE, as_json: Json = False) -> None:
    """Seal a file for yourself, here, and leave it with the league; `grant` lets others read it."""
    with _client(url) as client:
        sent = client.upload(file.name, _bytes(file))
    _tell(
        as_json, sent.model_dump(mode="json"), f"✔ {file.name} is sealed as {sent.content}", "next: hanse rights grant"
    )


@rights.command(name="open")
def open_(
    content: Sealed, out: Annotated[Path, typer.Option("--out", help="Where the file goes.")], url: Url = HERE
) -> None:
    """Open a sealed file that you may read. Its owner can see that you did."""
    from hanse.instances import write_bytes

    with _client(url) as client:
        data = client.rights.open(content)
    write_bytes(out, data)
    typer.echo(f"✔ {len(data):,} bytes, in {out}")


@rights.command()
def grant(content: Sealed, reader: Account, url: Url = HERE) -> None:
    """Let an account read a sealed file of yours."""
    with _client(url) as client:
        client.rights.let_read(content, reader)
    typer.echo(f"✔ {reader} may read it")


@rights.command()
def withdraw(content: Sealed, reader: Account, url: Url = HERE) -> None:
    """From now on an account gets nothing of a sealed file of yours. What it has read, it has."""
    with _client(url) as client:
        client.rights.withdraw(content, reader)
    typer.echo(f"✔ {reader} reads it no more; seal the next version anew")


@rights.command()
def log(content: Sealed, url: Url = HERE, as_json: Json = False) -> None:
    """Who was let read a sealed file of yours, and who fetched its key when."""
    with _client(url) as client:
        told = client.rights.readers(content)
    lines = [
        f"{datetime.fromtimestamp(one.moment).astimezone():%Y-%m-%d %H:%M}  {one.reader}  {one.what}"
        for one in told.log
    ]
    _tell(as_json, told.model_dump(mode="json"), *lines)


@contextmanager
def _client(url: str) -> Iterator[Client]:
    """A session as whoever the environment names, ended afterwards. Raises InputError if it names nobody."""
    from hanse.app.client import Client
    from hanse.errors import InputError

    secret, name, phrase = (os.environ.get(one, "") for one in ("HANSE_KEY", "HANSE_NAME", "HANSE_PASSPHRASE"))
    with Client(url) as client:
        if secret:
            client.sign_in_with_key(secret)
        elif name and phrase:
            client.sign_in(name, phrase)
        else:
            raise InputError(
                "who are you?", where="environment", hint="set HANSE_KEY, or HANSE_NAME and HANSE_PASSPHRASE"
            )
        try:
            yield client
        finally:
            client.sign_out()


def _design(name: str) -> str:
    """A hash as it is, or the hash of a file."""
    from hanse.model.canonical import digest

    return name if name.startswith("0x") and len(name) == 66 else digest(_bytes(Path(name)))


def _bytes(file: Path) -> bytes:
    from hanse.errors import InputError

    if not file.is_file():
        raise InputError("there is no such file", where=str(file))
    return file.read_bytes()


def _tell(as_json: bool, told: Any, *lines: str) -> None:
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for line in lines:
        typer.echo(line)
