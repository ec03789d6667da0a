"""The commands of the market that ask a service: `hanse market …`, `hanse negotiate`. Who asks is HANSE_NAME with
HANSE_PASSPHRASE, or the wallet HANSE_KEY; bids are sealed here, and the service sees their seals alone."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_serve import signed_in
from hanse.errors import InputError

if TYPE_CHECKING:
    from hanse.app.api.shapes import QuotationNow
    from hanse.app.client import Client

market = typer.Typer(
    name="market",
    help="Ask for work, bid under seal, deliver, accept; find what is offered.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Service = Annotated[str, typer.Option("--url", help="The service, http(s)://…")]
Number = Annotated[int, typer.Argument(min=1, help="Number of the request.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Kept = Annotated[Path, typer.Option("--slips", help="Folder in which sealed bids are kept until they are opened.")]
Words = Annotated[str, typer.Option("--words", help="What is said of it.")]
SLIPS = Path(".hanse/bids")
MOMENT = "e.g. 2026-12-24T12:00+01:00"


@market.command()
def ask(
    file: Annotated[Path, typer.Argument(help="The terms, as JSON: title, budget, bond, latest, …")], url: Service,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Ask for quotations. Times in the file are seconds since 1970 or moments, money is cents."""
    terms = _read(file)
    for name in ("latest", "earliest"):
        if isinstance(terms.get(name), str):
            terms[name] = _moment(terms[name], name)
    with signed_in(url) as client:
        told = client._write("POST", "quotations", terms)
        _say(as_json, told.result, f"request {told.result['number']} is open for bids")


@market.command()
def requests(
    url: Service,
    number: Annotated[int | None, typer.Argument(min=1, help="One request, with its bids.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Only those you have a part in.")] = False,
    as_json: Json = False,
) -> None:
    """Show requests for quotation, or one with its bids and what became of it."""
    with signed_in(url) as client:
        found = [client.quotation(number)] if number is not None else list(client.quotations(own=own))
        shown = [one.model_dump(mode="json") for one in found]
        lines = [_line(one) for one in found]
        if number is not None:
            lines += [_bid_line(bid.model_dump()) for bid in found[0].bids]
        _say(as_json, shown[0] if number is not None else shown, *(lines or ["nobody asks for work now"]))


@market.command()
def bid(
    number: Number,
    url: Service,
    price: Annotated[int, typer.Option(min=0, help="Cents.")],
    ready: Annotated[str, typer.Option(help=f"When the work is there, {MOMENT}.")],
    quality: Annotated[float, typer.Option(min=0, max=1, help="Promised.")] = 1.0,
    document: Annotated[str, typer.Option(help="Content hash of what belongs to it, e.g. of hanse broker.")] = "",
    slips: Kept = SLIPS,
    as_json: Json = False,
) -> None:
    """Seal a bid. It is kept in a file first: without that file it cannot be opened, and the bond is lost."""
    from hanse.app.client.quotations import NO_DOCUMENT

    with signed_in(url) as client:
        moment, whole = _moment(ready, "--ready"), round(quality * 1_000_000)
        path = _sealed(client, number, price, moment, whole, document or NO_DOCUMENT, slips)
        until = client.quotation(number).commit_end
        _say(as_json, {"request": number, "slip": str(path), "open_from": until}, f"sealed; kept in {path}",
             f"open it from {_when(until)}: hanse market open {number} --url {url}")  # fmt: skip


@market.command("open")
def open_(number: Number, url: Service, slips: Kept = SLIPS, as_json: Json = False) -> None:
    """Open your bid, when bids are no longer taken; who asked may then read what belongs to it."""
    from hanse.app.client.quotations import NO_DOCUMENT
    from hanse.market import slip

    with signed_in(url) as client:
        path = _slip(slips, number, client.session().address)
        try:
            kept = slip.read(path.read_text(encoding="utf-8"))
        except OSError:
            raise InputError("there is no sealed bid", where=str(path), hint="give its folder with --slips") from None
        client.open_bid(kept)
        one = client.quotation(number)
        if kept.bid.document != NO_DOCUMENT:  # not before: whoever reads the promises knows the price
            client.rights.let_read(kept.bid.document, one.requester)
        leads = one.winner == kept.bidder
        _say(as_json, {"request": number, "leads": leads}, "opened; it leads" if leads else "opened; another leads")


@market.command()
def step(
    number: Number,
    what: Annotated[str, typer.Argument(help="deliver, accept, report, decide, give-up or cancel.")],
    url: Service,
    words: Words = "",
    cause: Annotated[str, typer.Option(help="quality, breakdown, transport; to decide also none.")] = "",
    rating: Annotated[float | None, typer.Option(min=0, max=1, help="Of accepted work.")] = None,
    as_json: Json = False,
) -> None:
    """Take the next step of a request: deliver, accept, report a failure, decide what it was, give up, cancel."""
    said: dict[str, tuple[str, str, dict[str, Any] | None]] = {
        "deliver": ("POST", "/delivery", {"words": words}),
        "accept": ("POST", "/acceptance", {"rating": None if rating is None else round(rating * 1_000_000)}),
        "report": ("POST", "/report", {"cause": cause, "words": words}),
        "decide": ("POST", "/decision", {"cause": cause}),
        "give-up": ("POST", "/surrender", None),
        "cancel": ("DELETE", "", None),
    }
    if what not in said:
        raise InputError(f'"{what}" is no step', where="step", hint=", ".join(said))
    method, path, body = said[what]
    with signed_in(url) as client:
        client._write(method, f"quotations/{number}{path}", body)
        one = client.quotation(number)
        _say(as_json, one.model_dump(mode="json"), _line(one))


