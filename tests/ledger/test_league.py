"""Every action of a league beside its refusal, on a real chain."""

from __future__ import annotations

from contextlib import suppress

import pytest

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.founding import attach_league
from hanse.ledger.league import NOTHING, AcceptedPlan, League, Sent
from hanse.ledger.pace import action_seconds, window_of
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger

HASH = "0x" + "5a" * 32


@pytest.fixture
def league(ledger: Ledger) -> League:
    return ledger.league


def customer(league: League, name: str, cents: int = 1_000) -> str:
    """A role with money that the order book may take."""
    league.mint(league.address(name), cents, key=f"{name}/mint")
    league.approve(name, cents, key=f"{name}/approve").wait()
    return name


def member(league: League, name: str, services: int) -> str:
    """The address of a certified member."""
    league.register(name, services, HASH, key=f"{name}/register")
    league.certify(league.address(name), services, HASH, key=f"{name}/certify").wait()
    return league.address(name)


def product(league: League, name: str, required: int) -> int:
    return int(league.add_product(required, HASH, key=f"{name}/product").value("product"))


def order(league: League, who: str, of: int, deposit: int = 100) -> int:
    return int(league.place(who, of, 2, HASH, 480, deposit, key=f"{who}/order").value("order"))


def accepted(league: League, **changed: object) -> AcceptedPlan:
    plan = {
        "previous": league.head(),
        "problem": HASH,
        "plan": HASH,
        "evidence": HASH,
        "objective": "cost",
        "value": 100,
        "bound": 90,
        "bound_kind": "certified",
        "cost": 100,
        "makespan": 10,
        "tardiness": 0,
        "energy": 7,
        "solver": league.address("solver"),
    }
    return AcceptedPlan(**{**plan, **changed})  # type: ignore[arg-type]


def refused(words: str, act: object) -> None:
    """Asserts that the contract refuses `act` for a reason with these words."""
    with pytest.raises(Reverted, match=words):
        act()  # type: ignore[operator]


def test_money_is_minted_by_the_treasury_and_moves_by_its_owner(league: League) -> None:
    shop = league.address("shop")
    league.mint(shop, 500, key="money/mint").wait()
    league.transfer("shop", league.address("supplier"), 200, key="money/pay").wait()
    assert (league.balance(shop), league.balance(league.address("supplier"))) == (300, 200)
    refused("insufficient balance.*needed 301", lambda: league.transfer("shop", shop, 301, key="money/too much"))


def test_a_role_without_the_right_is_told_which_it_lacks(league: League) -> None:
    with pytest.raises(Reverted, match="neededRole MINTER_ROLE"):
        league.send("thief", "thief", "LeagueToken", "mint", league.address("thief"), 1, bytes(32))


def test_a_record_justifies_money_once_and_a_limit_holds(league: League) -> None:
    shop = league.address("rule/shop")
    league.mint(shop, 500, key="rule/1", reason=HASH).wait()
    refused("already justified", lambda: league.mint(shop, 500, key="rule/2", reason=HASH))
    league.retire("rule/shop", 200, key="rule/out", reason=HASH).wait()
    refused("already justified", lambda: league.retire("rule/shop", 1, key="rule/again", reason=HASH))
    assert league.balance(shop) == 300
    league.limit_supply(0, key="rule/limit").wait()
    refused("over limit", lambda: league.mint(shop, 1, key="rule/3"))
    league.limit_supply(2**256 - 1, key="rule/no limit").wait()


def test_a_member_counts_once_certified_and_no_longer_when_revoked(league: League) -> None:
    address = league.address("mill")
    refused("not registered", lambda: league.certify(address, 1, HASH, key="mill/early"))
    assert league.member(address) == (0, 0, False, NOTHING)
    number = league.register("mill", 0b101, HASH, key="mill/register").value("number")
    assert number > 0
    assert (league.member(address), league.offered(address)) == ((number, 0b101, False, HASH), 0)
    refused("already registered", lambda: league.register("mill", 0b101, HASH, key="mill/again"))
    refused("claim changed", lambda: league.certify(address, 0b111, HASH, key="mill/more"))
    refused("claim changed", lambda: league.certify(address, 0b101, NOTHING, key="mill/other words"))
    league.certify(address, 0b101, HASH, key="mill/certify").wait()
    assert league.offered(address) == 0b101
    league.revoke(address, HASH, key="mill/revoke").wait()
    assert (league.member(address), league.offered(address)) == ((number, 0b101, False, HASH), 0)
    refused("not certified", lambda: league.revoke(address, HASH, key="mill/revoke twice"))


def test_an_updated_claim_must_be_certified_anew(league: League) -> None:
    address = member(league, "lathe", 0b1)
    league.update("lathe", 0b11, HASH, key="lathe/update").wait()
    assert league.offered(address) == 0


def test_a_product_can_be_ordered_until_it_is_retired(league: League) -> None:
    number = product(league, "gear", 0b11)
    assert league.product(number) == (0b11, HASH, True)
    refused("nothing required", lambda: league.add_product(0, HASH, key="gear/empty"))
    who = customer(league, "gear buyer")
    order(league, who, number)
    league.retire_product(number, key="gear/retire").wait()
    assert league.product(number)[2] is False
    refused("product not active", lambda: league.place(who, number, 1, HASH, 0, 0, key="gear/late"))


