"""The commands of identities: `hanse identity show|issue|present|verify|revoke|delegate|bring|mandate|rotate|guard|
recover|refusals`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.ledger.store import Ledger

identity = typer.Typer(
    name="identity",
    help="Who is who: identifiers, credentials, delegates, lost keys.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

KEY_VARIABLE = "HANSE_KEY"
DAY = 86_400

Data = Annotated[Path, typer.Option(help="Where the league lives.")]
Chain = Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")]
League = Annotated[str | None, typer.Option(help="As a stranger: address of the league on that chain.")]
Block = Annotated[int | None, typer.Option(min=0, help="As after this block. Default: the newest.")]
Role = Annotated[str, typer.Option("--as", help="Whose key of the data directory signs, by the name of its role.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Days = Annotated[float, typer.Option(min=0.001, max=3650, help="For so many days.")]

HOME = Path(".hanse/league")


@identity.command()
def show(
    who: Annotated[str, typer.Argument(help="did:ethr:…, did:pkh:…, an address, or a role of the data directory.")],
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
    block: Block = None,
    as_json: Json = False,
) -> None:
    """The DID document of an identity at a block, with its delegates, clerks and guardians."""
    from hanse.app import identifying

    with identifying.reader(data, chain, league, block, _now()) as at:
        found = identifying.resolved(at, who)
        told = identifying.shown(found, at.ledger.index if at.ledger else None)
    keys = [one["blockchainAccountId"].rpartition(":")[2] for one in found.document["verificationMethod"]]
    lines = [f"{found.did} at block {found.metadata['versionId']}", f"  keys: {', '.join(keys) or 'none, given up'}"]
    lines += [f"  {one['kind']}: {one['delegate']} until {_time(one['valid_to'])}" for one in told.get("delegates", [])]
    lines += [
        f"  clerk {one['clerk']}: {one['per_deal']} cents of a deal, {one['per_period']} in {one['period']} s, until "
        f"{_time(one['valid_to'])}"
        for one in told.get("mandates", [])
    ]
    lines += [f"  guardians: {one['threshold']} of {len(one['guardians'])}" for one in told.get("guardians", [])]
    _tell(told, as_json, "\n".join(lines))


@identity.command()
def issue(
    kind: Annotated[str, typer.Argument(help="organisation, person or device")],
    subject: Annotated[str, typer.Argument(help="Whom it is about: did:…, an address, or a role.")],
    out: Annotated[Path, typer.Option(help="Where the credential is written; give that file to its holder.")],
    claim: Annotated[list[str], typer.Option(help="name=value, as often as there are claims.")],
    days: Days = 365.0,
    role: Role = "notary",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Sign a credential. Each claim is hidden until its holder shows it."""
    from hanse.app import identifying
    from hanse.errors import InputError
    from hanse.identity import credential
    from hanse.identity.did import did_of

    known = next((one for one in credential.KINDS if one == kind), None)
    if known is None:
        raise InputError(f"there are no credentials of {kind!r}", where="kind", hint=f"one of {credential.KINDS}")
    with identifying.reader(data, chain, None, None, _now()) as at:
        ledger = _own(at.ledger)
        account = ledger.keys.account(role)
        office = at.registry.notary_of(account.address)
        issuer = did_of(office or account.address, ledger.chain_id)
        text = credential.issue(
            account,
            issuer,
            known,
            at.there(subject),
            identifying.claims_of(claim),
            valid_from=_now(),
            seconds=round(days * DAY),
            contract=ledger.league.addresses.identities,
        )
        believed = office is not None
    _write(out, text)
    found = credential.read(text)
    told = {
        "digest": found.digest,
        "issuer": str(issuer),
        "subject": str(found.subject),
        "valid_until": found.valid_until,
        "believed": believed,
        "file": str(out),
    }
    note = "" if believed else f"\n  {role} is no notary of this league: nobody here will believe it"
    _tell(told, as_json, f"{kind} credential of {found.subject} until {_time(found.valid_until)}: {out}{note}")


