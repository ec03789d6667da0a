"""Rounds: solvers compete for the best plan. What is open, who leads, what each would earn, and how to take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import charts
from hanse.app.ui.pieces import badge, card, cards, cell, empty, facts, listing, moment, money, number, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Rounds as say

EVERY_SECONDS = 2.0
"""A phase ends without anybody doing anything."""

WIN = ("accepted", "would win")


@screen("/rounds", say.title)
async def rounds(at: Visit) -> None:
    """All rounds, the newest first."""
    await at.show(lambda: at.door.all("rounds", shapes.RoundNow), lambda found: _listed(at, found), "round", "claim")
    with card(say.how, id="take-part"):
        league = await at.door.get("league", shapes.LeagueNow)
        _how(league)


def _listed(at: Visit, found: list[shapes.RoundNow]) -> None:
    if not found:
        empty(say.empty, say.open_one if at.is_("coordinator") else "", "/planning#file")
        return
    columns = (("number", say.round), ("state", say.state), ("baseline", say.baseline), ("target", say.target),
               ("pot", say.pot))  # fmt: skip
    rows = [
        {
            "number": one.number,
            "state": say.over if one.over else say.open,
            "baseline": f"{one.baseline:,}".replace(",", " "),
            "target": f"{one.target:,}".replace(",", " "),
            "pot": money(one.pot),
        }
        for one in sorted(found, key=lambda one: -one.number)
    ]
    listing(columns, rows, key="number", to="/rounds/{}", right=("baseline", "target", "pot"), label=say.title)


@dataclass(frozen=True, slots=True)
class Seen:
    """A round as it stands. left: seconds its phase lasts from the moment of looking; two looks in one phase are
    equal."""

    board: shapes.Leaderboard
    names: dict[str, str]
    left: int | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and (self.board, self.names) == (other.board, other.names)

    __hash__ = None  # type: ignore[assignment]


@screen("/rounds/{number}", say.title)
async def one_round(at: Visit) -> None:
    """One round: its phase with what is left of it, the leaderboard, and what was gained."""
    charts.needed()
    number_ = int(str(at.asked["number"])) if str(at.asked["number"]).isdecimal() else 0

    async def load() -> Seen:
        board = await at.door.get(f"rounds/{number_}", shapes.Leaderboard)
        names = {one.solver: await at.name(one.solver) for one in board.claims}
        names[board.round.sponsor] = await at.name(board.round.sponsor)
        return Seen(board.model_copy(update={"left": None}), names, board.left)

    await at.show(load, _drawn, "round", "claim", every=EVERY_SECONDS)
    board = await at.door.get(f"rounds/{number_}", shapes.Leaderboard)
    with card(say.problem):
        ui.label(say.problem_lead)
        ui.link(say.download, f"/api/v1/problems/{board.round.problem}").props(
            f'download="round-{number_}-problem.json"'
        )
        _how(await at.door.get("league", shapes.LeagueNow))
    if at.is_("coordinator"):
        with card(say.outcome):
            ui.label(say.outcome_lead)

            async def together() -> None:
                told = await at.do("POST", f"rounds/{number_}/outcome", shape=shapes.StudyNow)
                if told is not None:
                    ui.navigate.to("/planning")

            ui.button(say.outcome_do, on_click=together).props("outline no-caps")


def _drawn(seen: Seen) -> None:
    board, one = seen.board, seen.board.round
    won = [claim for claim in board.claims if claim.fate in WIN]
    with cards():
        phase = say.phases.get(board.phase, board.phase)
        with card(say.phase.format(one.number), "quiet" if one.over else "partly"):
            ui.label(phase).classes("value")
            if seen.left is not None:
                ui.html(
                    f'<span data-left="{int(seen.left)}">{int(seen.left)} s</span> {escape(say.left)}', sanitize=False
                )
        number(say.gained, _grouped(sum(claim.improvement or 0 for claim in won)), note=say.of_most.format(
            _grouped(one.baseline - one.target)))  # fmt: skip
        number(say.paid, money(sum(claim.reward or 0 for claim in won)), note=say.of_most.format(money(one.pot)))
        number(say.claims, f"{len(won)} / {len(board.claims)}", note=say.claims_note)
    with card(say.board):
        if not board.claims:
            empty(say.no_claims)
        else:
            _table(board.claims, seen.names)
    opened = [claim for claim in board.claims if claim.cost is not None]
    if opened:
        with card(say.picture):
            _picture(opened, seen.names)
    with card(say.terms), facts() as fact:
        with fact(say.sponsor):
            ui.label(seen.names[one.sponsor])
        for name, value in ((say.baseline, one.baseline), (say.target, one.target)):
            with fact(name):
                ui.label(_grouped(value))
        with fact(say.bond):
            ui.label(money(one.bond))
        for name, value in ((say.seals, one.commit_end), (say.opens, one.reveal_end), (say.checks, one.challenge_end)):
            with fact(name):
                moment(value)


def _table(claims: Sequence[shapes.ClaimNow], names: dict[str, str]) -> None:
    heads = (say.rank, say.solver, say.jobs, say.cost, say.bound, say.gap, say.better, say.reward, say.fate)
    with table(*heads, caption=say.board_caption) as row:
        for rank, claim in enumerate(claims, 1):
            with row():
                words(str(rank), f"{names[claim.solver]} ({claim.number})")
                for value in (claim.demands, claim.cost, claim.bound):
                    with cell("number"):
                        ui.label("–" if value is None else _grouped(value))
                with cell("number"):
                    ui.label("–" if claim.gap is None else f"{100 * claim.gap:.2f} %")
                with cell("number"):
                    ui.label("–" if claim.improvement is None else _grouped(claim.improvement))
                with cell("number"):
                    ui.label(money(claim.reward))
                with cell():
                    lie = claim.fate.startswith("a lie")
                    tone = "bad" if lie else "good" if claim.fate in WIN else "quiet"
                    badge(say.fates.get(claim.fate, claim.fate), tone)  # type: ignore[arg-type]


def _picture(claims: Sequence[shapes.ClaimNow], names: dict[str, str]) -> None:
    """For each opened claim what its part cost before, what it costs now, and what nothing can cost less than."""
    most = max(_before(claim) for claim in claims) or 1
    ui.label(say.picture_lead).classes("quiet small")
    rows = []
    for claim in sorted(claims, key=lambda one: one.number):
        cost, bound, before = claim.cost or 0, claim.bound or 0, _before(claim)
        said = say.picture_row.format(names[claim.solver], _grouped(before), _grouped(cost), _grouped(bound))
        left, width = 100 * bound / most, 100 * max(0, cost - bound) / most
        saved = 100 * max(0, before - cost) / most
        rows.append(
            f'<li><span class="who">{escape(names[claim.solver])} ({claim.number})</span>'
            f'<span class="track" role="img" aria-label="{escape(said)}" title="{escape(said)}">'
            f'<i class="proved" style="width:{left:.2f}%"></i><i class="open" style="width:{width:.2f}%"></i>'
            f'<i class="saved" style="width:{saved:.2f}%"></i></span></li>'
        )
    legend = "".join(
        f'<li><i class="{kind}"></i> {escape(text)}</li>'
        for kind, text in (("proved", say.proved), ("open", say.unproved), ("saved", say.saved))
    )
    ui.html(f'<ul class="spans">{"".join(rows)}</ul><ul class="legend">{legend}</ul>', sanitize=False).classes("wide")


def _before(claim: shapes.ClaimNow) -> int:
    return (claim.cost or 0) + max(0, claim.improvement or 0)


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _how(league: shapes.LeagueNow) -> None:
    """What a solver does to take part."""
    ui.label(say.how_lead)
    at = league.contracts.get("League", "")
    ui.html(
        "<pre>pip install hanse\nhanse solver --data me --content FOLDER --address\n"
        f"hanse solver --data me --chain CHAIN --league {escape(at)} --content FOLDER</pre>",
        sanitize=False,
    ).classes("wide")
    ui.label(say.how_note).classes("quiet small")
