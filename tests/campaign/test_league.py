"""A league that lives for a while, and is then asked what nobody should ask; in one town, which is audited after."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from hanse.ledger.standing import StandingChain, standing
from tests.app.api.conftest import settle_in
from tests.app.api.house import Town, house
from tests.campaign import service
from tests.campaign.day import Day
from tests.campaign.service import Asking, Route, Seen, ask_town


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, StandingChain]]:
    home = tmp_path_factory.mktemp("lives")
    with standing(home / "chain") as chain, house(home, chain=chain.url, per_minute=10**9) as at:
        town = Town(at)
        settle_in(town, "arbiter", "treasurer")
        yield town, chain


def test_an_hour_of_a_league_adds_up(place: tuple[Town, StandingChain]) -> None:
    day = Day(*place, random.Random(2))
    day.order()
    day.turn()
    day.look()
    assert day.done["agreed"] == 1
    assert day.done["started"] + day.done["accepted"] >= 1


def test_mutated_requests_are_answered_and_whoever_is_refused_has_changed_nothing(
    place: tuple[Town, StandingChain],
) -> None:
    town, _ = place
    every = service.routes()
    assert len(every) > 180
    found = ask_town(town, random.Random(5).sample(every, 25), 1, random.Random(5))
    assert found.failures == ()
    assert found.done == 25
    audit = town["ada"].audit()
    assert audit.ok, [check for check in audit.checks if not check.ok]


def test_a_500_and_a_refusal_that_writes_would_be_found(place: tuple[Town, StandingChain]) -> None:
    import httpx

    town, _ = place
    asking = Asking(town, random.Random(1))
    asked = asking.made(next(one for one in service.routes() if one.name == "POST /api/v1/orders"))
    problem = {"content-type": "application/problem+json"}
    assert "a 500" in asking.judged(asked, httpx.Response(500, headers=problem), "")
    assert any("documented" in said for said in asking.judged(asked, httpx.Response(418, headers=problem), ""))
    assert any("no problem+json" in said for said in asking.judged(asked, httpx.Response(422), ""))
    assert asking.judged(asked, httpx.Response(422, headers=problem), asking.seen.now()) == []
    before = asking.seen.now()
    town["customer"].upload("a.pdf", b"%PDF-1.7\nanother")
    (said,) = asking.judged(asked, httpx.Response(422, headers=problem), before)
    assert "api_uploads, content store" in said


def test_what_a_service_keeps_is_looked_at_only_when_something_was_written(place: tuple[Town, StandingChain]) -> None:
    seen = Seen(place[0].house.data)
    first = seen.now()
    assert not seen.differs(first)
    place[0]["customer"]._http.get("/api/v1/orders")
    assert not seen.differs(first)
    assert Route("GET", "/x", {}).name == "GET /x"