@identity.command()
def present(
    file: Annotated[Path, typer.Argument(help="The credential.")],
    audience: Annotated[str, typer.Option(help="To whom it is shown, as that reader says.")],
    nonce: Annotated[str, typer.Option(help="The number that the reader gave.")],
    out: Annotated[Path, typer.Option(help="Where what is shown is written.")],
    claim: Annotated[list[str] | None, typer.Option("--show", help="A claim to show; all others stay hidden.")] = None,
    role: Annotated[
        str | None, typer.Option("--as", help="Role whose key signs. Default: the key in HANSE_KEY.")
    ] = None,
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """Show some claims of a credential to one reader; it has five minutes to look."""
    from hanse.app import identifying
    from hanse.identity import presentation

    text = identifying.read_text(file)
    names = tuple(claim or ())
    shown = presentation.present(_holder(role, data), text, names, audience=audience, nonce=nonce, now=_now())
    _write(out, shown)
    _tell({"file": str(out), "shown": list(names)}, as_json, f"{', '.join(names) or 'no claim'} shown in {out}")


@identity.command()
def verify(
    file: Annotated[Path, typer.Argument(help="What was shown.")],
    audience: Annotated[str, typer.Option(help="Whom it must have been shown to: you.")],
    nonce: Annotated[str, typer.Option(help="The number you gave.")],
    data: Data = HOME,
    chain: Chain = None,
    league: League = None,
    block: Block = None,
    as_json: Json = False,
) -> None:
    """Judge what somebody shows. Exit code 1 and the reason if it is not believed; your league's list keeps it."""
    from hanse.app import identifying
    from hanse.identity import presentation

    text, now = identifying.read_text(file), _now()
    with identifying.reader(data, chain, league, block, now) as at:
        try:
            found = presentation.verify(text, at.registry, audience=audience, nonce=nonce, now=now)
        except presentation.Refused as no:
            if at.refusals is not None:
                at.refusals.add("hanse identity verify", no.party, no.reason.name, no.where or no.message, now)
            raise
    told = {
        "kind": found.credential.kind,
        "issuer": str(found.credential.issuer),
        "subject": str(found.credential.subject),
        "claims": found.claims,
        "valid_until": found.credential.valid_until,
        "digest": found.credential.digest,
        "block": found.block,
        "block_hash": found.block_hash,
    }
    lines = [f"{found.credential.subject}, says {found.credential.issuer} (status of block {found.block})"]
    lines += [f"  {name}: {value}" for name, value in found.claims.items()]
    _tell(told, as_json, "\n".join(lines))


@identity.command()
def revoke(
    what: Annotated[str, typer.Argument(help="File of the credential, or its digest 0x…")],
    reason: Annotated[str, typer.Option(help="Why; kept with the league's contents.")] = "",
    subject: Annotated[str | None, typer.Option(help="Address it is about, where only the digest is known.")] = None,
    role: Role = "notary",
    data: Data = HOME,
    chain: Chain = None,
    as_json: Json = False,
) -> None:
    """Take a credential back, at once and for ever; the certificate of a member goes with it."""
    from hanse.app import identifying

    text = what if what.startswith("0x") else identifying.read_text(Path(what))
    with identifying.reader(data, chain, None, None, _now()) as at:
        told = identifying.revoke(_own(at.ledger), role, text, subject, reason)
    member = "; it is no certified member any more" if told["member_revoked"] else ""
    _tell(told, as_json, f"taken back in block {told['block']}: {told['digest']}{member}")


@identity.command()
def refusals(
    data: Data = HOME,
    chain: Chain = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 20,
    as_json: Json = False,
) -> None:
    """What was refused for whose identity it showed, and why."""
    from dataclasses import asdict

    from hanse.app import identifying

    with identifying.reader(data, chain, None, None, _now()) as at:
        found = [] if at.refusals is None else at.refusals.newest(limit=limit)
    lines = [f"{_time(one.moment)}  {one.reason}  {one.party or 'nobody known'}  {one.detail}" for one in found]
    _tell({"refusals": [asdict(one) for one in found]}, as_json, "\n".join(lines) or "nothing was refused")


def _now() -> int:
    return int(time.time())


def _own(ledger: Ledger | None) -> Ledger:
    assert ledger is not None, "no command that signs asks a stranger's chain"
    return ledger


def _holder(role: str | None, data: Path) -> LocalAccount:
    from hanse.errors import InputError
    from hanse.ledger.keys import KeyRing, external_account

    if role is not None:
        if not (data / "secret").exists():
            raise InputError("there are no keys in this directory", where=str(data), hint="give --data, or HANSE_KEY")
        return KeyRing(data / "secret").account(role)
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise InputError("nobody says who shows it", where="--as", hint=f"name a role, or set {KEY_VARIABLE}")
    return external_account(key, KEY_VARIABLE)


def _time(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # For its owner alone: the claims in it are readable.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as opened:
        opened.write(text + "\n")


def _tell(told: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else text)
