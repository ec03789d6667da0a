"""Rounds in a league whose charter was changed: what nobody named is within it, what somebody named is refused before
the contract does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hanse.app.rounds import coordinate
from hanse.app.rounds.coordinate import Offer
from hanse.app.rounds.question import Question, ask
from hanse.errors import InputError
from hanse.governance.charter import term
from hanse.instances import hanse_json
from hanse.ledger.chain import Reverted
from hanse.ledger.league import ADMIN
from hanse.ledger.store import Ledger, open_ledger
from tests.app.api.house import question as two_shops
from tests.app.cli import hanse

HOUR = 3_600
CHARTER = {
    "round-window": HOUR, "round-challenge": 2 * HOUR, "round-bond": 350_000, "round-improvement": 3,
    "round-reward": 20_000, "round-reach": 500_000,
}  # fmt: skip
"""A bond of 35 % of the pot at least, a pot of 2 % of the baseline at most, half of the way as target."""
PROBLEM = two_shops({"J1": ("Customer", None)})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("charter") / "data"
    with open_ledger(home) as ledger:
        for name, value in CHARTER.items():
            ledger.league.send(f"charter/{name}", ADMIN, "Charter", "set", term(name).number, value).wait()
    return home


@pytest.fixture
def ledger(data: Path) -> Iterator[Ledger]:
    with open_ledger(data) as opened:
        yield opened


@pytest.fixture
def asked(ledger: Ledger) -> Question:
    return coordinate.lawful(ask(PROBLEM), ledger.council.terms())


def test_what_nobody_named_becomes_what_the_charter_asks_for(ledger: Ledger, asked: Question) -> None:
    number = coordinate.open_round(ledger, ledger.content, asked, Offer())
    row = next(one for one in ledger.index.rounds() if one.number == number)
    pot = asked.baseline * 20_000 // 1_000_000
    assert (row.pot, row.bond, row.least) == (pot, pot * 350_000 // 1_000_000, 3)
    assert row.target == asked.target == sum(halves(ask(PROBLEM)))
    assert row.reveal_end - row.commit_end == HOUR
    assert row.challenge_end - row.reveal_end == 2 * HOUR


def halves(question: Question) -> list[int]:
    pairs = zip(question.targets.baseline.tolist(), question.targets.target.tolist(), strict=True)
    return [cost - (cost - low) // 2 for cost, low in pairs]


def test_a_target_beyond_the_reach_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="so far from the baseline") as refusal:
        coordinate.open_round(ledger, ledger.content, ask(PROBLEM), Offer())
    assert refusal.value.where == "round-reach"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"commit": HOUR - 1}, "round-window"),
        ({"reveal": 15}, "round-window"),
        ({"challenge": 0}, "round-challenge"),
        ({"bond": -1}, "round-bond"),
        ({"least": 2}, "round-improvement"),
        ({"pot": 1}, "round-reward"),
    ],
)
def test_what_the_charter_forbids_is_named_here_and_refused_there(
    ledger: Ledger, asked: Question, named: dict[str, Any], words: str
) -> None:
    rounds = len(ledger.sync().rounds())
    lawful = coordinate.terms_of(asked, ledger.content, Offer(), ledger.council.terms())
    if words in ("round-bond", "round-reward"):  # a cent below, or above, what is lawful
        named = {"bond": lawful.bond} | {name: getattr(lawful, name) + value for name, value in named.items()}
    with pytest.raises(InputError, match="the league's charter forbids") as refusal:
        coordinate.open_round(ledger, ledger.content, asked, Offer(**named))
    assert refusal.value.where == words
    assert len(ledger.sync().rounds()) == rounds
    fields = {"commit": "commit_seconds", "reveal": "reveal_seconds", "challenge": "challenge_seconds"}
    other: dict[str, Any] = {fields.get(name, name): value for name, value in named.items()}
    broken = replace(lawful, **other)
    with pytest.raises(Reverted, match="AgainstCharter"):
        ledger.rounds.open_round(broken, key=f"broken/{words}/{named}").wait()


def test_the_command_says_all_of_it_in_words(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(hanse_json.write_problem(PROBLEM))
    opening = ("round", "open", file, "--data", data)
    hanse(*opening, "--commit", "30", "--challenge", "60").failed(
        2, "for opening them is 1 hour, not 30 seconds", "a plan is wrong is 2 hours, not 1 minute", "hanse govern show"
    )
