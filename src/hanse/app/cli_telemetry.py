"""The commands of machine data: `hanse telemetry listen|import|status|seal|forward|verify|show|late`, and
`hanse machines`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.gateway import Settings
    from hanse.telemetry.journal import Journal

telemetry = typer.Typer(
    name="telemetry",
    help="What machines say: kept, sealed, and compared with the plan.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Config = Annotated[Path, typer.Argument(help="Settings of the gateway, a TOML file (docs/telemetry.md).")]
Data = Annotated[Path, typer.Option(help="Where the gateway keeps its key and its journal.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

HOME = Path(".hanse/telemetry")


@telemetry.command()
def listen(
    config: Config,
    data: Data = HOME,
    seconds: Annotated[float | None, typer.Option("--for", help="Stop after so many seconds. Default: never.")] = None,
    as_json: Json = False,
) -> None:
    """Listen to the brokers and servers of the settings until Ctrl-C, and seal what comes in."""
    from rich.console import Console

    from hanse.app import gateway

    begun = time.monotonic()
    with _opened(config, data) as (settings, journal, key), Console(stderr=True).status("listening …") as line:

        def told(counts: gateway.Counts) -> None:
            line.update(
                f"{counts.stored:,} stored, {counts.known:,} known already, {counts.refused:,} refused, "
                f"{counts.seals} seals"
                + (f", {counts.forwarded} handed on" if settings.service is not None else "")
                + (f" – {counts.trouble}" if counts.trouble else "")
            )

        def over() -> bool:
            return seconds is not None and time.monotonic() - begun >= seconds

        try:
            counts = gateway.listen(settings, journal, key, over, told)
        except KeyboardInterrupt:
            counts = gateway.Counts()
        _tell(
            {**asdict(counts), "readings": len(journal), "signer": key.address},
            as_json,
            f"{len(journal):,} readings in the journal of {settings.member}",
        )


@telemetry.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file: source, machine, metric, measured, value.")],
    config: Config,
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """Take in the readings of a CSV file."""
    from hanse.app import gateway
    from hanse.telemetry.table import read_table

    with _opened(config, data) as (settings, journal, key):
        now = int(time.time() * 1000)
        added = journal.add(read_table(file), settings.gate, now)
        gateway.seal(settings, journal, key, now)
        told = {"stored": len(added.fresh), "known": added.known, "refused": added.refused}
        _tell(told, as_json, f"{len(added.fresh):,} stored, {added.known:,} known already, {added.refused:,} refused")


@telemetry.command()
def status(config: Config, data: Data = HOME, as_json: Json = False) -> None:
    """What is in the journal, and what was turned away and why."""
    with _opened(config, data) as (settings, journal, key):
        refusals, seals = journal.refusals(), journal.seals()
        told = {
            "member": settings.member,
            "readings": len(journal),
            "seals": len(seals),
            "root": "0x" + seals[-1].seal.root.hex() if seals else None,
            "signer": key.address,
            "refused": refusals,
        }
        lines = [f"{settings.member}: {len(journal):,} readings, {len(seals)} seals by {key.address}"]
        lines += [f"  refused {times:,}: {reason}" for reason, times in refusals.items()]
        _tell(told, as_json, "\n".join(lines))


@telemetry.command()
def seal(config: Config, data: Data = HOME, as_json: Json = False) -> None:
    """Sign everything that came in since the last seal."""
    from hanse.app import gateway

    with _opened(config, data) as (settings, journal, key):
        made = gateway.seal(settings, journal, key, int(time.time() * 1000))
        if not made:
            _tell({"seal": None}, as_json, "nothing came in since the last seal")
        else:
            signed = made[-1]
            told = {"seal": signed.seal.number, "count": signed.seal.count, "root": "0x" + signed.seal.root.hex()}
            _tell(told, as_json, f"seal {signed.seal.number} over {signed.seal.count:,} readings: {told['root']}")


@telemetry.command()
def forward(config: Config, data: Data = HOME, as_json: Json = False) -> None:
    """Hand on to the service of the settings what is sealed and not handed on yet."""
    from hanse.app.forwarding import Forwarder
    from hanse.errors import InputError

    with _opened(config, data) as (settings, journal, key):
        if settings.service is None:
            raise InputError("the settings name no service", where=str(config), hint="add [service]")
        forwarder = Forwarder(settings.service, journal, key)
        try:
            forwarder.forward()
        finally:
            forwarder.close()
        told = {"forwarded": forwarder.sent, "skipped": forwarder.skipped}
        text = f"{forwarder.sent:,} seals handed on to {settings.service.url}"
        _tell(told, as_json, text + (f"; {forwarder.skipped:,} are too large for it" if forwarder.skipped else ""))


@telemetry.command()
def verify(
    config: Config,
    data: Data = HOME,
    signer: Annotated[str | None, typer.Option(help="Address of the gateway. Default: the key in DATA.")] = None,
    chain: Annotated[str | None, typer.Option(help="URL of a chain: compare with what is anchored there, too.")] = None,
    league: Annotated[str | None, typer.Option(help="Address of the league on that chain.")] = None,
    account: Annotated[str | None, typer.Option(help="The member's account. Default: the key in DATA.")] = None,
    delegated: Annotated[
        bool, typer.Option("--delegated", help="Also ask that chain whether the gateway may speak for the machines.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Recompute every seal from the readings, and compare with the chain. Exit code 1 if anything was changed."""
    from hanse.app import anchoring
    from hanse.ledger.keys import KeyRing

    with _opened(config, data) as (settings, journal, key):
        covered = journal.verify(signer or key.address)
        told: dict[str, Any] = {"covered": covered, "readings": len(journal)}
        text = f"{covered:,} readings are as they were sealed"
        if chain is not None:
            member = account or KeyRing(data / "secret").address(f"member/{settings.member}")
            found = anchoring.compare(journal, chain, league, member)
            told |= {"anchored": found.seals, "anchored_readings": found.readings}
            if delegated:
                anchoring.check_delegated(journal, found, chain, league, member, signer or key.address)
            text += f"; {found.seals:,} seals on the chain agree and stand for {found.readings:,} of them"
        _tell(told, as_json, text)


