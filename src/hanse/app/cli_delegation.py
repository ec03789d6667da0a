"""The commands of `hanse identity` about keys that act for others: `delegate|bring|mandate|rotate|guard|recover`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_identity import DAY, HOME, Chain, Data, Days, Json, _own, _tell, _write, identity

if TYPE_CHECKING:
    from hanse.app.identifying import Reader
    from hanse.ledger.store import Ledger

Who = Annotated[str, typer.Option("--of", help="The identity: did:…, an address, or a role. Default: --as itself.")]
As = Annotated[str, typer.Option("--as", help="Role whose key decides; the identity's owner.")]


@identity.command()
def delegate(
    to: Annotated[str, typer.Argument(help="The delegate: an address, did:…, or a role.")],
    role: As,
    machine: Annotated[str | None, typer.Option(help="May seal readings of this machine only.")] = None,
    kind: Annotated[str, typer.Option(help="hanse/readings, sigAuth (shows credentials) or veriKey (signs them).")] = (
        "hanse/readings"
    ),
    days: Days = 365.0,
    end: Annotated[bool, typer.Option("--end", help="End it now instead.")] = False,
    paper: Annotated[
        Path | None, typer.Option(help="Sign it into this file instead, for anybody to send: hanse identity bring.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0.01, max=365, help="A paper can be sent for so many days.")] = 7.0,
    of: Who = "",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Let another key do one thing for an identity, until a time: a gateway seal readings, a desk show credentials."""
    from hanse.app import identifying
    from hanse.ledger.identities import kinds_of
    from hanse.ledger.identity_tables import kinds_to_end

    machines = [] if machine is None else [machine]
    kinds = kinds_of(kind, machines)
    with _acting(data, chain, of or role) as (at, ledger, who):
        delegated = at.did(to).address
        if paper is not None:
            told = identifying.signed(
                at, role, who, delegated, kinds, 0 if end else round(days * DAY), round(wait * DAY)
            )
            _write(paper, json.dumps(told, indent=1))
            _tell(told, as_json, f"{paper}: anybody can send it for {wait:g} days; a change of {who} makes it void")
            return
        key = identifying.key_of(ledger, f"delegate/{who}/{delegated}")
        if end:
            ledger.index.sync()
            rows = [row for row in ledger.index.delegates() if row.identity == who]
            kinds = kinds_to_end(rows, delegated, kind, machines, at.registry.time)
        with ledger.batch():
            for what in kinds:
                if end:
                    ledger.identities.revoke_delegate(role, who, what, delegated, key=f"{key}/{what}")
                else:
                    seconds = round(days * DAY)
                    ledger.identities.add_delegate(role, who, what, delegated, seconds, key=f"{key}/{what}")
        told = {"identity": who, "delegate": delegated, "kinds": kinds, "acts": not end}
    text = "acts no more for" if end else f"acts for {days:g} days for"
    _tell(told, as_json, f"{delegated} {text} {who}: {', '.join(kinds)}")


