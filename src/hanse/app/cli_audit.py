"""`hanse audit`: recompute a league from a directory or at a service, sign a report of it, verify one."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from hanse.app import cli_serve
from hanse.errors import InputError

if TYPE_CHECKING:
    from hanse.app.audit import AuditReport
    from hanse.ledger.store import Ledger

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]


def audit(
    data: Annotated[Path | None, typer.Option(help="Where the league lives.")] = None,
    url: cli_serve.Url = None,
    chain: Annotated[str | None, typer.Option(help="The chain the league is on, if it is not Hanse's own.")] = None,
    content: Annotated[Path | None, typer.Option(help="Folder the solvers of rounds share.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a signed report here, .json or .html to read.")] = None,
    since: Annotated[str | None, typer.Option(help="The report's period begins, e.g. 2026-11-01T00:00+01:00.")] = None,
    until: Annotated[str | None, typer.Option(help="The report's period ends.")] = None,
    verify_report: Annotated[Path | None, typer.Option(help="Tell who signed this report; asks nobody.")] = None,
    signer: Annotated[list[str] | None, typer.Option(help="With --verify-report: who must have signed it.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Recompute everything from the chain and the content store: 0 all agrees, 1 what differs. Reports are signed by
    HANSE_KEY, at a service also by the service."""
    if sum(one is not None for one in (data, url, verify_report)) != 1:
        raise InputError(
            "an audit is of a directory or of a service, or a report is verified",
            where="--data, --url, --verify-report",
            hint="give one of them",
        )
    if report is None and (since or until):
        raise InputError("a period is of a report", where="--since, --until", hint="give --report FILE as well")
    if verify_report is not None:
        _verify(verify_report, signer or [], as_json=as_json, quiet=quiet)
        return
    moments = _moment(since, "--since"), _moment(until, "--until")
    if url is not None:
        ok = _at_service(url, report, moments, as_json=as_json, quiet=quiet)
    else:
        assert data is not None
        ok = _of_directory(data, chain, content, report, moments, as_json=as_json, quiet=quiet)
    if report is not None and not quiet and not as_json:
        typer.echo(f"signed report: {report}; verify it anywhere: hanse audit --verify-report {report}")
    if not ok:
        raise typer.Exit(1)


def _of_directory(
    data: Path, chain: str | None, content: Path | None, report: Path | None,
    moments: tuple[int | None, int | None], *, as_json: bool, quiet: bool,
) -> bool:  # fmt: skip
    from hanse.app import audit as auditor
    from hanse.app import show
    from hanse.ledger.keys import external_account

    written: list[dict[str, Any]] = []
    key = None
    if report is not None:
        said = os.environ.get(cli_serve.KEY_VARIABLE, "")
        if not said:
            raise InputError(
                "nobody signs the report",
                where=f"environment, {cli_serve.KEY_VARIABLE}",
                hint=f"set {cli_serve.KEY_VARIABLE} to your private key",
            )
        key = external_account(said, cli_serve.KEY_VARIABLE)

    def then(ledger: Ledger, found: AuditReport, block: int) -> None:
        if key is None:
            return
        import hanse
        from hanse.app import audit_report
        from hanse.clock import SystemClock

        of = audit_report.period(ledger.chain, block, (None, None), moments)
        said = audit_report.report(
            league=ledger.league.name, chain_id=ledger.chain_id, contract=ledger.league.addresses.blocks,
            version=hanse.__version__, chain=ledger.chain, of=of, made=int(SystemClock().now()), by=key.address,
            checks=show.audit_json(found)["checks"], listed=audit_report.happened(ledger.index, of),
        )  # fmt: skip
        written.append(audit_report.signed(said, [audit_report.signature(said, key, "auditor")]))

    found = auditor.audit(data, chain, content, then)
    if report is not None:
        _write(report, written[0])
    if as_json:
        _print_json(show.audit_json(found))
    elif not quiet:
        show.audit(found, Console())
    return found.ok


def _at_service(
    url: str, report: Path | None, moments: tuple[int | None, int | None], *, as_json: bool, quiet: bool
) -> bool:
    from hanse.app import show_service

    with cli_serve.signed_in(url) as client:
        told = client.audit()
        if report is not None:
            period = {name: one for name, one in zip(("since", "until"), moments, strict=True) if one is not None}
            _write(report, client.audit_report(sign=True, **period))
    if as_json:
        _print_json(told.model_dump(mode="json"))
    elif not quiet:
        show_service.audit(told)
    return bool(told.ok)


def _verify(file: Path, signers: list[str], *, as_json: bool, quiet: bool) -> None:
    from hanse.app.audit_report import verify
    from hanse.instances import read_bytes

    found = verify(read_bytes(file), signers)
    said = found.report
    if as_json:
        _print_json({"signers": [{"by": by, "role": role} for by, role in found.signers], "report": said})
    elif not quiet:
        words = "everything agreed" if said["agrees"] else "something differed"
        typer.echo(f"✔ {said['league']} on chain {said['chain']}: {words}, up to block {said['audited']['block']}")
        typer.echo(f"  period: blocks {said['first']['block']} to {said['last']['block']}")
        for by, role in found.signers:
            typer.echo(f"  signed by {by} ({role})")
        if not signers:
            typer.echo("whose addresses these are, you have to know; with --signer ADDRESS it is checked")


def _write(path: Path, file: dict[str, Any]) -> None:
    from hanse.app.audit_report import as_html
    from hanse.instances import write_bytes

    page = path.suffix.lower() in (".html", ".htm")
    write_bytes(path, (as_html(file) if page else json.dumps(file, ensure_ascii=False, indent=1) + "\n").encode())


def _moment(words: str | None, where: str) -> int | None:
    """Seconds since 1970 of an ISO date or time; UTC where it says no zone."""
    if words is None:
        return None
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise InputError(f"{words!r} is no date or time", where=where, hint="write 2026-11-01T00:00+01:00") from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