@telemetry.command()
def show(number: int, config: Config, data: Data = HOME) -> None:
    """One reading with the evidence for it, as JSON: path to the root, seal and signature."""
    with _opened(config, data) as (settings, journal, _):
        shown = journal.show(number)
        sealed = shown.seal.seal
        _print(
            {
                "member": settings.member,
                "chain_id": settings.chain_id,
                "reading": json.loads(shown.reading.content),
                "path": [{"left": left, "sibling": "0x" + sibling.hex()} for left, sibling in shown.path],
                "seal": {
                    "number": sealed.number,
                    "first": sealed.first,
                    "count": sealed.count,
                    "root": "0x" + sealed.root.hex(),
                    "previous": "0x" + sealed.previous.hex(),
                    "sealed": sealed.sealed,
                },
                "signature": "0x" + shown.seal.signature.hex(),
            }
        )


@telemetry.command()
def late(
    problem: Annotated[Path, typer.Argument(help="The problem.")],
    plan: Annotated[Path, typer.Argument(help="The plan that is carried out.")],
    config: Config,
    epoch: Annotated[str, typer.Option(help="When the plan's time 0 was, with offset: 2026-11-24T08:00:00+01:00")],
    unit: Annotated[float, typer.Option(help="Seconds of one unit of the plan's time.")] = 60.0,
    now: Annotated[str | None, typer.Option(help="As seen at this moment. Default: now.")] = None,
    data: Data = HOME,
    as_json: Json = False,
) -> None:
    """How the plan goes on after what the machines said, and which jobs will be late."""
    import hanse
    from hanse.telemetry.floor import Floor
    from hanse.telemetry.forecast import Calendar, forecast
    from hanse.telemetry.table import read_moment

    question, answer = hanse.read(problem), hanse.read_plan(plan)
    floor = Floor.of(answer.assignments)
    with _opened(config, data) as (_, journal, _key):
        floor.absorb(reading for _, reading in journal.since())
    calendar = Calendar(read_moment(epoch), round(unit * 1000))
    seen = forecast(question, answer, floor, calendar, read_moment(now) if now else int(time.time() * 1000))
    told = {
        "now": seen.now,
        "begun": len(seen.frozen),
        "late": [asdict(job) | {"late": job.late, "newly_late": job.newly_late} for job in seen.late],
        "strange": list(floor.strange),
    }
    lines = [f"time {seen.now}: {len(seen.frozen)} of {len(seen.assignments)} operations have begun"]
    lines += [
        f"  {job.job}: due {job.due}, expected {job.expected}, planned {job.planned} ({job.late} late)"
        for job in seen.late
    ] or ["  no job will be late"]
    lines += [f"  strange: {what}" for what in floor.strange]
    _tell(told, as_json, "\n".join(lines))


def machines(
    file: Annotated[Path, typer.Argument(help="Asset Administration Shells: .aasx, .json or .xml")],
    member: Annotated[str, typer.Option(help="Id of the enterprise.")],
    site: Annotated[str | None, typer.Option(help="Id of its site. Default: the member's.")] = None,
    names: Annotated[Path | None, typer.Option(help="JSON object: capability or its semantic id → service.")] = None,
) -> None:
    """Read the machines of an enterprise and what they can do; prints its part of a problem, as JSON."""
    from hanse.app.gateway import read_names
    from hanse.instances.hanse_json import write_enterprise
    from hanse.telemetry.aas import read_enterprise

    enterprise = read_enterprise(file, member, site or member, services=read_names(names) if names else None)
    typer.echo(write_enterprise(enterprise))


@contextmanager
def _opened(config: Path, data: Path) -> Iterator[tuple[Settings, Journal, LocalAccount]]:
    from hanse.app import gateway
    from hanse.ledger.keys import KeyRing
    from hanse.telemetry.journal import Journal

    settings = gateway.read_settings(config)
    data.mkdir(parents=True, exist_ok=True)
    key = KeyRing(data / "secret").account(f"gateway:{settings.member}")
    journal = Journal(data / "telemetry.db", member=settings.member, chain_id=settings.chain_id)
    try:
        yield settings, journal, key
    finally:
        journal.close()


def _tell(document: dict[str, Any], as_json: bool, text: str) -> None:
    if as_json:
        _print(document)
    else:
        typer.echo(text)


def _print(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