def test_an_order_holds_its_deposit_until_it_is_cancelled(league: League) -> None:
    number = product(league, "bolt", 0b1)
    who = customer(league, "bolt buyer", 1_000)
    held = league.held()
    name = order(league, who, number, 400)
    assert league.order_status(name) == "open"
    assert (league.balance(league.address(who)), league.held() - held) == (600, 400)
    assert league.allowance(league.address(who)) == 600
    refused("insufficient allowance", lambda: league.place(who, number, 1, HASH, 0, 601, key="bolt/too much"))
    refused("not your order", lambda: league.cancel("bolt thief", name, key="bolt/theft"))
    league.cancel(who, name, key="bolt/cancel").wait()
    assert (league.order_status(name), league.balance(league.address(who))) == ("cancelled", 1_000)
    refused("not open", lambda: league.cancel(who, name, key="bolt/cancel twice"))


def test_the_contract_answers_for_every_member(league: League) -> None:
    number = product(league, "pump", 0b111)
    name = order(league, customer(league, "pump buyer"), number)
    members = [
        member(league, "pump all", 0b1111),
        member(league, "pump some", 0b10),
        member(league, "pump none", 0b1000),
    ]
    numbers = [league.member(one)[0] for one in members]
    sent = league.match_many(name, numbers, key="pump/match")
    assert [event.name for event in sent.events()] == ["MatchedMany"]
    assert [league.answer(name, one) for one in members] == [("ACCEPT", 3, 3), ("PARTIAL", 3, 1), ("REJECT", 3, 0)]
    refused("not certified", lambda: league.match_many(name, [*numbers, 4_000_000_000], key="pump/nobody"))
    refused("nobody asked", lambda: league.match_many(name, [], key="pump/empty"))
    refused("order not open", lambda: league.match_many(10_000, numbers, key="pump/no order"))


def test_a_block_binds_its_plan_and_its_orders(league: League) -> None:
    number = product(league, "axle", 0b1)
    who = customer(league, "axle buyer")
    first = order(league, who, number)
    plan = accepted(league)
    refused("no orders", lambda: league.append_block(plan, [], key="axle/none"))
    refused("not the head", lambda: league.append_block(accepted(league, previous=HASH), [first], key="axle/fork"))
    refused("bound above value", lambda: league.append_block(accepted(league, bound=101), [first], key="axle/bound"))
    refused("no commitment", lambda: league.append_block(accepted(league, plan=NOTHING), [first], key="axle/plan"))
    sent = league.append_block(plan, [first], key="axle/block")
    block = int(sent.value("number"))
    assert sent.value("hash") == league.head() == league.block_hash(block) == league.plan_hash(block, plan, [first])
    assert (league.block_count(), league.order_status(first)) == (block, "planned")
    refused("not open", lambda: league.append_block(accepted(league), [first], key="axle/twice"))
    league.refund(first, key="axle/refund").wait()
    assert league.order_status(first) == "refunded"


def test_what_the_contracts_cannot_hold_is_refused_before_it_is_sent(league: League) -> None:
    with pytest.raises(InputError, match="does not fit"):
        league.mint(league.address("a"), -1, key="negative")
    with pytest.raises(InputError, match="does not fit"):
        league.place("a", 1 << 32, 1, HASH, 0, 0, key="large")
    with pytest.raises(InputError, match="hash"):
        league.register("a", 1, "0x12", key="short")
    with pytest.raises(InputError, match="32 letters"):
        league.append_block(accepted(league, objective="x" * 33), [1], key="long")


def test_a_handle_tells_gas_and_events_and_says_which_it_has_not(league: League) -> None:
    sent: Sent = league.mint(league.address("reader"), 5, key="reader/mint")
    assert sent.gas == sent.wait().gas > 21_000
    assert sent.value("value") == 5
    with pytest.raises(EnvironmentFault, match="names 'order'"):
        sent.value("order")


def test_an_address_that_is_no_league_is_refused(ledger: Ledger, league: League) -> None:
    def attach(address: str) -> League:
        return attach_league(address, ledger.chain, ledger.outbox, ledger.keys)

    assert attach(league.addresses.league.lower()).addresses == league.addresses
    assert attach(league.addresses.league).name == "Hanse"
    with pytest.raises(InputError):
        attach("0x12")
    with pytest.raises(ChainFault, match="no contract"):
        attach("0x" + "11" * 20)
    with pytest.raises(ChainFault, match="no league"):
        attach(league.addresses.token)


def test_actions_together_are_sent_on_leaving_and_none_of_them_if_something_fails_inside(ledger: Ledger) -> None:
    league, outbox = ledger.league, ledger.outbox
    before = outbox.count()
    with suppress(ZeroDivisionError), ledger.together():
        league.approve("together", 7, key="together/lost")
        raise ZeroDivisionError
    assert outbox.count() == before
    with ledger.together():
        sent = [league.approve(f"together {number}", number, key=f"together/{number}") for number in range(1, 41)]
        assert outbox.count() == before
        with pytest.raises(ChainFault, match="not signed yet"):
            _ = sent[0].hash
    assert outbox.count() == before + 40
    assert all(one.wait().ok for one in sent)
    assert [league.allowance(league.address(f"together {number}")) for number in (1, 40)] == [1, 40]
    league.approve("together", 7, key="together/after")
    assert outbox.count() == before + 41  # alone again


def test_of_actions_together_one_that_is_refused_is_named(ledger: Ledger) -> None:
    both = ledger.together()
    both.__enter__()
    ledger.league.approve("together", 1, key="together/well")
    ledger.league.transfer("together", ledger.keys.address("other"), 10**9, key="together/too much")
    with pytest.raises(Reverted) as caught:
        both.__exit__(None, None, None)
    assert "together/too much" in caught.value.where
    assert ledger.outbox.entry("together/too much") is None


def test_how_long_an_action_takes_is_asked_of_the_chain(ledger: Ledger) -> None:
    assert isinstance(ledger.chain, RpcChain)
    assert (action_seconds(ledger.chain), window_of(ledger.chain)) == (0, 32)
