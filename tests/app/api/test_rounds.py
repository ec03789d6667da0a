"""Rounds over the API: a coordinator has solvers compete, who are processes of their own, and records what they
brought."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hanse.app.client import Client, Refused
from hanse.instances import hanse_json
from hanse.ledger.keys import KeyRing
from hanse.ledger.standing import StandingChain, standing
from tests.app.api.house import SERVICES, House, Town, house, question, until

HOUR = 3_600


@contextmanager
def solvers(at: House, chain: StandingChain, league: str, ada: Client, *parts: str) -> Iterator[list[str]]:
    """`hanse solver` processes that each plan a part, with money for their bonds; their accounts."""
    running, accounts = [], []
    try:
        for i, part in enumerate(parts):
            home = at.data.parent / f"solver{i}"
            accounts.append(KeyRing(home / "secret").address("solver"))
            ada.mint(accounts[-1], 100_000)
            words = ["--data", str(home), "--content", str(at.data / "content"), "--chain", chain.url, "--quiet"]
            words += ["--league", league, "--part", part, "--budget-seconds", "1"]
            command = [sys.executable, "-m", "hanse.app.cli", "solver", *words]
            running.append(subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL))
        yield accounts
    finally:
        for one in running:
            one.kill()
            one.wait()


def test_solvers_compete_and_what_they_brought_is_recorded(tmp_path: Path) -> None:
    with standing(tmp_path / "chain") as chain, house(tmp_path, chain=chain.url) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        carl = at.managed(ada, "Carl", "customer")
        for id, service in (("E1", "milling"), ("E2", "turning")):
            shop = at.managed(ada, id, "member")
            shop.register(id, id, [service])
            ada.certify(ada.member(shop.session().address))
        ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
        for job in ("J1", "J2"):
            ada.match(int(carl.place_order(product=1, quantity=1, deposit=0, job=job).result["order"]))
        ada.mint(ada.session().address, 10_000)

        problem = question({"J1": ("Carl", None), "J2": ("Carl", None)})
        document = json.loads(hanse_json.write_problem(problem))
        opened = ada.open_round(document, pot=1_000, bond=100, commit=HOUR, reveal=HOUR, challenge=HOUR)
        assert opened.result["round"] == 1
        assert (ada.money().account, ada.money().rounds) == (9_000, 0)  # the pot is in the contract's hands

        with pytest.raises(Refused) as early:
            ada.round_plan(1)
        assert early.value.status == 422

        league = ada.league().contracts["League"]
        with solvers(at, chain, league, ada, "all", "share:1/2") as accounts:
            until(lambda: len(carl.round(1).claims) == 2)
            chain.jump(carl.round(1).round.commit_end)
            until(lambda: all(one.cost is not None for one in carl.round(1).claims))
            for window in ("reveal_end", "challenge_end"):
                chain.jump(getattr(carl.round(1).round, window))
            until(lambda: carl.round(1).phase == "over")
        winners = [one for one in carl.round(1).claims if one.fate == "accepted"]
        assert [one.solver for one in winners] == [accounts[0]]  # who planned everything improved more
        assert winners[0].reward

        plan = ada.round_plan(1)
        ada.append_block(document, plan, {"J1": 1, "J2": 2})
        assert {carl.order(number).order.status for number in (1, 2)} == {"planned"}


def test_a_pot_that_its_sponsor_has_not_opens_nothing(town: Town) -> None:
    document = json.loads(hanse_json.write_problem(question({"J1": ("Customer", None)})))
    with pytest.raises(Refused, match="in hand") as refused:
        town["coordinator"].open_round(document, pot=10**9)
    assert refused.value.status == 409
    assert list(town["customer"].rounds()) == []


def test_only_coordinators_see_what_a_round_brought_before_it_is_recorded(town: Town) -> None:
    with pytest.raises(Refused, match="only a coordinator"):
        town["customer"].round_plan(1)
