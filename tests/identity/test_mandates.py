"""The rule of mandates and its contract agree, charge by charge; the auditor plays it again."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from hanse.app.audit import Check
from hanse.app.audit_identities import audit_identities
from hanse.identity.mandates import charged, left
from hanse.ledger.chain import Call, Reverted
from hanse.ledger.contracts import contract
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.identities import Mandate, Used
from tests.identity.firm import DAY, Firm

HOUR = 3600


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 2 * DAY)), max_size=20))
def test_no_period_holds_more_than_its_mandate(steps: list[tuple[int, int]]) -> None:
    terms, used, now = Mandate(300, 700, DAY, 10**9), Used(0, 0), 1
    by_period: dict[int, int] = {}
    for amount, pause in steps:
        now += pause
        after = charged(terms, used, amount, now)
        assert (after is None) == (amount > min(300, left(terms, used, now)))
        if after is not None:
            used = after
            by_period[used.since] = by_period.get(used.since, 0) + amount
            assert by_period[used.since] == used.spent <= 700
    assert charged(terms, used, 0, terms.valid_to) is None
    assert left(terms, used, terms.valid_to) == 0


def test_the_contract_decides_as_the_rule_does_to_the_second(firm: Firm) -> None:
    league, chain = firm.ledger.league, cast("EmbeddedChain", firm.ledger.chain)
    who, clerk, venue = (firm.address(one) for one in ("principal", "clerk", "venue"))
    terms, used, dice = Mandate(300, 700, HOUR, firm.now + 10 * HOUR), Used(0, 0), random.Random(0)
    words = (terms.per_deal, terms.per_period, terms.period, terms.valid_to)
    league.send("mandate", "principal", "Identities", "mandate", who, clerk, venue, words).wait()
    answers = []
    for step in range(24):
        edge = used.since + HOUR - step % 2 if used.since else 0
        now = max(firm.now + 1, edge if step % 4 == 0 else firm.now + dice.randrange(1, HOUR // 2))
        amount = dice.choice((1, 100, 299, 300, 301))
        # Asked as of a block of that time, and sent only if it will do: what it was made from is the block before.
        chain._ask("evm_setNextBlockTimestamp", [now])
        chain._ask("evm_mine", [])
        after = charged(terms, used, amount, firm.now)
        try:
            firm.ledger.chain.estimate(_charge(firm, venue, who, clerk, amount))
            answers.append(True)
        except Reverted:
            answers.append(False)
        assert answers[-1] == (after is not None), (step, amount, used, now)
        if after is not None:
            league.send(f"charge/{step}", "venue", "Identities", "charge", who, clerk, amount).wait()
            used = cast("Used", charged(terms, used, amount, firm.now))
            kept = league.read("Identities", "mandateOf", who, clerk, venue)[1]
            assert Used(*kept) == used
    assert {True, False} == set(answers)
    check = Check("identities")
    firm.ledger.sync()
    audit_identities(check, firm.ledger)
    assert (check.differences, check.count > 10) == ([], True)


def test_the_auditor_finds_a_key_that_is_not_the_chains(firm: Firm) -> None:
    mill = firm.address("audited mill")
    firm.identities.change_owner("audited mill", mill, firm.address("heir"), key="a/rotate").wait()
    index = firm.ledger.sync()
    false = tuple(replace(row, owner=mill) if row.identity == mill else row for row in index.owners())
    check = Check("identities")
    index.owners = lambda: false  # type: ignore[method-assign]
    try:
        audit_identities(check, firm.ledger)
    finally:
        del index.owners
    assert [f"key of {mill}" in said for said in check.differences] == [True]


def _charge(firm: Firm, venue: str, who: str, clerk: str, amount: int) -> Call:
    data = contract("Identities").encode("charge", who, clerk, amount)
    return Call(venue, firm.identities.address, data)
