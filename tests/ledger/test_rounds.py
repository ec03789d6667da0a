"""A whole round in a league: every action beside its refusal, what the index tells of it, and what an auditor finds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from hanse.app.audit import Check, audit
from hanse.app.audit_rounds import audit_rounds, audit_stakes
from hanse.errors import InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.index import Index
from hanse.ledger.league import ADMIN, COORDINATOR, hash_text
from hanse.ledger.rounds import Terms, chain_now, covered_bits, covered_words
from hanse.ledger.store import Ledger, open_ledger
from hanse.market.award import Prize, award, earnings
from hanse.market.competition import contenders, next_order
from hanse.model.keccak import keccak
from tests.ledger.arena import BASELINE, DOCUMENT, EVIDENCE, PROBLEM, REASON, TARGET, TARGETS, claim_bytes, words_of

DEMANDS, POT, BOND, STAKE = 8, 8_000, 1_001, 20_000
WINDOW = 1_000
SALT = b"s" * 32

TERMS = Terms(
    hash_text(PROBLEM), hash_text(TARGETS), hash_text(DOCUMENT), DEMANDS * BASELINE, DEMANDS * TARGET, POT, BOND,
    WINDOW, WINDOW, WINDOW, DEMANDS,
)  # fmt: skip


class StoppedClock:
    """A machine whose clock shows this."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def elapsed(self) -> float:
        return 0.0


def jump(ledger: Ledger, to: int) -> None:
    """The chain's next block is at this time at the earliest."""
    chain = cast("EmbeddedChain", ledger.chain)
    newest = chain.block(chain.height())
    assert newest is not None
    if to > newest.timestamp:
        chain._ask("evm_setNextBlockTimestamp", [to])
        chain._ask("evm_mine", [])


def data_of(covered: int, each: int) -> bytes:
    size = covered.bit_count()
    return claim_bytes(words_of(covered, DEMANDS), size * each, size * BASELINE, size * TARGET)


def bitmap(covered: int) -> bytes:
    return covered.to_bytes(32, "big")


