"""`hanse govern`: propose, vote, queue, execute, delegate, hand the league over to its members (docs/governance.md)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.app.cli_community import HOME, Chain, Data, Json, Number, Who, community_row, fresh, opened, tell
from hanse.app.show_proposals import as_told, moment, proposal_row, show_proposal, words_of

if TYPE_CHECKING:
    from hanse.ledger.community_tables import ProposalRow
    from hanse.ledger.council import Council
    from hanse.ledger.league import Sent

govern = typer.Typer(name="govern", help="Proposals, votes, the charter, versions.", no_args_is_help=True)

Proposal = Annotated[int, typer.Argument(min=1, help="Number of the proposal.")]
Anyone = Annotated[str, typer.Option("--as", help="Whose key sends it; anyone may.")]


@govern.command()
def propose(
    number: Number,
    who: Who,
    do: Annotated[
        list[str] | None, typer.Argument(help='What to do, a sentence each: "set review 5d", "pay 0x… 12000".')
    ] = None,
    why: Annotated[str, typer.Option("--why", help="What people read before they vote.")] = "",
    source: Annotated[
        Path | None, typer.Option("--from", help="A proposal of hanse lab advise, instead of sentences.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Its findings. Default: evidence.json beside the proposal.")
    ] = None,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Propose something to a community you are in. docs/governance.md lists all sentences."""
    from hanse.errors import InputError

    if bool(do) == (source is not None):
        raise InputError("sentences, or --from a file", where="propose", hint="hanse govern propose --help")
    if source is not None:
        _put_forward_advice(data, chain, number, source, evidence or source.parent / "evidence.json", who, why, as_json)
    else:
        put_forward(data, chain, number, do or [], who, why, as_json)


def put_forward(
    data: Path, chain: str | None, number: int, do: list[str], who: str, why: str, as_json: bool
) -> None:  # fmt: skip
    """Makes a proposal and shows it."""
    from hanse.governance.wishes import Wishes

    with opened(data, chain) as ledger:
        its = community_row(ledger, number)
        actions = Wishes(ledger.league.addresses, number, its.hand, its.rules).actions(do)
        key = fresh(ledger, f"govern/propose/{number}")
        made = int(ledger.council.propose(who, number, actions, why, key=key).value("number"))
        show_proposal(ledger, made, as_json)


def _put_forward_advice(
    data: Path, chain: str | None, number: int, source: Path, findings: Path, who: str, why: str, as_json: bool
) -> None:
    """Makes a proposal of what the laboratory advises; whoever is to vote finds its evidence in the content store."""
    from hanse.app.lab import chartering
    from hanse.errors import InputError
    from hanse.governance.wishes import Wishes
    from hanse.instances import read_bytes
    from hanse.ledger.communities import LEAGUE_COMMUNITY

    if number != LEAGUE_COMMUNITY:
        raise InputError(
            "only the league's community changes the charter", where=f"community {number}", hint=f"{LEAGUE_COMMUNITY}"
        )
    advice = chartering.read_advice(read_bytes(source), str(source))
    found = read_bytes(findings)
    chartering.check_evidence(advice, found, str(findings))
    with opened(data, chain) as ledger:
        chartering.check_league(advice, ledger.league.addresses.league, ledger.chain_id)
        its = community_row(ledger, number)
        do = chartering.news(advice, ledger.council.terms())
        actions = Wishes(ledger.league.addresses, number, its.hand, its.rules).actions(do)
        words = chartering.description(advice, why)
        ledger.content.put(found)
        key = fresh(ledger, f"govern/propose/{number}")
        made = int(ledger.council.propose(who, number, actions, words, key=key).value("number"))
        show_proposal(ledger, made, as_json)