@identity.command()
def bring(
    paper: Annotated[Path, typer.Argument(help="A delegation that its owner has signed.")],
    role: Annotated[str, typer.Option("--as", help="Role whose key sends it; anybody's does.")],
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Send a delegation that somebody else has signed. It says what its owner said, whoever sends it."""
    from hanse.app import identifying

    with _acting(data, chain, role) as (_, ledger, _):
        told = identifying.bring(ledger, role, identifying.read_text(paper).encode(), str(paper))
    text = "acts for" if told["seconds"] else "acts no more for"
    _tell(told, as_json, f"{told['delegate']} {text} {told['identity']}: {told['kind']}, since block {told['block']}")


@identity.command()
def mandate(
    clerk: Annotated[str, typer.Argument(help="Who may sign agreements: an address, did:…, or a role.")],
    role: As,
    per_deal: Annotated[int, typer.Option(min=0, max=2**96 - 1, help="Cents of one agreement, at most.")] = 0,
    per_period: Annotated[int, typer.Option(min=0, max=2**96 - 1, help="Cents of a period, at most.")] = 0,
    period: Annotated[float, typer.Option(min=1 / 24, max=3650, help="Days of a period.")] = 30.0,
    days: Days = 365.0,
    end: Annotated[bool, typer.Option("--end", help="End it now instead.")] = False,
    of: Who = "",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Let a clerk sign agreements for an identity up to an amount; the contract holds it to that."""
    from dataclasses import asdict

    from hanse.app import identifying
    from hanse.ledger.identities import NO_MANDATE, Mandate

    with _acting(data, chain, of or role) as (at, ledger, who):
        named = at.did(clerk).address
        until = at.registry.time + round(days * DAY)
        terms = NO_MANDATE if end else Mandate(per_deal, per_period, round(period * DAY), until)
        key = identifying.key_of(ledger, f"mandate/{who}/{named}")
        ledger.identities.mandate(role, who, named, terms, key=key).wait()
    told = {"identity": who, "clerk": named, **asdict(terms)}
    text = "signs nothing more" if end else f"signs up to {per_deal} cents, {per_period} in {period:g} days,"
    _tell(told, as_json, f"{named} {text} for {who}")


@identity.command()
def rotate(
    owner: Annotated[str, typer.Argument(help="The new key: an address, or a role of the data directory.")],
    role: As,
    of: Who = "",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Give an identity to another key. What the old one signed and nobody has used is worth nothing from then on."""
    from hanse.app import identifying

    with _acting(data, chain, of or role) as (at, ledger, who):
        to = at.did(owner).address
        key = identifying.key_of(ledger, f"rotate/{who}")
        block = ledger.identities.change_owner(role, who, to, key=key).wait().block
    _tell({"identity": who, "owner": to, "block": block}, as_json, f"{who} belongs to {to} since block {block}")


@identity.command()
def sit(
    role: As,
    of: Annotated[str, typer.Argument(help="The identity: did:…, an address, or a role; --as itself ends it.")],
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Act for an identity that was given to this key wherever it holds an office, in every contract at once."""
    from hanse.app import identifying

    with _acting(data, chain, of) as (_, ledger, who):
        own = ledger.league.address(role)
        ledger.identities.sit(role, who, key=identifying.key_of(ledger, f"sit/{own}/{who}")).wait()
    text = f"{own} acts for {who} in its offices" if who != own else f"{own} acts for itself alone"
    _tell({"key": own, "identity": who}, as_json, text)


@identity.command()
def guard(
    role: As,
    guardian: Annotated[
        list[str] | None, typer.Option(help="An address, did:… or role; as often as there are.")
    ] = None,
    threshold: Annotated[int, typer.Option(min=0, max=16, help="How many must agree.")] = 0,
    hours: Annotated[float, typer.Option(min=1, max=2160, help="How long the owner can object.")] = 72.0,
    of: Who = "",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Say who can give an identity another key when its own is lost; without --guardian, nobody can."""
    from hanse.app import identifying

    with _acting(data, chain, of or role) as (at, ledger, who):
        named = [at.did(one).address for one in guardian or ()]
        key = identifying.key_of(ledger, f"guard/{who}")
        ledger.identities.guard(role, who, named, threshold, round(hours * 3600), key=key).wait()
    _tell(
        {"identity": who, "guardians": named, "threshold": threshold, "delay": round(hours * 3600)},
        as_json,
        f"{threshold} of {len(named)} guardians can recover {who}, {hours:g} hours after they agree",
    )


@identity.command()
def recover(
    who: Annotated[str, typer.Argument(help="The identity: did:…, an address, or a role.")],
    role: As,
    to: Annotated[str | None, typer.Option(help="As a guardian: who is to be its owner.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="As anyone: make the change that was agreed on.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="As its owner: object.")] = False,
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Recover an identity whose key is lost: guardians name its new owner, wait, and make the change."""
    from hanse.app import identifying
    from hanse.errors import InputError

    if (to is not None) + finish + cancel != 1:
        raise InputError("one of --to, --finish and --cancel", where="recover", hint="hanse identity recover --help")
    with _acting(data, chain, role) as (at, ledger, own):
        identity_, identities = at.there(who).address, ledger.identities
        key = identifying.key_of(ledger, f"recover/{identity_}/{role}")
        if to is not None:
            identities.support(role, identity_, own, at.did(to).address, key=key).wait()
        elif finish:
            identities.recover(role, identity_, key=key).wait()
        else:
            identities.cancel_recovery(role, identity_, key=key).wait()
        _, how = identities.guardians(identity_)
        told: dict[str, Any] = {
            "identity": identity_,
            "owner": identities.owner(identity_),
            "candidate": how.candidate if how.ready_at else None,
            "ready_at": how.ready_at or None,
        }
    waits = f"; {told['candidate']} can be from {told['ready_at']} on" if told["ready_at"] else ""
    _tell(told, as_json, f"{identity_} belongs to {told['owner']}{waits}")


@contextmanager
def _acting(data: Path, chain: str | None, who: str) -> Iterator[tuple[Reader, Ledger, str]]:
    """One's own league, open, and the address of whoever it is about."""
    from hanse.app import identifying

    with identifying.reader(data, chain, None, None, int(time.time())) as at:
        yield at, _own(at.ledger), at.did(who).address
