"""`hanse finance`: instalments, advances and loyalty, as oneself, over a league's service."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_serve import signed_in
from hanse.errors import InputError

if TYPE_CHECKING:
    from hanse.app.api.shapes import AdvanceNow

finance = typer.Typer(
    name="finance",
    help="Pay in instalments, have money before the work is done, or give it; points for good conduct. As HANSE_NAME"
    " with HANSE_PASSPHRASE, or with the key in HANSE_KEY.",
    no_args_is_help=True,
)

Url = Annotated[str, typer.Option("--url", envvar="HANSE_URL", help="The league's service.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Agreement = Annotated[int, typer.Argument(min=1, help="Number of the agreement.")]
Milestone = Annotated[int, typer.Argument(min=0, max=31, help="Number of the milestone in it, from 0.")]


@finance.command()
def advances(url: Url, as_json: Json = False) -> None:
    """Show the advances that you can give, have given, or have asked."""
    with signed_in(url) as client:
        found = client.advances()
    lines = [_line(one) for one in found] or ["nobody asks for an advance now"]
    _say(as_json, [one.model_dump(mode="json") for one in found], *lines)


@finance.command()
def ask(
    agreement: Agreement,
    milestone: Milestone,
    url: Url,
    amount: Annotated[int, typer.Option(min=1, help="Cents that you get at once.")],
    repay: Annotated[int, typer.Option(min=1, help="Cents of your pay that go to the financier first.")],
    until: Annotated[datetime, typer.Option(help="Nobody gives it later. UTC unless it says otherwise.")],
    financier: Annotated[str | None, typer.Option(help="Address of who may give it. Default: anyone.")] = None,
    as_json: Json = False,
) -> None:
    """Ask money now for a part of what a milestone of yours will pay. You repay nothing if the work fails."""
    moment = int((until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp())
    with signed_in(url) as client:
        client.ask_advance(agreement, milestone, amount=amount, repay=repay, until=moment, financier=financier)
        one = next(each for each in client.advances() if (each.agreement, each.milestone) == (agreement, milestone))
    _say(as_json, one.model_dump(mode="json"), _line(one), "take it back: hanse finance back")


@finance.command()
def back(agreement: Agreement, milestone: Milestone, url: Url, as_json: Json = False) -> None:
    """Ask for an advance no more."""
    with signed_in(url) as client:
        done = client.ask_no_advance(agreement, milestone)
    _say(as_json, done.model_dump(mode="json"), "taken back")


@finance.command()
def give(
    agreement: Agreement,
    milestone: Milestone,
    url: Url,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what it means.")] = False,
    as_json: Json = False,
) -> None:
    """Give an advance as it is asked now. If the work fails, the money is lost."""
    with signed_in(url) as client:
        found = [each for each in client.advances() if (each.agreement, each.milestone) == (agreement, milestone)]
        if not found or found[0].state != "asked":
            raise InputError(
                "nobody asks you for an advance there",
                where=f"agreement {agreement}, milestone {milestone}",
                hint="hanse finance advances shows all",
            )
        one = found[0]
        if yes:
            client.give_advance(one)
            one = next(each for each in client.advances() if (each.agreement, each.milestone) == (agreement, milestone))
    _say(
        as_json,
        one.model_dump(mode="json"),
        _line(one),
        *([] if yes else ["if the work fails it is lost; --yes gives it"]),
    )


@finance.command()
def pay(
    agreement: Agreement,
    url: Url,
    milestone: Annotated[list[int] | None, typer.Option(min=0, max=31, help="Only this. Default: all to come.")] = None,
    as_json: Json = False,
) -> None:
    """Pay instalments of an agreement in."""
    with signed_in(url) as client:
        now = client.agreement(agreement)
        due = [one.number for one in now.milestones if not one.funded and one.stage == "agreed"]
        chosen = milestone or due
        if not chosen:
            raise InputError("every instalment is paid in", where=f"agreement {agreement}")
        client.fund(agreement, chosen)
        now = client.agreement(agreement)
    held = sum(one.held for one in now.milestones)
    _say(as_json, now.model_dump(mode="json"), f"paid in; {held / 100:.2f} is held for agreement {agreement}")


@finance.command()
def loyalty(url: Url, as_json: Json = False) -> None:
    """Show your points for good conduct, and what they take off the league's fee."""
    with signed_in(url) as client:
        found = client.loyalty()
    _say(
        as_json, found.model_dump(mode="json"),
        f"{found.points / 100:.2f} of points, from {found.works} pieces of work; {found.taken / 100:.2f} is used",
        f"they take at most {found.most / 10_000:g} % off the league's fee of an agreement",
    )  # fmt: skip


def _line(one: AdvanceNow) -> str:
    until = datetime.fromtimestamp(one.until).astimezone()
    said = f"agreement {one.agreement}, milestone {one.milestone} (order {one.order}): {one.amount / 100:.2f} now for"
    said += f" {one.repay / 100:.2f} of the {one.most / 100:.2f} it can pay, {one.state}"
    if one.state == "repaid":
        return f"{said}: {one.repaid / 100:.2f}"
    return f"{said} until {until:%Y-%m-%d %H:%M}" if one.state == "asked" else said


def _say(as_json: bool, told: Any, *lines: str) -> None:
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for line in lines:
        typer.echo(line)