@govern.command()
def vote(
    number: Proposal,
    support: Annotated[str, typer.Argument(help="for, against or abstain.")],
    who: Who,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Vote, once. What counts is your weight in the second before the proposal."""
    from hanse.errors import InputError
    from hanse.governance.rules import SUPPORTS

    if support not in SUPPORTS:
        raise InputError(f'"{support[:20]}" is no vote', where="vote", hint=f"one of: {', '.join(SUPPORTS)}")
    with opened(data, chain) as ledger:
        row = proposal_row(ledger, number)
        key = fresh(ledger, f"govern/vote/{number}/{who}")
        ledger.council.vote(who, number, row.digest, support, key=key).wait()
        show_proposal(ledger, number, as_json)


@govern.command()
def queue(
    number: Proposal, who: Anyone = "admin", data: Data = HOME, chain: Chain = None, as_json: Json = False
) -> None:
    """Give what was decided to the community's timelock, where everybody sees it coming."""
    _moved("queue", number, data, chain, as_json, lambda at, row, key: at.queue(who, number, row.actions, key=key))


@govern.command()
def execute(
    number: Proposal, who: Anyone = "admin", data: Data = HOME, chain: Chain = None, as_json: Json = False
) -> None:
    """Do what was decided, when the timelock is over."""
    _moved("execute", number, data, chain, as_json, lambda at, row, key: at.execute(who, number, row.actions, key=key))


@govern.command()
def cancel(number: Proposal, who: Who, data: Data = HOME, chain: Chain = None, as_json: Json = False) -> None:
    """Take your own proposal back, before votes are taken."""
    _moved("cancel", number, data, chain, as_json, lambda at, _, key: at.cancel(who, number, key=key))


def _moved(
    what: str,
    number: int,
    data: Path,
    chain: str | None,
    as_json: bool,
    send: Callable[[Council, ProposalRow, str], Sent],
) -> None:
    """Does one thing with a proposal, and shows it as it is then."""
    with opened(data, chain) as ledger:
        row = proposal_row(ledger, number)
        send(ledger.council, row, fresh(ledger, f"govern/{what}/{number}")).wait()
        show_proposal(ledger, number, as_json)


@govern.command()
def delegate(
    number: Number,
    to: Annotated[str, typer.Argument(help="Address of the member who votes for you; your own takes it back.")],
    who: Who,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Let another member vote for you, on proposals made from then on."""
    from hanse.app.cli_community import show_one
    from hanse.governance.wishes import address

    with opened(data, chain) as ledger:
        community_row(ledger, number)
        key = fresh(ledger, f"govern/delegate/{number}/{who}")
        ledger.communities.delegate(who, number, address(to), key=key).wait()
        show_one(ledger, number, as_json, "delegated")


@govern.command("hand-over")
def hand_over(
    data: Data = HOME,
    chain: Chain = None,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Give up the founder's own right too. Nobody can take this back.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the league's members admins of its contracts: what they decide is done, by the league's hand."""
    from hanse.errors import InputError
    from hanse.ledger.communities import LEAGUE_COMMUNITY
    from hanse.ledger.council import GOVERNED

    with opened(data, chain) as ledger:
        league = community_row(ledger, LEAGUE_COMMUNITY)
        members = ledger.communities.members(LEAGUE_COMMUNITY)
        if for_good and not members:
            raise InputError(
                "the league has no members who could decide", where="hand-over --for-good",
                hint="certified members join first: hanse community join 1",
            )  # fmt: skip
        sent = ledger.council.hand_over(league.hand, key=fresh(ledger, "govern/hand-over"))
        for one in sent:
            one.wait()
        if for_good:
            for one in ledger.council.let_go(key=fresh(ledger, "govern/let-go")):
                one.wait()
        own = ledger.league.address("admin")
        both = [name for name in GOVERNED if ledger.council.governs(name, own)]
        told = {"hand": league.hand, "contracts": list(GOVERNED), "founder_governs": both, "members": len(members)}
        text = f"{league.hand}, moved by {len(members)} members, governs {len(GOVERNED)} contracts"
        text += ", and the founder's key too until --for-good" if both else "; the founder's key does no more"
        tell(told, text, as_json)


@govern.command()
def show(
    number: Annotated[int | None, typer.Argument(min=1, help="One proposal, with its votes.")] = None,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """The charter, where the league goes on, and all proposals; or one proposal with its votes."""
    from hanse.governance.charter import TERMS, said
    from hanse.ledger.succession import successor

    with opened(data, chain) as ledger:
        if number is not None:
            show_proposal(ledger, number, as_json)
            return
        terms, now, height = ledger.council.terms(), moment(ledger), ledger.sync().height()
        moved, wording = successor(ledger.league), words_of(ledger)
        proposals = ledger.index.proposals()
        told = {
            "charter": [
                {"term": one.name, "value": terms[one.number], "unit": one.unit, "least": one.least, "most": one.most,
                 "held_to_by": one.by}
                for one in TERMS
            ],
            "successor": None if moved is None else {"book": moved.book, "block": moved.start, "hard": moved.hard},
            "proposals": [as_told(row, now, wording) for row in proposals],
        }  # fmt: skip
        lines = ["The charter:"]
        lines += [f"  {one.name}: {one.words}: {said(one, terms[one.number])}" for one in TERMS]
        lines += [moved.said(height)] if moved else []
        lines += [
            f"{row.number}  {row.count.state(now)}: {'; '.join(wording.sentences(row.actions))}" for row in proposals
        ]
        tell(told, "\n".join(lines), as_json)
