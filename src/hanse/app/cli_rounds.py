"""The commands of rounds: `hanse round open|status|close`, `hanse solver`, `hanse watch`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.app.rounds.agent import Duties
    from hanse.app.rounds.board import Board
    from hanse.ledger.content import ContentStore
    from hanse.ledger.store import Ledger

rounds = typer.Typer(
    name="round",
    help="Rounds: solvers compete for the best plan, and a lie costs its author.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Data = Annotated[Path, typer.Option(help="Where keys and memory of this league, or this solver, are kept.")]
Chain = Annotated[str | None, typer.Option(help="URL of the chain. Default: Hanse's own, for one process at a time.")]
League = Annotated[str | None, typer.Option(help="Address of the league, needed once.")]
Content = Annotated[
    Path | None, typer.Option(help="Folder that all share, where problems and certificates are. Default: DATA/content")
]
Number = Annotated[int | None, typer.Argument(help="Number of the round. Default: the newest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
Stop = Annotated[int | None, typer.Option(min=1, help="Stop when so many rounds are over. Default: never.")]

HOME = Path(".hanse/league")


@rounds.command("open")
def open_(
    file: Annotated[Path, typer.Argument(help="A problem: hanse JSON or another known format.")],
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
    content: Content = None,
    baseline: Annotated[Path | None, typer.Option(help="A plan to improve on. Default: the margin below.")] = None,
    margin: Annotated[float, typer.Option(help="Baseline of a demand: so much above its cheapest way.")] = 0.25,
    pot: Annotated[int | None, typer.Option(help="Most that all rewards can be. Default: 0.4 % of it.")] = None,
    bond: Annotated[int | None, typer.Option(help="What a claim puts at risk. Default: a tenth of the pot.")] = None,
    commit: Annotated[int | None, typer.Option(help="Seconds in which sealed claims are taken. Default: 30.")] = None,
    reveal: Annotated[int | None, typer.Option(help="Seconds in which they are opened. Default: 15.")] = None,
    challenge: Annotated[int | None, typer.Option(help="Seconds in which they can be challenged. Default: 30.")] = None,
    least: Annotated[int | None, typer.Option(help="Least improvement of a claim. Default: 1.")] = None,
    first_wins: Annotated[bool, typer.Option("--first-wins", help="The first valid claim, not the best.")] = False,
    as_json: Json = False,
) -> None:
    """Open a round over a problem and pay for the best plans. Defaults become what the league's charter asks for."""
    import hanse
    from hanse.app.rounds import coordinate, question

    problem = hanse.read(file)
    asked = question.ask_better_than(problem, hanse.read_plan(baseline)) if baseline else question.ask(problem, margin)
    offer = coordinate.Offer(pot, bond, commit, reveal, challenge, least, first_wins=first_wins)
    with _ledger(data, chain, league, create=True) as ledger:
        asked = coordinate.lawful(asked, ledger.council.terms())
        number = coordinate.open_round(ledger, _shared(data, content), asked, offer)
        told = {"round": number, "league": ledger.league.addresses.league, "problem": problem.root}
    if as_json:
        _print(told)
    else:
        typer.echo(f"round {number} is open in league {told['league']}")


@rounds.command()
def status(
    number: Number = None,
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
    live: Annotated[bool, typer.Option("--live", help="Keep showing it until the round is over.")] = False,
    as_json: Json = False,
) -> None:
    """Show who stands where, and what each would earn."""
    from rich.console import Console
    from rich.live import Live

    from hanse.app.rounds import board

    with _ledger(data, chain, league) as ledger:
        shown = _board(ledger, number)
        if as_json:
            _print(board.as_json(shown))
            return
        console = Console()
        if not live:
            console.print(board.table(shown))
            return
        with Live(board.table(shown), console=console) as view:
            while shown.phase != "over":
                time.sleep(1)
                shown = _board(ledger, shown.round.number)
                view.update(board.table(shown))


@rounds.command()
def close(
    number: Number = None,
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
    content: Content = None,
    out: Annotated[Path | None, typer.Option(help="Write the plan the round brought here.")] = None,
    as_json: Json = False,
) -> None:
    """Watch a round to its end as its sponsor, have it awarded, and put the accepted claims together."""
    import hanse
    from hanse.app.rounds import board, coordinate, question
    from hanse.app.rounds.agent import Duties
    from hanse.errors import HanseError
    from hanse.ledger.league import COORDINATOR

    shared = _shared(data, content)
    with _ledger(data, chain, league) as ledger:
        row = _board(ledger, number).round
        with _agent(ledger, shared, Duties(COORDINATOR, sponsor=True), quiet=as_json) as agent:
            agent.run(lambda: agent.over(row.number))
        row = _board(ledger, row.number).round
        brought = coordinate.outcome(ledger.index.claims(row.number), shared, row, question.fetch(row, shared))
        shown = board.as_json(_board(ledger, row.number))
    if brought.plan is None:
        raise HanseError(
            "the demands nobody was accepted for cannot be planned beside the others",
            where=f"round {row.number}",
            hint="open another round, or raise the budgets",
        )
    if out is not None:
        hanse.write_plan(brought.plan, out)
    if as_json:
        _print(shown | {"accepted": brought.claims, "covered": brought.covered, "value": brought.plan.measures.cost})
    else:
        cost, saved = brought.plan.measures.cost, row.baseline - brought.plan.measures.cost
        accepted = f"{len(brought.claims)} claims accepted for {brought.covered} of {row.demands} demands"
        typer.echo(f"round {row.number}: {accepted}")
        typer.echo(f"the whole plan costs {cost:,}, {saved:,} less than the baseline")


