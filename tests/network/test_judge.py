"""What answers of validators mean: each trouble is named, with what to do, and a sound network is left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rlp  # type: ignore[import-untyped]

from hanse.network.genesis import clique_extra_data, qbft_extra_data
from hanse.network.judge import Expected, Finding, guessed, judge
from hanse.network.probe import Node

ADDRESSES = tuple(f"0x{number:x}{number:x}" + "00" * 18 + f"{number:x}{number:x}" for number in range(1, 5))
RAW = [bytes.fromhex(address[2:]) for address in ADDRESSES]
FIRST = {
    "timestamp": "0x6b0bfc5a", "extraData": clique_extra_data(RAW), "gasLimit": "0x3b9aca00", "mixHash": "0x00",
    "hash": "0xfeed",
}  # fmt: skip
CLIQUE = Expected("geth-clique", {address: f"validator-{i}" for i, address in enumerate(ADDRESSES, 1)}, 77, 1, FIRST)
QBFT = replace(CLIQUE, engine="besu-qbft")


def node(number: int, height: int = 100) -> Node:
    """One of four that are well."""
    newest = range(height - 39, height + 1)
    return Node(
        f"validator-{number}",
        f"http://10.0.{number}.5:8545",
        chain_id=77,
        client="Geth/v1.13.15-stable/linux-amd64/go1.26.8",
        peers=3,
        height=height,
        later=height + 3,
        base_fee=0,
        first=FIRST,
        blocks={one: f"0x{one:x}" for one in newest},
        sealers={one: ADDRESSES[one % 4] for one in newest},
        rules="london",
        ahead=0.0,
    )


WELL = tuple(node(number) for number in range(1, 5))


def with_second(**changes: object) -> tuple[Node, ...]:
    """All well but the second."""
    return WELL[0], replace(WELL[1], **changes), WELL[2], WELL[3]  # type: ignore[arg-type]


def bad(nodes: tuple[Node, ...], expected: Expected = CLIQUE) -> list[Finding]:
    return [one for one in judge(nodes, expected, 3) if one.weight != "good"]


@pytest.mark.parametrize("expected", [CLIQUE, QBFT])
def test_a_sound_network_is_left_in_peace(expected: Expected) -> None:
    findings = judge(WELL, expected, 3)
    assert {one.weight for one in findings} == {"good"}
    assert {one.about for one in findings} == {
        "chain", "first block", "rules", "peers", "fork", "finality", "validators", "clock", "fee", "blocks"
    }  # fmt: skip
    assert all(not one.next for one in findings)


@pytest.mark.parametrize(
    ("changes", "about", "weight", "said"),
    [
        ({"fault": "nobody answers"}, "answer", "wrong", "nobody answers"),
        ({"chain_id": 1}, "chain", "wrong", "on chain 1, not on 77"),
        ({"first": {**FIRST, "extraData": "0x00", "hash": "0xbad"}}, "first block", "wrong", "extraData"),
        ({"first": {**FIRST, "hash": "0xbad"}}, "first block", "wrong", "hash"),
        ({"rules": None}, "rules", "wrong", "too old"),
        ({"rules": "shanghai"}, "rules", "wrong", "shanghai, most others london"),
        ({"peers": 0}, "peers", "wrong", "with nobody"),
        ({"peers": 1}, "peers", "note", "with 1 of 3 others"),
        ({"later": 90}, "blocks", "wrong", "13 blocks behind"),
        ({"ahead": 7.0}, "clock", "wrong", "7 s before ours"),
        ({"ahead": -7.0}, "clock", "wrong", "7 s behind ours"),
        ({"client": "Geth/v1.14.0-stable/linux-amd64/go1.26.8"}, "program", "wrong", "does not seal Clique"),
    ],
)
def test_the_trouble_of_one_is_named_with_what_to_do(
    changes: dict[str, object], about: str, weight: str, said: str
) -> None:
    found = [one for one in bad(with_second(**changes)) if one.where == "validator-2"]
    (finding,) = found
    assert (finding.about, finding.weight) == (about, weight)
    assert said in finding.message
    assert finding.next


def test_a_network_that_stands_still_is_told_how_many_it_needs() -> None:
    still = tuple(replace(one, later=one.height) for one in WELL)
    (finding,) = bad(still)
    assert (finding.about, finding.weight) == ("blocks", "wrong")
    assert "3 of 4 validators" in finding.next


def test_where_blocks_are_missing_and_clocks_are_wrong_the_clocks_come_first() -> None:
    def cure(about: str, nodes: tuple[Node, ...]) -> dict[str, str]:
        return {one.where: one.next for one in bad(nodes) if one.about == about}

    assert cure("blocks", with_second(ahead=-30.0, later=90))["validator-2"].startswith("set the clocks right first")
    still = tuple(replace(one, later=one.height) for one in WELL)
    turned = (replace(still[0], ahead=30.0), *still[1:])
    assert "clock" not in cure("blocks", still)["all"]
    assert cure("blocks", turned)["all"].startswith("set the clocks right first")
    without = tuple(replace(one, sealers={at: ADDRESSES[2 * (at % 2)] for at in one.sealers}) for one in WELL)
    idle = cure("validators", (without[0], replace(without[1], ahead=120.0), *without[2:]))
    assert idle["validator-2"].startswith("set the clocks right first")
    assert idle["validator-4"].startswith("start it")


@pytest.mark.parametrize(("count", "clique", "qbft"), [(4, 1, 1), (5, 2, 1), (7, 3, 2)])
def test_as_many_may_be_away_as_the_engines_bear(count: int, clique: int, qbft: int) -> None:
    validators = {f"0x{number:040x}": str(number) for number in range(count)}
    assert Expected("geth-clique", validators).away == clique
    assert Expected("besu-qbft", validators).away == qbft


def test_newest_blocks_of_clique_may_differ_and_final_ones_never() -> None:
    def turned(number: int) -> tuple[Node, ...]:
        return with_second(blocks={**WELL[1].blocks, **dict.fromkeys(range(number, 101), "0xother")})

    (finding,) = bad(turned(99))
    assert (finding.about, finding.weight) == ("fork", "note")
    (finding,) = bad(turned(97))
    assert (finding.about, finding.weight) == ("fork", "wrong")
    assert "at 97" in finding.message
    assert [one.weight for one in bad(turned(100), QBFT)] == ["wrong"]  # whatever is in a block stays


def test_halves_that_went_apart_long_ago_are_noticed_without_a_block_in_common() -> None:
    assert [one.about for one in bad(with_second(blocks={one: f"0xother{one}" for one in WELL[1].blocks}))] == ["fork"]


def test_one_that_makes_no_blocks_is_named_and_it_counts_how_many_more_may_go() -> None:
    def without(*idle: int) -> tuple[Node, ...]:
        at_work = [address for i, address in enumerate(ADDRESSES) if i not in idle]
        return tuple(replace(one, sealers={at: at_work[at % len(at_work)] for at in one.sealers}) for one in WELL)

    (finding,) = bad(without(2))
    assert (finding.about, finding.where, finding.weight) == ("validators", "validator-3", "wrong")
    assert "if one more is away" in finding.message
    seven = replace(CLIQUE, validators={**CLIQUE.validators, **{f"0x{n:040x}": f"validator-{n}" for n in (5, 6, 7)}})
    notes = [one for one in bad(without(), seven) if one.about == "validators"]
    assert [one.where for one in notes] == ["validator-5", "validator-6", "validator-7"]
    assert {one.weight for one in notes} == {"wrong"}


def test_gas_that_costs_something_is_no_fault_but_told() -> None:
    (finding,) = bad(with_second(base_fee=8))
    assert (finding.about, finding.weight) == ("fee", "note")
    assert "HANSE_FUNDER_KEY" in finding.next


def test_what_a_network_should_be_is_read_from_its_first_block() -> None:
    told = guessed(WELL)
    assert (told.engine, sorted(one.lower() for one in told.validators)) == ("geth-clique", sorted(ADDRESSES))
    qbft = tuple(replace(one, first={**FIRST, "extraData": qbft_extra_data(RAW)}) for one in WELL)
    assert guessed(qbft).engine == "besu-qbft"
    assert len(guessed(qbft).validators) == 4
    for extra in ("0x", "0x" + "ab" * 70, "0x" + rlp.encode([b"", b"x"]).hex(), "0x" + rlp.encode(b"x" * 60).hex()):
        assert guessed(tuple(replace(one, first={**FIRST, "extraData": extra}) for one in WELL)).engine is None


def test_nobody_who_answers_is_nobody_to_judge() -> None:
    silent = tuple(replace(one, fault="nobody answers") for one in WELL)
    assert guessed(silent) == Expected(None, {})
    assert [one.about for one in judge(silent, guessed(silent), 3)] == ["answer"] * 4
