"""`hanse agreement`: what was agreed on, who bears which failure, and what arbiters find, over a league's service."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.app.cli_serve import signed_in
from hanse.errors import InputError
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.app.api.shapes import AgreementNow

agreement = typer.Typer(
    name="agreement",
    help="What was agreed on, who bears which failure, and what arbiters find. As HANSE_NAME with HANSE_PASSPHRASE, or"
    " with the key in HANSE_KEY.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Url = Annotated[str, typer.Option("--url", envvar="HANSE_URL", help="The league's service.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Number = Annotated[int, typer.Argument(min=1, help="Number of the agreement.")]
Milestone = Annotated[int, typer.Argument(min=0, max=31, help="Number of the milestone in it, from 0.")]


@agreement.command()
def show(
    url: Url,
    number: Annotated[int | None, typer.Argument(min=1, help="One agreement. Default: all that you see.")] = None,
    running: Annotated[bool, typer.Option("--running", help="Only those that have not ended.")] = False,
    as_json: Json = False,
) -> None:
    """Show agreements, or one: where its work stands, who bears which failure, and who has waived that."""
    with signed_in(url) as client:
        found = [client.agreement(number)] if number is not None else list(client.agreements(running=running))
    _say(as_json, found, one=number is not None)


@agreement.command()
def propose(
    order: Annotated[int, typer.Argument(min=1, help="Number of a planned order.")],
    url: Url,
    quality: Annotated[
        float | None, typer.Option(min=0, max=1, help="What the member bears of bad quality, of what it earned.")
    ] = None,
    breakdown: Annotated[float | None, typer.Option(min=0, max=1, help="The same of a breakdown.")] = None,
    transport: Annotated[float | None, typer.Option(min=0, max=1, help="The same of damage on the way.")] = None,
    by_contribution: Annotated[
        bool, typer.Option("--by-contribution", help="Prices divide the customer's budget by what members added.")
    ] = False,
    instalments: Annotated[
        bool, typer.Option("--instalments", help="The customer pays later for what begins later.")
    ] = False,
    loyalty: Annotated[bool, typer.Option("--loyalty", help="The customer's points lower the league's fee.")] = False,
    as_json: Json = False,
) -> None:
    """As a coordinator, propose the agreement of an order. With --quality, --breakdown and --transport everybody signs
    who bears which failure, and arbiters are bound by it; without, they rule by a share."""
    borne = {"quality": quality, "breakdown": breakdown, "transport": transport}
    clause = {name: round(one * MILLION) for name, one in borne.items() if one is not None}
    if clause and len(clause) < len(borne):
        raise InputError(
            "a clause says who bears each failure",
            where=", ".join(f"--{name}" for name in borne if name not in clause),
            hint="give all three, or none",
        )
    with signed_in(url) as client:
        done = client.propose(
            order, liability=clause or None, by_contribution=by_contribution, instalments=instalments, loyalty=loyalty
        )
        _say(as_json, [client.agreement(int(done.result["agreement"]))])


@agreement.command()
def waive(
    number: Number,
    milestone: Milestone,
    url: Url,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what was signed.")] = False,
    as_json: Json = False,
) -> None:
    """Let the arbiter rule by a share in spite of what was signed, if the other party does so too. This cannot be taken
    back."""
    with signed_in(url) as client:
        if yes:
            client.waive(number, milestone)
        _say(as_json, [client.agreement(number)])
    if not (yes or as_json):
        sys.stdout.write(
            f"what was signed for milestone {milestone} would not bind any more; --yes waives it, for good\n"
        )


@agreement.command()
def rule(
    number: Number,
    milestone: Milestone,
    url: Url,
    cause: Annotated[
        str | None,
        typer.Option(help="What happened, where all have signed who bears it: none, quality, breakdown, transport."),
    ] = None,
    share: Annotated[
        float | None, typer.Option(min=0, max=1, help="What the member gets of what it earned, where nothing binds.")
    ] = None,
    words: Annotated[str, typer.Option(help="Why; for the parties and for an appeal.")] = "",
    as_json: Json = False,
) -> None:
    """As the arbiter of a dispute, decide it: by what happened, or by a share."""
    part = None if share is None else round(share * MILLION)
    with signed_in(url) as client:
        client.rule(number, milestone, share=part, cause=cause, words=words)
        _say(as_json, [client.agreement(number)])


def _say(as_json: bool, found: Sequence[AgreementNow], *, one: bool = True) -> None:
    if as_json:
        told = [each.model_dump(mode="json") for each in found]
        json.dump(told[0] if one else told, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    from hanse.app import show_service

    show_service.agreements(found)
