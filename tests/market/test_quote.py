"""Members' promises and what a broker makes of them: nothing in them can be altered, sold on, or hidden."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account

from hanse.app.broking import assemble
from hanse.errors import EvidenceError, InfeasibleError, InputError
from hanse.market.quote import Assembly, Promise, Signed, check, read_assembly, read_promise

CONTRACT, BROKER = "0x" + "11" * 20, Account.from_key("0x" + "b0" * 32).address
KEYS = {name: Account.from_key("0x" + f"{n:064x}") for n, name in enumerate(("anna", "bert", "cleo"), start=1)}
BEGIN, NOW = 1_800_000_000, 1_790_000_000


def promise(who: str, part: str, price: int, minutes: int = 60, quality: int = 900_000) -> Signed:
    key = KEYS[who]
    return Promise(4219, CONTRACT, 7, BROKER, key.address, part, price, minutes, quality, BEGIN).sign(key)


PROMISES = [
    promise("anna", "turn", 10_000), promise("bert", "turn", 9_000, 600), promise("cleo", "turn", 1, quality=1),
    promise("anna", "grind", 5_000), promise("bert", "grind", 4_000),
]  # fmt: skip


def assembled(hours: int = 24, budget: int = 50_000, fee: int = 50_000) -> Assembly:
    how = {"begin": BEGIN, "latest": BEGIN + 3_600 * hours, "budget": budget}
    return assemble(["turn", "grind"], PROMISES, least_quality=800_000, fee=fee, **how)[0]


def verify(assembly: Assembly, **other: Any) -> None:
    about: dict[str, Any] = {"chain": 4219, "contract": CONTRACT, "request": 7, "broker": BROKER, "now": NOW}
    check(assembly, **(about | other))


def test_the_cheapest_promises_in_time_are_put_together_and_the_fee_is_shown() -> None:
    cheap = assembled()
    assert [one.promise.price for one in cheap.promises] == [9_000, 4_000]
    assert (cheap.fee, cheap.price, cheap.quality) == (650, 13_650, 900_000)
    quick = assembled(hours=3)
    assert [one.promise.price for one in quick.promises] == [10_000, 4_000]
    assert quick.ready == BEGIN + 120 * 60
    verify(read_assembly(cheap.document()))


def test_what_cannot_be_promised_is_not_offered() -> None:
    with pytest.raises(InfeasibleError, match="too late"):
        assembled(hours=1)
    with pytest.raises(InfeasibleError, match="budget"):
        assembled(budget=13_649)
    with pytest.raises(InfeasibleError, match='nobody promises "paint"'):
        assemble(["paint"], PROMISES, begin=BEGIN, latest=2 * BEGIN, budget=1, least_quality=0, fee=0)
    with pytest.raises(InputError):
        assemble(["turn", "turn"], PROMISES, begin=BEGIN, latest=2 * BEGIN, budget=1, least_quality=0, fee=0)


@pytest.mark.parametrize(
    "change",
    [
        {"price": 8_000},
        {"minutes": 1},
        {"quality": 1_000_000},
        {"part": "grind"},
        {"member": BROKER},
        {"expires": 2**39},
    ],
)
def test_a_broker_cannot_alter_a_members_promise(change: dict[str, object]) -> None:
    honest = assembled()
    altered = Signed(replace(honest.promises[0].promise, **change), honest.promises[0].signature)  # type: ignore[arg-type]
    lie = replace(honest, promises=(altered, *honest.promises[1:]))
    with pytest.raises(EvidenceError, match="did not sign"):
        verify(read_assembly(lie.document()))


@pytest.mark.parametrize(
    ("other", "said"),
    [({"broker": CONTRACT}, "made to"), ({"request": 8}, "for request 7"), ({"chain": 1}, "another league"),
     ({"contract": BROKER}, "another league"), ({"now": BEGIN + 1}, "expired")],
)  # fmt: skip
def test_a_promise_is_for_one_broker_request_league_and_time(other: dict[str, object], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        verify(assembled(), **other)


def test_sums_that_are_not_the_promises_are_refused() -> None:
    said = json.loads(assembled().document())
    with pytest.raises(EvidenceError, match="adds up"):
        read_assembly(json.dumps(said | {"price": said["price"] - 1}))
    with pytest.raises(EvidenceError, match="adds up"):
        read_assembly(json.dumps(said | {"fee": said["fee"] + 1}))
    with pytest.raises(EvidenceError, match="twice"):
        verify(Assembly((PROMISES[0], PROMISES[1]), 0, BEGIN))


def test_nobody_signs_for_another() -> None:
    with pytest.raises(InputError, match="another member"):
        PROMISES[0].promise.sign(KEYS["bert"])


@pytest.mark.parametrize("change", [{"format": "x"}, {"price": -1}, {"price": "1"}, {"signature": "zz"}, {"more": 1}])
def test_anything_else_is_no_promise(change: dict[str, object]) -> None:
    assert read_promise(PROMISES[0].words()) == PROMISES[0]
    with pytest.raises(InputError):
        read_promise(PROMISES[0].words() | change)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "hanse-assembly/1"}', "[" * 100_000])
def test_anything_else_is_no_assembly(text: str) -> None:
    with pytest.raises(InputError):
        read_assembly(text)
