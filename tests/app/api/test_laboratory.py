"""The laboratory behind the service: a copy is played, and what it showed is put to the members with its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hanse.app.api.shapes import StudyNow
from hanse.app.client import Client, Refused
from hanse.ledger.content import ContentStore
from hanse.model.canonical import digest
from tests.app.api.house import Town, house, until


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A league of its own, which decides about its fee."""
    with house(tmp_path_factory.mktemp("laboratory")) as at:
        made = Town(at)
        ada = made.people["ada"] = at.coordinator()
        ada.set_services(["milling"])
        for who in ("member", "customer", "stranger"):
            made.people[who] = at.wallet(ada, who, "customer")
        yield made


@pytest.fixture(scope="module")
def keeper(town: Town) -> Client:
    """A coordinator who is also a member of the league's community."""
    ada, made = town["ada"], town.house.wallet(town["ada"], "Keeper", "coordinator", "member")
    made.register("E8", "Keeper", ["milling"])
    ada.certify(ada.member(made.session().address))
    made.join_community(1)
    return made


@pytest.fixture(scope="module")
def study(keeper: Client) -> StudyNow:
    """Of the league's fee, finished."""
    return keeper.try_rules("fees", by="cost")


def found(keeper: Client, study: StudyNow, name: str) -> Any:
    return json.loads(keeper.study_result(study, name))


def test_a_season_is_played_on_a_copy_and_the_league_stays_as_it_is(
    town: Town, keeper: Client, study: StudyNow
) -> None:
    assert study.state == "done", study
    assert set(study.results) == {"lab.html", "lab.json", "evidence.json", "proposal.json"}
    told = found(keeper, study, "lab.json")
    assert set(told["variants"]) == {"present", "no fee", "twice the fee"}
    assert told["league"] == town["ada"].league().contracts["League"]
    assert len(told["runs"]) == 18
    assert all(one["season"] for one in told["runs"])
    assert [*town["ada"].orders()] == [], "its orders were placed on the copy"
    assert "no fee" in keeper.study_result(study, "lab.html").decode()


def test_what_is_surely_better_is_proposed_with_its_evidence(town: Town, keeper: Client, study: StudyNow) -> None:
    advised = found(keeper, study, "proposal.json")
    assert [(one["name"], one["new"]) for one in advised["parameters"]] == [("settlement.fee", 0)]
    keeper.propose_found(study, "cheaper for all")
    until(lambda: [*town["member"].proposals()])
    (made,) = town["member"].proposals()
    assert made.does == ["lower the highest fee of the league from 100 % to 0 %"]
    assert made.why.startswith("cheaper for all\nno fee: the fee of the league\nbetter: ")
    evidence = keeper.study_result(study, "evidence.json")
    assert digest(evidence) == advised["evidence"]
    assert advised["evidence"] in made.why
    kept = ContentStore(town.house.data / "content")
    assert kept.get(advised["evidence"]) == evidence, "whoever votes can have it"


def test_only_coordinators_begin_and_nobody_has_anothers(town: Town, keeper: Client, study: StudyNow) -> None:
    for who in ("member", "customer", "stranger"):
        with pytest.raises(Refused) as refusal:
            town[who].try_rules("fees")
        assert refusal.value.status == 403
    for who in ("ada", "member"):
        with pytest.raises(Refused) as refusal:
            town[who].propose_found(study)
        assert refusal.value.status == 404
    for wrong in ({"study": "../fees"}, {"study": "fees", "by": "luck"}):
        with pytest.raises(Refused) as refusal:
            keeper._ask("POST", "laboratory", json=wrong)
        assert refusal.value.status == 422
    assert study.id in [one.id for one in keeper.studies() if one.state == "done"]


def test_a_study_that_is_ended_leaves_nothing_of_the_copy(town: Town) -> None:
    begun = town["ada"].try_rules(wait=False)
    folder = town.house.data / "studies" / begun.id
    until(lambda: (folder / "fork").exists())
    town["ada"].forget_study(begun)
    until(lambda: not folder.exists())
