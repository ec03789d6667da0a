"""`hanse community` and `hanse govern`: from founding to what was decided, and the hand-over, as people type them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from hanse.ledger.standing import StandingChain, standing
from hanse.ledger.store import open_ledger
from tests.app.cli import Run, hanse

NOTES = "0x" + "11" * 32


@dataclass(frozen=True)
class Place:
    """A league with two certified members who have money, on a chain whose clock can be turned."""

    data: Path
    chain: StandingChain

    def said(self, *words: str | int) -> Run:
        return hanse(*map(str, words), "--data", self.data, "--chain", self.chain.url, "--json")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("govern")
    with standing(home / "chain") as chain:
        with open_ledger(home / "data", chain.url) as ledger:
            for role in ("mill", "lathe"):
                ledger.league.register(role, 1, NOTES, key=f"{role}/register").wait()
                ledger.league.certify(ledger.league.address(role), 1, NOTES, key=f"{role}/certify").wait()
                ledger.league.mint(ledger.league.address(role), 1_000, key=f"{role}/mint").wait()
        yield Place(home / "data", chain)


def test_a_community_decides_to_share_and_its_members_take_it(place: Place) -> None:
    said = place.said
    rules = ("--quorum", "50", "--delay", "0", "--period", "1h", "--timelock", "1h")
    founded = said("community", "found", "Valley", "--as", "mill", *rules).json
    number = founded["number"]
    assert (founded["name"], len(founded["members"])) == ("Valley", 1)
    assert len(said("community", "join", number, "--as", "lathe").json["members"]) == 2
    assert said("community", "give", number, 101, "--as", "lathe").json["treasury"] == 101

    made = said("community", "share", number, 101, "--as", "mill", "--why", "a good year").json
    assert (made["state"], made["quorum"]) == ("active", 1)
    assert made["does"] == [f"share 1.01 of the treasury of community {number} among its members"]
    said("govern", "vote", made["number"], "maybe", "--as", "mill").failed(2, "no vote")
    assert said("govern", "vote", made["number"], "for", "--as", "mill").json["for"] == 1
    said("govern", "vote", made["number"], "against", "--as", "mill").failed(4, "already voted")
    said("govern", "queue", made["number"]).failed(4, "wrong state")
    said("govern", "vote", 99, "for", "--as", "mill").failed(2, "no proposal 99", "hanse govern show")

    place.chain.jump(made["votes_until"] + 1)
    queued = said("govern", "queue", made["number"]).json
    assert queued["state"] == "queued"
    place.chain.jump(queued["executable_from"] + 1)
    assert said("govern", "execute", made["number"]).json["state"] == "executed"
    taken = [said("community", "take", "--as", who).json["taken"] for who in ("mill", "lathe")]
    assert sorted(taken) == [50, 51]
    text = hanse("govern", "show", str(made["number"]), "--data", place.data, "--chain", place.chain.url).out
    assert "a good year" in text
    assert "1 for, 0 against" in text


def test_the_audit_divides_and_counts_again(place: Place) -> None:
    # Its members have no profiles, which is another check's business.
    checks = {one["what"]: one for one in place.said("audit").json["checks"]}
    for what in ("read models against the chain's events", "communities and their treasuries"):
        assert checks[what]["ok"], checks[what]
    decided = checks["what communities decided"]
    assert (decided["ok"], decided["count"] > 5) == (True, True)
    with closing(sqlite3.connect(place.data / "ledger.sqlite3")) as database, database:
        database.execute("UPDATE communities SET treasury = '7' WHERE number = 2")
    lied = place.said("audit").json["checks"][0]
    assert (lied["ok"], "a row of communities" in lied["differences"][0]) == (False, True)


def test_the_league_is_handed_over_and_only_a_member_lets_the_founder_go(place: Place) -> None:
    place.said("govern", "hand-over", "--for-good").failed(2, "no members", "hanse community join 1")
    assert place.said("community", "join", 1, "--as", "mill").code == 0
    both = place.said("govern", "hand-over").json
    assert both["founder_governs"] == both["contracts"]
    done = place.said("govern", "hand-over", "--for-good").json
    assert done["founder_governs"] == []
    with open_ledger(place.data, place.chain.url) as ledger:
        league = ledger.communities.community(1)
        assert league is not None
        for name in done["contracts"]:
            assert ledger.council.governs(name, league.hand)
    shown = place.said("govern", "show").json
    assert [one["value"] for one in shown["charter"] if one["term"] == "review"] == [1]
    assert shown["successor"] is None