@pytest.fixture(scope="module")
def staked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A league whose coordinator and two solvers have put money down, and whose judge is a role."""
    with open_ledger(tmp_path_factory.mktemp("rounds")) as ledger:
        league, rounds = ledger.league, ledger.rounds
        league.send("judge", ADMIN, "Rounds", "appoint", league.address("judge"))
        for who in (COORDINATOR, "ada", "bob"):
            league.mint(league.address(who), STAKE, key=f"{who}/mint")
            rounds.allow_stake(who, STAKE, key=f"{who}/allow").wait()
            rounds.deposit_stake(who, STAKE, key=f"{who}/stake").wait()
        yield ledger


def test_money_put_down_can_be_taken_back(staked: Ledger) -> None:
    league, rounds = staked.league, staked.rounds
    before = rounds.stake(league.address("bob"))
    rounds.withdraw_stake("bob", 300, key="stake/out").wait()
    assert (rounds.stake(league.address("bob")), league.balance(league.address("bob"))) == (before - 300, 300)
    with pytest.raises(Reverted, match="stake too small"):
        rounds.withdraw_stake("bob", 10**6, key="stake/too much")
    with pytest.raises(Reverted, match="insufficient allowance"):
        rounds.deposit_stake("bob", 300, key="stake/not allowed")
    rounds.allow_stake("bob", 300, key="stake/allow").wait()
    rounds.deposit_stake("bob", 300, key="stake/in").wait()
    assert rounds.stake(league.address("bob")) == before


def test_a_round_from_its_opening_to_its_last_cent(staked: Ledger) -> None:
    league, rounds = staked.league, staked.rounds
    ada, bob = league.address("ada"), league.address("bob")
    before = {who: rounds.stake(league.address(who)) for who in (COORDINATOR, "ada", "bob")}
    number = int(rounds.open_round(TERMS, key="round/open").value("round"))
    state = rounds.round_state(number)
    assert (state.sponsor, state.pot, state.most, state.least) == (league.address(COORDINATOR), POT, 64, 1)

    # Three claims that fit together two by two, a lie, one that nobody can check, and one that stays sealed.
    drafts = [
        ("ada", 0b0011, 60),
        ("bob", 0b0100, 80),
        ("bob", 0b1000, 90),
        ("ada", 0b10000, 55),
        ("bob", 0b100000, 70),
    ]
    for place, (who, covered, each) in enumerate([*drafts, ("ada", 0b1000000, 60)]):
        digest = keccak(data_of(covered, each))
        sent = rounds.commit_claim(who, number, digest, hash_text(EVIDENCE), SALT, key=f"round/commit {place}")
        assert sent.value("index") == place
        words = league.read("Rounds", "seal", number, league.address(who), digest, EVIDENCE, SALT)
        assert rounds.claim_state(number, place).digest == hash_text(words)
    with pytest.raises(Reverted, match="not now"):
        rounds.reveal_claim(
            "ada", number, 0, SALT, data_of(3, 60), bitmap(3), hash_text(EVIDENCE), key="round/early reveal"
        )

    jump(staked, state.commit_end)
    with pytest.raises(Reverted, match="not now"):
        rounds.commit_claim("ada", number, bytes(32), hash_text(EVIDENCE), SALT, key="round/late commit")
    with pytest.raises(Reverted, match="wrong seal"):
        rounds.reveal_claim("bob", number, 0, SALT, data_of(3, 60), bitmap(3), hash_text(EVIDENCE), key="round/theft")
    for place, (who, covered, each) in enumerate(drafts):
        words = (number, place, SALT, data_of(covered, each), bitmap(covered), hash_text(EVIDENCE))
        rounds.reveal_claim(who, *words, key=f"round/reveal {place}").wait()

    jump(staked, state.reveal_end)
    digests = [keccak(data_of(covered, each)) for _, covered, each in drafts]
    strike = (number, 3, digests[3], league.address("carla"), 7)
    with pytest.raises(Reverted, match="not the judge"):
        league.send("round/no judge", "bob", "Rounds", "strike", *strike)
    league.send("round/strike", "judge", "Rounds", "strike", *strike).wait()
    rounds.dismiss_claim(number, 4, hash_text(REASON), key="round/dismiss").wait()
    league.send("round/conflict", "judge", "Rounds", "conflict", number, (0, 2), (digests[0], digests[2])).wait()
    assert rounds.conflicts(number, 2) == ((0,),)
    with pytest.raises(Reverted, match="not now"):
        rounds.award("bob", number, [0, 1, 2], key="round/early award")
    with pytest.raises(Reverted, match="not now"):
        rounds.finalise("bob", number, key="round/early end")

    jump(staked, state.challenge_end)
    order = next_order(staked.sync().claims(number), first_wins=False)
    assert order == (0, 1, 2)
    with pytest.raises(Reverted, match="not in order"):
        rounds.award("carla", number, [1], key="round/unfair award")
    rounds.award("carla", number, order[:1], key="round/award").wait()
    assert next_order(staked.sync().claims(number), first_wins=False) == (1, 2)
    rounds.award("carla", number, [1, 2], key="round/award the rest").wait()
    rounds.finalise("carla", number, key="round/end").wait()

    index = staked.sync()
    (row,) = [one for one in index.rounds() if one.number == number]
    claims = index.claims(number)
    assert [one.status for one in claims] == ["accepted", "accepted", "skipped", "struck", "dismissed", "sealed"]
    assert [one.reward for one in claims] == [2_000, 500, None, None, None, None]
    assert (claims[0].claim, claims[0].covered, claims[0].solver) == (data_of(3, 60), (3,), ada)
    assert (claims[4].reason, claims[5].claim) == (hash_text(REASON), b"")
    assert (row.refund, row.forfeited, row.first_wins) == (POT - 2_500, BOND, False)
    assert (row.problem, row.targets, row.document) == (TERMS.problem, TERMS.targets, TERMS.document)
    assert (row.commit_end, row.reveal_end, row.challenge_end) == (
        state.commit_end,
        state.reveal_end,
        state.challenge_end,
    )
    (told,) = index.strikes(number)
    assert (told.claim, told.challenger, told.lie, told.to_challenger, told.to_sponsor) == (3, strike[3], 7, 500, 501)
    assert [(one.last, one.others) for one in index.conflicts(number)] == [(2, (0,))]
    field = contenders(claims)
    accepted = award(field, [(0, 2)])
    assert earnings(field, accepted, Prize(POT, row.baseline, row.target)) == (2_000, 500)

    free = {who: rounds.stake(league.address(who)) for who in before}
    assert free["ada"] == before["ada"] + 2_000 - 2 * BOND  # one a lie, one never revealed
    assert free["bob"] == before["bob"] + 500
    assert free[COORDINATOR] == before[COORDINATOR] - 2_500 + 501 + BOND
    assert rounds.stake(strike[3]) == 500
    assert {bob: free["bob"], ada: free["ada"]}.items() <= index.stakes().items()
    assert rounds.round_state(number).accepted == (0, 1)


def test_what_is_no_round_no_seal_and_no_bitmap_is_refused_here(staked: Ledger) -> None:
    with pytest.raises(InputError, match="no round 99"):
        staked.rounds.round_state(99)
    with pytest.raises(InputError, match="32 bytes"):
        staked.rounds.seal(1, "ada", b"short", hash_text(EVIDENCE), SALT)
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(InputError, match="no words"):
            covered_words(wrong)
    assert covered_bits(covered_words((5).to_bytes(32, "big") + (1).to_bytes(32, "big"))) == 5 | 1 << 256


def test_the_time_that_counts_is_the_chains_or_the_clocks_whichever_is_later(staked: Ledger) -> None:
    chain = staked.chain
    newest = chain.block(chain.height())
    assert newest is not None
    assert chain_now(chain, StoppedClock(newest.timestamp - 500.0)) == newest.timestamp  # the chain is ahead
    assert chain_now(chain, StoppedClock(newest.timestamp + 500.7)) == newest.timestamp + 500  # nobody mined since


def test_the_index_of_rounds_made_anew_is_the_same(staked: Ledger) -> None:
    def everything(index: Index) -> tuple[object, ...]:
        return index.rounds(), index.claims(), index.strikes(), index.conflicts(), index.stake_moves()

    kept = everything(staked.sync())
    assert all(kept)
    staked.index.rebuild()
    assert everything(staked.index) == kept


def test_an_auditor_finds_nothing_but_a_changed_record(staked: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    league, rounds, index = staked.league, staked.rounds, staked.sync()
    league.mint(league.address("dora"), 77, key="audit/mint").wait()
    league.transfer("dora", rounds.address, 77, key="audit/gift").wait()  # given away, and no trouble to anyone
    index.sync()

    def found() -> list[str]:
        awards, money = Check("awards"), Check("money")
        audit_rounds(awards, index, rounds)
        audit_stakes(money, index, rounds, league)
        assert awards.count >= 20
        assert money.count > 5
        return awards.differences + money.differences

    assert found() == []
    claims = index.claims(1)
    for change, words in (
        ({"reward": 2_001}, "reward of claim 0"),
        ({"status": "skipped", "reward": None}, "claim 0, status"),
        ({"covered": (7,)}, "claim 0, demands"),
        ({"claim": claims[0].claim[:-1] + b"\0"}, "claim 0, hash"),
    ):
        changed = dataclasses.replace(claims[0], **change)
        with monkeypatch.context() as patch:
            patch.setattr(index, "claims", lambda _=None, one=changed: (one, *claims[1:]))
            assert any(words in difference for difference in found()), words
    with monkeypatch.context() as patch:
        moves = index.stake_moves()
        patch.setattr(index, "stake_moves", lambda: moves[:-1])
        assert any("stake of" in difference for difference in found())


def test_hanse_audit_covers_rounds(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.league.mint(ledger.league.address(COORDINATOR), STAKE, key="mint").wait()
        ledger.rounds.allow_stake(COORDINATOR, STAKE, key="allow").wait()
        ledger.rounds.deposit_stake(COORDINATOR, STAKE, key="stake").wait()
        ledger.rounds.open_round(TERMS, key="open").wait()
    report = audit(tmp_path)
    checks = {check.what: check for check in report.checks}
    (missing,) = [difference for check in report.checks for difference in check.differences]
    assert "not in the store" in missing, "the document of this round is none"
    assert not checks["questions of rounds and certificates"].ok
    assert checks["rounds, claims and awards"].count >= 3
    assert checks["stakes, bonds and pots"].count >= 4
