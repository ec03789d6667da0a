"""The commands of the bridge: `hanse bridge found|attest|anchor|retract|expose|prove|verify|status`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.bridge.source import Source

bridge = typer.Typer(
    name="bridge",
    help="What a league recorded, shown on another chain (docs/bridge.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourceChain = Annotated[str, typer.Option("--chain", help="URL of the league's chain.")]
League = Annotated[str, typer.Option(help="Address of the league on it.")]
Other = Annotated[str, typer.Option("--other", help="URL of the other chain.")]
At = Annotated[str, typer.Option("--beacon", help="Address of the beacon on the other chain.")]
Data = Annotated[Path, typer.Option(help="Where keys and memory of the bridge are kept.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Depth = Annotated[int, typer.Option(help="So many blocks must lie above what is stated.")]
Papers = Annotated[list[Path], typer.Argument(help="Papers that attestors have signed.")]

HOME = Path(".hanse/bridge")
DEPTH = 12


@bridge.command()
def found(
    other: Other,
    league: League,
    source_chain: Annotated[int, typer.Option(help="Id of the league's chain.")],
    attestor: Annotated[list[str], typer.Option(help="Address of an attestor; give one for each.")],
    threshold: Annotated[int, typer.Option(help="How many must sign; more than half.")],
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """Put a beacon on the other chain, for one league and its attestors."""
    from hanse.app.bridging import KEEPER
    from hanse.ledger.bridge.beacon import found_beacon
    from hanse.ledger.store import open_sender

    with open_sender(data, other) as sender:
        admin = sender.keys.account(KEEPER)
        address = found_beacon(sender.outbox, admin, source_chain, league, attestor, threshold)
    told = {"beacon": address, "admin": admin.address, "attestors": attestor, "threshold": threshold}
    _tell(told, as_json, f"the beacon is at {address}; {threshold} of {len(attestor)} attestors must sign")


@bridge.command()
def key(data: Data = HOME, as_json: Json = False) -> None:
    """The address with which this directory attests."""
    from hanse.app.bridging import ATTESTOR
    from hanse.ledger.keys import KeyRing

    address = KeyRing(data / "secret").address(ATTESTOR)
    _tell({"attestor": address}, as_json, address)


@bridge.command()
def attest(
    paper: Annotated[Path, typer.Argument(help="The paper; made if there is none, checked and signed if there is.")],
    chain: SourceChain,
    league: League,
    other: Other,
    beacon: At,
    data: Data = HOME,
    depth: Depth = DEPTH,
    as_json: Json = False,
) -> None:
    """Sign what the league's chain says, as seen from here, as one of the attestors."""
    from hanse.app import bridging
    from hanse.app.bridge_papers import read_paper, write_paper
    from hanse.ledger.keys import KeyRing

    with _chains(chain, league, other, beacon) as (source, there):
        if paper.exists():
            said = read_paper(paper)
            bridging.check(source, there, said, depth)
        else:
            made = bridging.attest(source, there, depth)
            if made is None:
                _tell({"paper": None}, as_json, f"nothing new lies {depth} blocks deep")
                return
            said = made
        said = bridging.signed(said, KeyRing(data / "secret").account(bridging.ATTESTOR), data / "attested")
        write_paper(paper, said)
        needed = there.threshold()
    told = {"paper": str(paper), "number": said.said.number, "signatures": len(said.signatures), "needed": needed}
    _tell(told, as_json, f"{paper}: statement {said.said.number}, {len(said.signatures)} of {needed} signatures")


