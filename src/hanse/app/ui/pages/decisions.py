"""Decisions: what communities are to decide, in words, with buttons to vote; and the league's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds, proposing
from hanse.app.ui.deeds import Deed
from hanse.app.ui.pieces import TONES, badge, card, cell, empty, facts, listing, moment, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Decisions as say

OPEN = ("pending", "active", "succeeded", "queued")
EVERY = 15.0
"""Seconds: proposals open and close by the clock, of which no block tells."""

Known = tuple[list[shapes.ProposalNow], dict[str, str], shapes.CharterNow]


@screen("/decisions", say.title)
async def decisions(at: Visit) -> None:
    """What is to be decided, then what was, then the parameters."""

    async def load() -> Known:
        found = await at.door.all("proposals", shapes.ProposalNow)
        return found, await at.known(one.proposer for one in found), await at.door.get("charter", shapes.CharterNow)

    with ui.row().classes("actions"):
        ui.button(say.propose, on_click=lambda: proposing.propose(at)).props("no-caps")
    await at.show(load, lambda now: _draw(at, *now), "proposal", "community", "term", "version", every=EVERY)


def _draw(at: Visit, found: list[shapes.ProposalNow], names: Mapping[str, str], charter: shapes.CharterNow) -> None:
    if charter.successor is not None:
        with card("", "partly"):
            ui.label(charter.successor.said)
    waiting = [one for one in found if one.state in OPEN]
    for one in sorted(waiting, key=lambda one: (not one.you_may_vote, one.number)):
        _one(at, one, names)
    if not waiting:
        empty(say.empty)
    over = [one for one in reversed(found) if one.state not in OPEN]
    if over:
        rows = [
            {
                "number": one.number,
                "what": "; ".join(one.does),
                "community": one.community_name,
                "state": say.states[one.state],
            }
            for one in over
        ]
        columns = (
            ("number", say.number), ("what", say.what), ("community", say.community), ("state", say.state),
        )  # fmt: skip
        with card(say.before):
            listing(columns, rows, key="number", to="/decisions/{}", label=say.before)
    with card(say.charter), table(say.charter_term, say.charter_value, say.charter_by, caption=say.charter) as row:
        for term in charter.terms:
            with row():
                words(term.words, term.said, say.by[term.by])


@screen("/decisions/{number}", say.title)
async def decision(at: Visit) -> None:
    """One of them with its votes."""
    path = f"proposals/{at.asked['number']}"

    async def load() -> tuple[shapes.ProposalStory, dict[str, str]]:
        one = await at.door.get(path, shapes.ProposalStory)
        return one, await at.known({one.now.proposer, *(vote.voter for vote in one.votes)})

    await at.show(load, lambda now: _story(at, *now), "proposal", every=EVERY)


def _story(at: Visit, one: shapes.ProposalStory, names: Mapping[str, str]) -> None:
    _one(at, one.now, names)
    if one.votes:
        with card(say.votes), table(say.voter, say.vote, say.weight, caption=say.votes) as row:
            for vote in one.votes:
                with row():
                    words(names[vote.voter], say.supports[vote.vote])
                    with cell("number"):
                        ui.label(str(vote.weight))


def _one(at: Visit, one: shapes.ProposalNow, names: Mapping[str, str]) -> None:
    with card(say.one.format(one.number, one.community_name), "partly" if one.you_may_vote else "plain"):
        for sentence in one.does:
            ui.label(say.to.format(sentence)).classes("strong")
        ui.label(one.why)
        badge(say.states[one.state], TONES.get(one.state, "plain"))
        ui.label(say.count.format(one.yes, one.no, one.abstained))
        ui.label(say.quorum.format(one.yes + one.abstained, one.quorum)).classes("quiet")
        if one.your_vote is not None:
            ui.label(say.own.format(say.supports[one.your_vote]))
        with facts() as fact:
            with fact(say.proposer):
                ui.label(names[one.proposer])
            for name, at_ in (
                (say.made, one.made), (say.opens, one.votes_from), (say.closes, one.votes_until),
                (say.done_from, one.executable_from), (say.lapses, one.lapses),
            ):  # fmt: skip
                if at_:
                    with fact(name):
                        moment(at_)
        deeds.buttons(_deeds(at, one))


def _deeds(at: Visit, one: shapes.ProposalNow) -> list[Deed]:
    """What the visitor can do about it now."""
    found = []
    if one.you_may_vote:
        choices = (("for", say.vote_for), ("against", say.vote_against), ("abstain", say.vote_abstain))
        found += [Deed(label, partial(_vote, at, one, how), main=how == "for") for how, label in choices]
    if one.state == "succeeded":
        found.append(Deed(say.queue, lambda: _write(at, one, "queue", say.queue_done), main=True))
    if one.state == "queued":
        found.append(Deed(say.execute, lambda: _execute(at, one)))
    if one.state == "pending" and one.proposer == at.who.address:
        found.append(Deed(say.cancel, lambda: _cancel(at, one)))
    return found


async def _vote(at: Visit, one: shapes.ProposalNow, how: str) -> None:
    details = [say.to.format(sentence) for sentence in one.does]
    question = say.vote_ask.format(say.supports[how], one.number)
    if await at.sure(question, say.vote, *details, say.vote_once):
        body = {"digest": one.digest, "vote": how}
        await at.write("POST", f"proposals/{one.number}/vote", body, done=say.vote_done)


async def _execute(at: Visit, one: shapes.ProposalNow) -> None:
    if await at.sure(say.execute_ask, say.execute, *(say.to.format(sentence) for sentence in one.does)):
        await _write(at, one, "execution", say.execute_done)


async def _cancel(at: Visit, one: shapes.ProposalNow) -> None:
    if await at.sure(say.cancel_ask.format(one.number), say.cancel):
        await at.write("DELETE", f"proposals/{one.number}", done=say.cancel_done)


async def _write(at: Visit, one: shapes.ProposalNow, path: str, done: str) -> None:
    await at.write("POST", f"proposals/{one.number}/{path}", done=done)
