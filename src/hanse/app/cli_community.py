"""`hanse community`: found, join, leave, give, take, and propose to pay and to share (docs/governance.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.governance.rules import Rules
    from hanse.ledger.community_tables import CommunityRow
    from hanse.ledger.league import Sent
    from hanse.ledger.store import Ledger

community = typer.Typer(
    name="community", help="Communities: found, join, leave, own and share together.", no_args_is_help=True
)

Data = Annotated[Path, typer.Option(help="Where the league lives, with the keys of who acts.")]
Chain = Annotated[str | None, typer.Option(help="URL of the chain. Default: Hanse's own.")]
Who = Annotated[str, typer.Option("--as", help="Whose key acts, by its name in this data directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Number = Annotated[int, typer.Argument(min=1, help="Number of the community; 1 is the league itself.")]
Cents = Annotated[int, typer.Argument(min=1, help="Amount in cents.")]
Why = Annotated[str, typer.Option("--why", help="What the community reads before it votes.")]

HOME = Path(".hanse/league")


@community.command()
def found(
    name: Annotated[str, typer.Argument(help="What people call it, at most 64 bytes.")],
    who: Who,
    data: Data = HOME,
    chain: Chain = None,
    joining: Annotated[str, typer.Option(help="Who may join: open, certified or invited.")] = "open",
    weight: Annotated[str, typer.Option(help="What a vote weighs, for good: equal or contribution.")] = "equal",
    sharing: Annotated[str, typer.Option(help="By what the treasury is shared: equal or contribution.")] = "equal",
    quorum: Annotated[float, typer.Option(help="Per cent of all weight that must take part.")] = 50,
    delay: Annotated[str, typer.Option(help="From a proposal to the first vote: 30m, 12h, 1d.")] = "1d",
    period: Annotated[str, typer.Option(help="How long votes are taken.")] = "3d",
    timelock: Annotated[str, typer.Option(help="From a decision to what it does.")] = "2d",
    as_json: Json = False,
) -> None:
    """Found a community and be its first member."""
    from hanse.governance.rules import Rules
    from hanse.governance.wishes import span

    rules = Rules(joining, weight, sharing, round(quorum * 10_000), span(delay, "--delay"), span(period, "--period"))  # type: ignore[arg-type]
    wait = span(timelock, "--timelock")
    with opened(data, chain) as ledger:
        sent = ledger.communities.found(who, name, rules, wait, key=fresh(ledger, f"community/found/{who}"))
        number = int(sent.value("community"))
        show_one(ledger, number, as_json, f"community {number}, {name}, is founded")


@community.command()
def join(number: Number, who: Who, data: Data = HOME, chain: Chain = None, as_json: Json = False) -> None:
    """Become a member, if the community's rule lets you."""
    _do(data, chain, number, as_json, "joined", lambda at, key: at.communities.join(who, number, key=key))


@community.command()
def leave(number: Number, who: Who, data: Data = HOME, chain: Chain = None, as_json: Json = False) -> None:
    """Be a member no more. What you contributed stays; what you were given is yours."""
    _do(data, chain, number, as_json, "left", lambda at, key: at.communities.leave(who, number, key=key))


@community.command()
def give(
    number: Number, amount: Cents, who: Who, data: Data = HOME, chain: Chain = None, as_json: Json = False
) -> None:
    """Contribute to the treasury, from your money in hand."""

    def do(at: Ledger, key: str) -> Sent:
        lacks = amount - at.communities.free(at.league.address(who))
        if lacks > 0:
            at.communities.allow(who, lacks, key=f"{key}/allow").wait()
            at.communities.deposit(who, lacks, key=f"{key}/deposit").wait()
        return at.communities.contribute(who, number, amount, key=key)

    _do(data, chain, number, as_json, "contributed", do)


@community.command()
def take(who: Who, data: Data = HOME, chain: Chain = None, as_json: Json = False) -> None:
    """Take what communities paid and shared to you into your hand."""
    with opened(data, chain) as ledger:
        free = ledger.communities.free(ledger.league.address(who))
        if free:
            ledger.communities.withdraw(who, free, key=fresh(ledger, f"community/take/{who}")).wait()
        tell({"taken": free}, f"{free / 100:,.2f} taken", as_json)