@bridge.command()
def retract(
    paper: Annotated[Path, typer.Argument(help="Where the paper goes that the other attestors sign.")],
    chain: SourceChain,
    league: League,
    other: Other,
    beacon: At,
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """Say that the league's chain has turned, and which statements are not true any more. Then anchor the paper."""
    from hanse.app import bridging
    from hanse.app.bridge_papers import write_paper
    from hanse.ledger.keys import KeyRing

    with _chains(chain, league, other, beacon) as (source, there):
        said = bridging.retraction(source, there)
    if said is None:
        _tell({"paper": None}, as_json, "every statement is true")
        return
    said = bridging.signed(said, KeyRing(data / "secret").account(bridging.ATTESTOR), data / "attested")
    write_paper(paper, said)
    told = {"paper": str(paper), "number": said.said.number}
    _tell(told, as_json, f"{paper}: takes back the statements from {said.said.number} on")


@bridge.command()
def anchor(papers: Papers, other: Other, data: Data = HOME, as_json: Json = False) -> None:
    """Bring what enough attestors have signed to the other chain. Doing it again does nothing."""
    from hanse.app import bridging
    from hanse.app.bridge_papers import read_paper
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.bridge.statement import Statement
    from hanse.ledger.store import open_sender

    paper = bridging.merged([read_paper(one) for one in papers])
    with open_sender(data, other) as sender:
        beacon = Beacon(sender.chain, paper.scope.beacon)
        bridging.same_scope(beacon, paper)
        relayer, said = sender.keys.account(bridging.RELAYER), paper.said
        if isinstance(said, Statement) and beacon.has(said):
            _tell({"anchored": said.number}, as_json, f"statement {said.number} is anchored already")
            return
        counted = beacon.enough(said, paper.signatures)
        if isinstance(said, Statement):
            sent, what = beacon.post(sender.outbox, relayer, said, counted), "anchored"
        else:
            sent, what = beacon.retract(sender.outbox, relayer, said, counted), "retracted"
    told = {what: said.number, "transaction": sent, "attestors": list(counted)}
    _tell(told, as_json, f"statement {said.number} is {what}, signed by {len(counted)} attestors")


@bridge.command()
def expose(
    one: Annotated[Path, typer.Argument(help="A paper.")],
    another: Annotated[Path, typer.Argument(help="Another one for the same place.")],
    other: Other,
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """Have an attestor struck that signed two statements for one place."""
    from hanse.app import bridging
    from hanse.app.bridge_papers import read_paper
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.store import open_sender

    left, right = read_paper(one), read_paper(another)
    first, second, who = bridging.contradiction(left, right)
    with open_sender(data, other) as sender:
        beacon = Beacon(sender.chain, left.scope.beacon)
        bridging.same_scope(beacon, left)
        sent = beacon.expose(sender.outbox, sender.keys.account(bridging.RELAYER), first, second)
    _tell({"struck": who, "transaction": sent}, as_json, f"{who} is no attestor any more")


@bridge.command()
def prove(
    proof: Annotated[Path, typer.Argument(help="Where the proof goes.")],
    chain: SourceChain,
    league: League,
    other: Other,
    beacon: At,
    of: Annotated[Path | None, typer.Option(help="A plan, or a reading from `hanse telemetry show`.")] = None,
    member: Annotated[str | None, typer.Option(help="Address of a member: its certification.")] = None,
    transaction: Annotated[str | None, typer.Option(help="Hash of a transaction: its last event.")] = None,
    data: Data = HOME,
    tell: Annotated[bool, typer.Option("--tell", help="Have the contract check it, too, and tell all there.")] = False,
    as_json: Json = False,
) -> None:
    """Make a proof that the league recorded a plan, a reading, a certification or anything else."""
    from hanse.app import bridge_subjects, bridging
    from hanse.app.bridge_papers import write_proof
    from hanse.errors import InputError
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.store import open_sender

    if sum(one is not None for one in (of, member, transaction)) != 1:
        raise InputError("say what is to be proven", where="--of, --member, --transaction", hint="give one of them")
    if of is not None:
        wanted, what = bridge_subjects.of_file(of)
    elif member is not None:
        wanted, what = bridge_subjects.certificate(member), f"a certification of {member}"
    else:
        assert transaction is not None
        wanted, what = bridge_subjects.transaction(transaction), f"the transaction {transaction}"
    with _chains(chain, league, other, beacon) as (source, there):
        made = bridging.prove(source, there, wanted, what)
        by = bridging.verify(made, [], 0, there)
    write_proof(proof, made)
    told: dict[str, Any] = {"proof": str(proof), "statement": made.statement.number, **bridging.shown(by.event)}
    if tell:
        with open_sender(data, other) as sender:
            relayer, at = sender.keys.account(bridging.RELAYER), Beacon(sender.chain, beacon)
            told["transaction"] = at.prove(
                sender.outbox, relayer, made.statement.number, made.record, made.position, made.siblings
            )
    _tell(told, as_json, f"{proof}: {what} is under statement {made.statement.number}")


@bridge.command()
def verify(
    proof: Annotated[Path, typer.Argument(help="A proof.")],
    of: Annotated[Path | None, typer.Option(help="The plan or reading that it is to be a proof of.")] = None,
    other: Annotated[str | None, typer.Option("--other", help="URL of the other chain: ask the contract.")] = None,
    attestor: Annotated[list[str] | None, typer.Option(help="Address of an attestor you trust.")] = None,
    threshold: Annotated[int | None, typer.Option(help="So many of them must have signed. Default: most.")] = None,
    beacon: Annotated[str | None, typer.Option(help="Address of the beacon it must be for.")] = None,
    as_json: Json = False,
) -> None:
    """Verify a proof: offline by the attestors you trust, or by the contract. Exit code 1 if it is none."""
    from hanse.app import bridge_subjects, bridging
    from hanse.app.bridge_papers import read_proof
    from hanse.errors import EvidenceError, InputError
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.rpc import RpcChain

    given = read_proof(proof)
    if beacon is not None and beacon.lower() != given.scope.beacon.lower():
        raise EvidenceError(f"the proof is for the beacon {given.scope.beacon}", where=str(proof))
    if other is None and not attestor:
        raise InputError("whom do you trust?", where="--attestor, --other", hint="name attestors, or the other chain")
    if other is not None and beacon is None:
        raise InputError("which contract do you trust?", where="--beacon", hint="give its address on that chain")
    there = None
    if other is not None:
        there = Beacon(RpcChain(other), given.scope.beacon)
    trusted = attestor or []
    found_ = bridging.verify(given, trusted, threshold or len(trusted) // 2 + 1, there)
    if of is not None:
        wanted, what = bridge_subjects.of_file(of)
        if not wanted(found_.event, given.record.log()):
            raise EvidenceError(f"the record does not vouch for {what}", where=str(of))
    scope = given.scope
    told = {
        **bridging.shown(found_.event),
        "block": given.record.height,
        "league": scope.league,
        "chain": scope.source,
        "signed_by": list(found_.by),
        "asked_contract": found_.on_chain,
        "of": None if of is None else what,
    }
    text = f"✔ {found_.event.contract} told {found_.event.name} in block {given.record.height} of chain {scope.source}"
    _tell(told, as_json, text + (f": it vouches for {what}" if of is not None else ""))


@bridge.command()
def status(chain: SourceChain, league: League, other: Other, beacon: At, as_json: Json = False) -> None:
    """Which statements count, and whether the league's chain still bears them out. Exit code 1 if it does not."""
    from hanse.app import bridging

    with _chains(chain, league, other, beacon) as (source, there):
        posted, wrong = there.posted(), bridging.turned(source, there)
        last = max((one.statement.last for one in posted.values()), default=None)
    told = {"statements": len(posted), "last_block": last, "turned": None if wrong is None else wrong.number}
    text = f"{len(posted)} statements" + ("" if last is None else f", up to block {last} of chain {source.chain_id}")
    if wrong is not None:
        text += f"; from statement {wrong.number} on they are not true any more: hanse bridge retract"
    _tell(told, as_json, text)
    if wrong is not None:
        raise typer.Exit(1)


@contextmanager
def _chains(chain: str, league: str, other: str, beacon: str) -> Iterator[tuple[Source, Beacon]]:
    from hanse.ledger.bridge.beacon import Beacon
    from hanse.ledger.bridge.source import Source
    from hanse.ledger.rpc import RpcChain

    here, there = RpcChain(chain), RpcChain(other)
    try:
        yield Source.of(here, league), Beacon(there, beacon)
    finally:
        here.close()
        there.close()


def _tell(document: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False) if as_json else text)
