"""`hanse chain`: whether the chain under a league goes on, how far it is read, and how final that is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_serve import Url, signed_in
from hanse.errors import EvidenceError, InputError

if TYPE_CHECKING:
    from hanse.ledger.finality import Finality
    from hanse.ledger.watch import Standing

AHEAD = 15
"""Seconds by which two clocks may differ before it is worth a word."""


def chain(
    data: Annotated[Path | None, typer.Option(help="The league's data directory.")] = None,
    chain: Annotated[
        str | None, typer.Option(help="Nodes of its chain, http(s)://…,… or of one without a league.")
    ] = None,
    url: Url = None,
    finality: Annotated[
        str, typer.Option(envvar="HANSE_FINALITY", help="Blocks after which one counts: auto, finalized, or a number.")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> None:
    """How the chain is: does it go on, how far is it read, how final is that. Exit code 1 if something is not well."""
    told = (
        _by_service(url)
        if url is not None
        else _by_directory(data, chain, finality)
        if data
        else _alone(chain, finality)
    )
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(_lines(told)) + "\n")
    if told["state"] != "well":
        raise EvidenceError(told["said"], where="hanse chain", hint="docs/faults.md says what each state means")


def _by_service(url: str) -> dict[str, Any]:
    with signed_in(url) as client:
        return client.chain().model_dump(mode="json")


def _by_directory(data: Path, chain: str | None, finality: str) -> dict[str, Any]:
    from hanse.app.wiring import check_url
    from hanse.clock import SystemClock
    from hanse.ledger.store import open_ledger
    from hanse.ledger.watch import Watch

    check_url(chain)
    with open_ledger(data, chain, create=False, finality=finality) as ledger:
        watch, waiting = Watch(ledger.chain, ledger.finality, SystemClock()), ledger.outbox.pending()
        read = ledger.index.height()
        watch.look(waiting, read)
        return _told(watch.standing(read), ledger.finality, waiting, ledger.index.turns())


def _alone(chain: str | None, finality: str) -> dict[str, Any]:
    from hanse.clock import SystemClock
    from hanse.ledger.finality import finality as how_final
    from hanse.ledger.rpc import RpcChain
    from hanse.ledger.watch import Watch

    if chain is None:
        raise InputError("which chain?", where="hanse chain", hint="give --data, --url or --chain")
    node = RpcChain(chain)
    final = how_final(node, finality)
    watch = Watch(node, final, SystemClock())
    read = node.height()
    watch.look(0, read)
    return _told(watch.standing(read), final, 0, 0)


def _told(now: Standing, finality: Finality, waiting: int, turns: int) -> dict[str, Any]:
    more = {"engine": finality.engine, "why": finality.why, "waiting": waiting, "turns": turns}
    return {**asdict(now), **more}


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [
        f"{told['state']}{': ' if told['said'] else ''}{told['said']}",
        f"  block {told['block']}, read up to {told['read']}, final up to {told['final']} ({told['why']})",
        f"  waiting: {told['waiting']}; replaced blocks that had been read: {told['turns']} times",
    ]
    if told["ahead"] > AHEAD:
        lines.append(f"  its clock is {told['ahead']} seconds before ours: one of the two is wrong")
    return lines