@rounds.command()
def fund(
    address: Annotated[str, typer.Argument(help="Who gets it.")],
    amount: Annotated[int, typer.Argument(min=1, help="Cents of the league.")],
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
) -> None:
    """Give a solver money of the league for its first bonds, out of the treasury."""
    from hanse.app.rounds import coordinate

    with _ledger(data, chain, league) as ledger:
        prefix = f"fund solver/{address}/"
        coordinate.fund(ledger, address, amount, key=f"{prefix}{ledger.outbox.count(prefix)}")
    typer.echo(f"{address} got {amount:,}")


def solver(
    data: Annotated[Path, typer.Option(help="Where this solver's key and memory are kept.")],
    content: Annotated[Path, typer.Option(help="Folder that all share.")],
    chain: Chain = None,
    league: League = None,
    method: Annotated[str, typer.Option(help="auto or a method of hanse solve.")] = "auto",
    part: Annotated[str, typer.Option(help="all, or region|customer|product|share:K/N.")] = "all",
    budget_seconds: Annotated[float, typer.Option(help="Seconds to plan a round at most.")] = 5.0,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    threads: Annotated[int, typer.Option(min=1)] = 1,
    rounds_: Annotated[int | None, typer.Option("--rounds", min=1, help="Stop when so many are over.")] = None,
    address: Annotated[bool, typer.Option("--address", help="Only print the account that needs a bond.")] = False,
    quiet: Quiet = False,
) -> None:
    """Compete: watch rounds, plan, seal, open, refute others' lies, and collect. May be killed and started again."""
    from hanse.app.rounds.agent import Duties
    from hanse.app.rounds.proposing import Choice

    duties = Duties(choice=Choice(part, method, budget_seconds, seed, threads))
    if address:
        from hanse.ledger.keys import KeyRing

        typer.echo(KeyRing(data / "secret").address(duties.role))
        return
    _serve(data, chain, league, content, duties, rounds_, quiet=quiet)


def watch(
    data: Annotated[Path, typer.Option(help="Where this watcher's key and memory are kept.")],
    content: Annotated[Path, typer.Option(help="Folder that all share.")],
    chain: Chain = None,
    league: League = None,
    rounds_: Annotated[int | None, typer.Option("--rounds", min=1, help="Stop when so many are over.")] = None,
    quiet: Quiet = False,
) -> None:
    """Only check others' claims and refute lies."""
    from hanse.app.rounds.agent import Duties

    _serve(data, chain, league, content, Duties("watcher"), rounds_, quiet=quiet)


def _serve(
    data: Path, chain: str | None, league: str | None, content: Path, duties: Duties, stop: int | None, *, quiet: bool
) -> None:
    """Until its rounds are over. A chain that does not answer yet is waited for."""
    from hanse.app.rounds.agent import LONGEST_PAUSE
    from hanse.ledger.chain import Unreachable

    pause = 1.0
    while True:
        try:
            with _ledger(data, chain, league) as ledger:
                pause = 1.0
                with _agent(ledger, _shared(data, content), duties, quiet=quiet) as agent:
                    agent.run(lambda: stop is not None and agent.ended() >= stop)
                return
        except Unreachable as fault:
            _tell(f"waiting for the chain: {fault.message}")
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


@contextmanager
def _agent(ledger: Ledger, shared: ContentStore, duties: Duties, *, quiet: bool) -> Iterator[Any]:
    from hanse.app.rounds.agent import Agent
    from hanse.app.rounds.drawer import Drawer

    drawer = Drawer(ledger.data / "drawer.sqlite3")
    try:
        yield Agent(ledger, shared, drawer, duties, (lambda _: None) if quiet else _tell)
    finally:
        drawer.close()


def _tell(said: str) -> None:
    typer.echo(said)
    sys.stdout.flush()


@contextmanager
def _ledger(data: Path, chain: str | None, league: str | None, *, create: bool = False) -> Iterator[Ledger]:
    from hanse.app.wiring import check_url
    from hanse.ledger.store import open_ledger

    check_url(chain)
    with open_ledger(data, chain, league=league, create=create) as opened:
        yield opened


def _shared(data: Path, content: Path | None) -> ContentStore:
    from hanse.ledger.content import ContentStore

    return ContentStore(content or data / "content")


def _board(ledger: Ledger, number: int | None) -> Board:
    from hanse.app.rounds.board import board
    from hanse.clock import SystemClock
    from hanse.errors import InputError
    from hanse.ledger.rounds import chain_now

    index = ledger.sync()
    newest = max((row.number for row in index.rounds()), default=0)
    shown = board(index, newest if number is None else number, chain_now(ledger.chain, SystemClock()))
    if shown is None:
        raise InputError(f"there is no round {number or ''}".rstrip(), where="rounds", hint=f"the newest is {newest}")
    return shown


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