@market.command()
def notice(
    file: Annotated[Path, typer.Argument(help="The notice, as JSON: kind, title, services, price, ready, expires, …")],
    url: Service,
    as_json: Json = False,
) -> None:
    """Post what you offer or want."""
    said = _read(file)
    for name in ("ready", "expires"):
        if isinstance(said.get(name), str):
            said[name] = _moment(said[name], name)
    with signed_in(url) as client:
        told = client._write("POST", "notices", said)
        _say(as_json, told.result, f"notice {told.result['number']} is posted")


@market.command()
def search(
    url: Service,
    services: Annotated[list[str] | None, typer.Argument(help="All of these are needed.")] = None,
    kind: Annotated[str, typer.Option(help="offered or wanted.")] = "offered",
    budget: Annotated[int | None, typer.Option(min=0, help="Cents.")] = None,
    at: Annotated[str, typer.Option(help="Where, x,y in metres on the league's map.")] = "",
    reach: Annotated[int | None, typer.Option(min=0, help="Metres.")] = None,
    by: Annotated[str, typer.Option(help=f"Ready by, {MOMENT}.")] = "",
    weights: Annotated[str, typer.Option(help="What counts, e.g. price=4,place=1,reputation=3.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    as_json: Json = False,
) -> None:
    """Find what others offer or want, the best first, each with its reasons."""
    wish: dict[str, Any] = {"kind": kind, "limit": limit}
    wish |= {name: value for name, value in (("budget", budget), ("reach", reach)) if value is not None}
    if at:
        wish |= dict(zip("xy", _numbers(at.split(","), "--at"), strict=True))
    if by:
        wish["by"] = _moment(by, "--by")
    pairs = [one.partition("=") for one in weights.split(",") if one]
    counts = dict(zip((name for name, _, _ in pairs), _numbers([n for *_, n in pairs], "--weights"), strict=True))
    with signed_in(url) as client:
        found = client.search(*(services or ()), weights=counts, **wish)
        lines = [
            f"{one.score / sum(found.weights.values()) / 1_000_000:.3f}  {one.notice.price / 100:>12,.2f}  "
            f"{one.notice.title}  ({one.why})"
            for one in found.found
        ]
        _say(as_json, found.model_dump(mode="json"), *(lines or ["nothing suits"]))


def negotiate(
    stance: Annotated[Path, typer.Argument(help="Your limits and strategy, hanse-stance/1.")],
    url: Service,
    agreement: Annotated[int, typer.Option(min=1, help="Number of the agreement.")],
    against: Annotated[str, typer.Option(help="As its proposer: address of the member you negotiate with.")] = "",
    seconds: Annotated[int, typer.Option(min=0, help="Give up waiting for the other after so long.")] = 3_600,
    as_json: Json = False,
) -> None:
    """Negotiate an agreement by a declared strategy; your limits are never crossed."""
    from hanse.app.negotiating import declare, run
    from hanse.market.negotiation import read

    its = read(_text(stance))
    with signed_in(url) as client:
        declare(client, its)
        done = run(client, agreement, its, against, until=time.monotonic() + seconds)
        told = [{"version": one.version, "what": one.what, "price": one.offer and one.offer.price} for one in done]
        lines = [f"version {one.version}: {one.what}{f' at {one.offer.price:,}' if one.offer else ''}" for one in done]
        _say(as_json, {"stance": its.hash, "moves": told}, f"declared {its.hash[:10]}", *lines)


@market.command()
def promise(
    number: Number,
    url: Service,
    broker: Annotated[str, typer.Option(help="Address of the broker it is made to; nobody else can use it.")],
    part: Annotated[str, typer.Option(help="Which part of the work.")],
    price: Annotated[int, typer.Option(min=0, help="Cents.")],
    minutes: Annotated[int, typer.Option(min=1, help="Of work.")],
    expires: Annotated[str, typer.Option(help=f"Until when it holds, {MOMENT}.")],
    out: Annotated[Path, typer.Option(help="File for the signed promise; the broker gets it.")],
    quality: Annotated[float, typer.Option(min=0, max=1)] = 1.0,
) -> None:
    """Promise a broker a part of a request, signed by your wallet (HANSE_KEY)."""
    import os

    from eth_utils.address import is_address, to_checksum_address

    from hanse.app.cli_serve import KEY_VARIABLE
    from hanse.ledger.keys import external_account
    from hanse.market.quote import Promise

    key = external_account(os.environ.get(KEY_VARIABLE, ""), KEY_VARIABLE)
    if not is_address(broker):
        raise InputError("this is no address", where="--broker")
    with signed_in(url) as client:
        league = client.league()
        made = Promise(
            league.chain_id, league.contracts["Quotations"], number, to_checksum_address(broker), key.address, part,
            price, minutes, round(quality * 1_000_000), _moment(expires, "--expires"),
        )  # fmt: skip
    out.write_text(json.dumps(made.sign(key).words(), indent=1) + "\n", encoding="utf-8")
    typer.echo(f"promised in {out}")


@market.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An assembly, as the broker's bid names it.")],
    number: Annotated[int, typer.Option("--request", min=1)],
    broker: Annotated[str, typer.Option(help="Address of the broker.")],
    url: Service,
    as_json: Json = False,
) -> None:
    """Check a broker's offer: every promise signed by its member, for this request, and the sums."""
    from hanse.market.quote import check, read_assembly

    made = read_assembly(_text(file))
    with signed_in(url) as client:
        league = client.league()
    check(made, league.chain_id, league.contracts["Quotations"], number, broker, int(time.time()))
    told = {"price": made.price, "fee": made.fee, "ready": made.ready, "members": len(made.promises)}
    _say(as_json, told, f"✔ {len(made.promises)} promises signed by their members; fee {made.fee / 100:,.2f}")


def broker(
    number: Number,
    url: Service,
    promises: Annotated[Path, typer.Option(help="Folder with members' signed promises.")],
    parts: Annotated[str, typer.Option(help="The parts of the work in their order, with commas.")],
    out: Annotated[Path, typer.Option(help="File for the assembly.")],
    fee: Annotated[float, typer.Option(min=0, max=1, help="Of what the members get.")] = 0.05,
    slips: Kept = SLIPS,
    as_json: Json = False,
) -> None:
    """Put members' promises together into one bid of your own, planned by the engines, your fee shown; and seal it."""
    from hanse.app.broking import assemble
    from hanse.market.quote import check, read_promise

    with signed_in(url) as client:
        one, who, league = client.quotation(number), client.session().address, client.league()
        found = [read_promise(_text(path)) for path in sorted(promises.glob("*.json"))]
        made, result = assemble(
            [part.strip() for part in parts.split(",")], found, begin=one.reveal_end, latest=one.latest,
            budget=one.budget, least_quality=one.least_quality, fee=round(fee * 1_000_000),
        )  # fmt: skip
        check(made, league.chain_id, league.contracts["Quotations"], number, who, int(time.time()))
        out.write_bytes(made.document())
        named = client.upload(f"assembly-{number}.json", made.document()).content
        path = _sealed(client, number, made.price, made.ready, made.quality, named, slips)
        told = {"request": number, "price": made.price, "fee": made.fee, "assembly": named, "slip": str(path),
                "bound": result.lower_bound, "status": result.status}  # fmt: skip
        _say(as_json, told, f"{len(made.promises)} promises for {made.price / 100:,.2f}, of it your fee "
             f"{made.fee / 100:,.2f}", f"sealed; kept in {path}", f"open it from {_when(one.commit_end)}")  # fmt: skip


def _sealed(client: Client, number: int, price: int, ready: int, quality: int, document: str, slips: Path) -> Path:
    """Seals a bid that was kept in a file first; returns the file."""
    made = client.slip(number, price, ready, quality, document)
    path = _slip(slips, number, made.bidder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(made.text(), encoding="utf-8")
    client.seal_bid(made)
    return path


def _line(one: QuotationNow) -> str:
    won = f", {one.winner[:8]}… for {one.price / 100:,.2f}" if one.winner else ""
    return f"request {one.number}: {one.title or 'untitled'}, {one.stage}{won}, at most {one.budget / 100:,.2f}"


def _bid_line(bid: dict[str, Any]) -> str:
    told = "does not fit" if bid["value"] is None else f"{bid['price'] / 100:,.2f}, counts as {bid['value'] / 100:,.2f}"
    return f"  {bid['bidder'][:8]}…: {told if bid['state'] == 'opened' else bid['state']}"


def _slip(folder: Path, number: int, bidder: str) -> Path:
    return folder / f"request-{number}-{bidder[2:10].lower()}.json"


def _when(moment: int) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat(timespec="minutes")


def _moment(words: str, where: str) -> int:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise InputError(f"{words!r} is no moment", where=where, hint=MOMENT) from None
    return int(found.astimezone().timestamp())


def _numbers(words: Sequence[str], where: str) -> list[int]:
    try:
        return [int(one) for one in words]
    except ValueError:
        raise InputError(f"{','.join(words)!r} are not whole numbers", where=where) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("the file cannot be read", where=str(file)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(_text(file))
    except (ValueError, RecursionError) as failure:
        raise InputError(f"this is no JSON: {failure}", where=str(file)) from None
    if not isinstance(said, dict):
        raise InputError("this is no JSON object", where=str(file))
    return said


def _say(as_json: bool, value: Any, *lines: str) -> None:
    if as_json:
        json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        for line in lines:
            typer.echo(line)