@community.command()
def pay(
    number: Number,
    to: Annotated[str, typer.Argument(help="Address that is paid.")],
    amount: Cents,
    who: Who,
    why: Why,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Propose to pay somebody from the treasury."""
    from hanse.app.cli_govern import put_forward

    put_forward(data, chain, number, [f"pay {to} {amount}"], who, why, as_json)


@community.command()
def share(
    number: Number, amount: Cents, who: Who, why: Why, data: Data = HOME, chain: Chain = None, as_json: Json = False
) -> None:
    """Propose to share a part of the treasury among all members, by the community's rule, to the cent."""
    from hanse.app.cli_govern import put_forward

    put_forward(data, chain, number, [f"share {amount}"], who, why, as_json)


@community.command()
def show(
    number: Annotated[int | None, typer.Argument(min=1, help="One of them, with its members.")] = None,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """All communities, or one with its members."""
    with opened(data, chain) as ledger:
        if number is not None:
            show_one(ledger, number, as_json)
            return
        rows = ledger.index.communities()
        told = [{"number": row.number, "name": row.name, "treasury": row.treasury} for row in rows]
        lines = (f"{row.number}  {row.name}, treasury {row.treasury / 100:,.2f}" for row in rows)
        tell(told, "\n".join(lines), as_json)


def opened(data: Path, chain: str | None) -> Any:
    """The ledger of a directory that has one."""
    from hanse.app.wiring import check_url
    from hanse.ledger.store import open_ledger

    check_url(chain)
    return open_ledger(data, chain, create=False)


def fresh(ledger: Ledger, prefix: str) -> str:
    """A key for an intention that can be had again later."""
    return f"{prefix}/{ledger.outbox.count(prefix + '/')}"


def show_one(ledger: Ledger, number: int, as_json: bool, done: str = "") -> None:
    """A community with its members. Raises InputError if there is none."""
    from hanse.governance.wording import money, told

    row = community_row(ledger, number)
    members = [one for one in ledger.index.belongs() if one.community == number]
    shown = {
        "number": row.number, "name": row.name, "hand": row.hand, "parent": row.parent or None,
        "rules": rules_json(row.rules), "treasury": row.treasury,
        "members": [
            {"address": one.member, "community": one.child or None, "contributed": one.contributed,
             "delegate": one.delegate}
            for one in members
        ],
    }  # fmt: skip
    lines = [done] if done else []
    lines += [
        f"{row.number}  {row.name}: {told(row.rules)}",
        f"   treasury {money(row.treasury)}, {len(members)} members, acts as {row.hand}",
        *([f"   member of community {row.parent}"] if row.parent else []),
        *(_member(one) for one in members),
    ]
    tell(shown, "\n".join(lines), as_json)


def community_row(ledger: Ledger, number: int) -> CommunityRow:
    """A community as the index has it now. Raises InputError if there is none."""
    from hanse.errors import InputError

    found = next((row for row in ledger.sync().communities() if row.number == number), None)
    if found is None:
        raise InputError(f"there is no community {number}", where="community", hint="hanse community show")
    return found


def rules_json(rules: Rules) -> dict[str, object]:
    """Rules for programs."""
    from dataclasses import asdict

    return asdict(rules)


def tell(shown: object, text: str, as_json: bool) -> None:
    """One JSON document, or text."""
    if as_json:
        json.dump(shown, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        typer.echo(text)


def _member(one: Any) -> str:
    what = f"community {one.child}, " if one.child else ""
    speaks = "" if one.delegate == one.member else f", {one.delegate} votes for it"
    return f"   {what}{one.member}, contributed {one.contributed / 100:,.2f}{speaks}"


def _do(
    data: Path, chain: str | None, number: int, as_json: bool, done: str, act: Callable[[Ledger, str], Sent]
) -> None:
    with opened(data, chain) as ledger:
        community_row(ledger, number)
        act(ledger, fresh(ledger, f"community/{done}/{number}")).wait()
        show_one(ledger, number, as_json, done)
