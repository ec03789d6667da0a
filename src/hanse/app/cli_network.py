"""`hanse network init` and `hanse network check`: a league's own chain of several validators."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.network import Finding, Node
    from hanse.network.members import Member

network = typer.Typer(
    name="network",
    help="A league's own chain, run by several of its members (docs/network.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]

SIGNS = {"good": "✔", "note": "•", "wrong": "✘"}


@network.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where the network's files go; it must not be there yet.")],
    engine: Annotated[str, typer.Option(help="besu-qbft, or geth-clique.")] = "besu-qbft",
    validators: Annotated[int | None, typer.Option(help="How many. Default: 4, or one for each host.")] = None,
    members: Annotated[
        Path | None, typer.Option(help="A table (CSV) with columns member, host (of its validator), account.")
    ] = None,
    hosts: Annotated[str | None, typer.Option(help="IP address of each validator, with commas.")] = None,
    local: Annotated[bool, typer.Option("--local", help="All as processes on this machine, to try.")] = False,
    chain_id: Annotated[int, typer.Option(help="Of the network; nobody else's in reach.")] = 421_900,
    period: Annotated[int, typer.Option(help="Seconds between blocks.")] = 2,
    listen: Annotated[
        str | None, typer.Option(help="Address at which each validator is asked. Default: its own machine's inside.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a network: keys, first block, settings, and a directory for each validator. Gas is free in it."""
    from hanse.errors import InputError
    from hanse.network import ENGINES, Network, place, read_members
    from hanse.network import init as make
    from hanse.network.init import MEMBER_WEI

    known = next((one for one in ENGINES if one == engine), None)
    if known is None:
        raise InputError(f"there is no engine {engine!r}", where="--engine", hint=" or ".join(ENGINES))
    league = read_members(members) if members is not None else ()
    sites = place(_hosts(league, hosts, local, validators))
    accounts = {one.account: MEMBER_WEI for one in league if one.account is not None} if known == "geth-clique" else {}
    plan = Network(known, sites, chain_id, period, int(time.time()), listen or "127.0.0.1", accounts)
    if plan.contained and listen is None:
        plan = Network(known, sites, chain_id, period, plan.started, "0.0.0.0", accounts)
    told = make(plan, folder)
    if as_json:
        _print_json({"folder": str(folder), **told})
    elif not quiet:
        typer.echo(f"✔ {len(sites)} validators of chain {chain_id} in {folder}: {_away(len(sites), known)} may be away")
        for one in told["validators"]:
            typer.echo(f"  {one['name']:12} {one['member']:16} {one['host']:16} {one['address']}")
        typer.echo(_next(folder, plan.contained, local, known))


@network.command()
def check(
    where: Annotated[list[str], typer.Argument(help="The directory of a network, or URLs of its validators.")],
    wait: Annotated[
        float | None, typer.Option(min=0, max=600, help="Seconds between two looks. Default: three blocks' time.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say how a network is: 0 all is well, 1 something is wrong (and what to do), 2 bad input, 4 nobody answers."""
    from hanse.network import expected_of, guessed, judge, probe, read_network

    if len(where) == 1 and not where[0].startswith(("http://", "https://")):
        told = read_network(Path(where[0]))
        nodes = [(one["name"], one["url"]) for one in told["validators"]]
        seconds = 3.0 * told["period"] if wait is None else wait
        seen = probe(nodes, seconds)
        expected = expected_of(told)
    else:
        seconds = 6.0 if wait is None else wait
        seen = probe([(url, url) for url in where], seconds)
        seen = tuple(_plainly(node) for node in seen)
        expected = guessed(seen)
    findings = judge(seen, expected, seconds)
    wrong = any(one.weight == "wrong" for one in findings)
    if as_json:
        _print_json(_document(seen, findings))
    elif not quiet or wrong:
        for one in findings:
            if not quiet or one.weight == "wrong":
                _tell(one)
    if all(node.fault for node in seen):
        raise typer.Exit(4)
    if wrong:
        raise typer.Exit(1)


def _hosts(league: tuple[Member, ...], hosts: str | None, local: bool, count: int | None) -> list[Any]:
    """Where validators are, as `place` wants it. Raises InputError if that is said twice, or not as often as asked."""
    from hanse.errors import InputError
    from hanse.network.sites import LEAST, containers

    placed = [(one.name, one.host) for one in league if one.host is not None]
    if sum((bool(placed), hosts is not None, local)) > 1:
        raise InputError(
            "where validators are is said twice", where="--members, --hosts, --local", hint="say it in one place"
        )
    said: list[Any] = placed or (hosts.split(",") if hosts is not None else [])
    if said and count is not None and count != len(said):
        raise InputError(f"{count} validators, and hosts for {len(said)}", where="--validators")
    if said:
        return said
    names = [one.name for one in league]
    wanted = LEAST if count is None else count
    if wanted > 100:
        raise InputError(f"{wanted} validators", where="--validators", hint="at most 100")
    places = ["127.0.0.1"] * wanted if local else list(containers(wanted))
    return [(names[i], host) if i < len(names) else host for i, host in enumerate(places)]


def _away(count: int, engine: str) -> str:
    away = (count - 1) // 2 if engine == "geth-clique" else (count - 1) // 3
    return f"{away} of them"


def _next(folder: Path, contained: bool, local: bool, engine: str) -> str:
    if contained:
        return f"start them: docker compose --file {folder}/compose.yaml up --detach; then hanse network check {folder}"
    if local and engine == "geth-clique":
        return f"start each: {folder}/validator-1/start.sh, …; then hanse network check {folder}"
    return "take each directory to its machine, and forget the keys in it here; docs/network.md says how to go on"


def _plainly(node: Node) -> Node:
    """With a name that does not give away what an URL may hold besides host and port."""
    from dataclasses import replace

    return replace(node, name=node.url)


def _tell(finding: Finding) -> None:
    where = "" if finding.where == "all" else f"{finding.where}: "
    typer.echo(f"{SIGNS[finding.weight]} {finding.about:12} {where}{finding.message}")
    if finding.next:
        typer.echo(f"  {'':12} next: {finding.next}")


def _document(seen: tuple[Node, ...], findings: tuple[Finding, ...]) -> dict[str, Any]:
    nodes = [
        {
            "name": node.name, "url": node.url, "fault": node.fault or None, "chain_id": node.chain_id,
            "client": node.client, "peers": node.peers, "height": node.later, "timestamp": node.timestamp,
            "base_fee": node.base_fee, "rules": node.rules, "clock_ahead": node.ahead,
        }
        for node in seen
    ]  # fmt: skip
    return {
        "ok": not any(one.weight == "wrong" for one in findings),
        "nodes": nodes,
        "findings": [asdict(one) for one in findings],
    }


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
