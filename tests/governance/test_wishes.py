"""Sentences become calls, and calls become words; the words come from the calls alone."""

from __future__ import annotations

from dataclasses import fields

import pytest
from eth_utils.address import to_checksum_address

from hanse.errors import InputError
from hanse.governance.charter import ALL, TERMS, lawful, said, span, term
from hanse.governance.rules import DAY, Rules
from hanse.governance.wishes import Wishes
from hanse.governance.wording import Wording
from hanse.ledger.contracts import contract
from hanse.ledger.council import Action
from hanse.ledger.deal import Conditions
from hanse.ledger.league import Addresses

AT = Addresses(*(f"0x{n:040x}" for n in range(1, 1 + len(fields(Addresses)))))
HAND = "0x" + "aa" * 20
SOMEBODY = "0x" + "0b" * 20
WISHES = Wishes(AT, 2, HAND, Rules("open"))
VALUES = [one.value for one in TERMS]
NAMES = {HAND: "Valley", to_checksum_address(SOMEBODY): "Mueller"}
WORDS = Wording(AT, VALUES, lambda address: NAMES.get(address, address))


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("set review 5d",
         "raise the shortest time a customer has to look at what was delivered from 1 second to 5 days"),
        ("set fee 20000", "lower the highest fee of the league from 100 % to 2 %"),
        ("set round-reward 4000",
         "lower the most that the rewards of a round reach together, of the baseline, from no limit to 0.4 %"),
        ("set round-bond 100000",
         "raise the least bond of a plan that competes, of the pot, from 0 % to 10 %"),
        ("set round-reach 800000",
         "lower how far the target of a round lies at most, of the way from the baseline to the cheapest,"
         " from 100 % to 80 %"),
        ("set admission 600000", "raise the standing that a member needs for an order from 0 % to 60 %"),
        ("set admission-trial 20000",
         "raise the price of work up to which newcomers need no standing from 0.00 to 200.00"),
        ("set notary-credentials 1", "raise how many other notaries have to say who a notary is from 0 to 1"),
        ("set offer-review 5d", "raise the time a guest has to look at work in idle time from 3 days to 5 days"),
        ("set offer-penalty 100000",
         "lower what withdrawing from confirmed idle time costs, of its price, from 20 % to 10 %"),
        ("set deposit 0", "keep the least deposit of an order at 0.00"),
        (f"grant MemberRegistry NOTARY_ROLE {SOMEBODY}", "make Mueller notary of MemberRegistry"),
        (f"revoke Rounds DEFAULT_ADMIN_ROLE {SOMEBODY}", "let Mueller be admin of Rounds no more"),
        ("pause Offers", "stop Offers: nothing new begins there"),
        ("restart Offers", "start Offers again"),
        (f"pay {SOMEBODY} 12050", "pay 120.50 from the treasury of community 2 to Mueller"),
        ("share 100", "share 1.00 of the treasury of community 2 among its members"),
        (f"invite {SOMEBODY}", "let Mueller join community 2"),
        (f"expel {SOMEBODY}", "exclude Mueller from community 2"),
        ("timelock 36h", "wait 36 hours between a decision and what it does, in Valley"),
        ("join 3", "become a member of community 3"),
        ("leave 3", "leave community 3"),
        ("contribute 3 250", "give 2.50 to the treasury of community 3"),
        (f"vote 7 0x{'5e' * 32} against", "vote against on proposal 7, as one member"),
        ("cancel 7", "drop proposal 7"),
        ("amend joining=invited quorum=250000 period=2d",
         "set the rules of community 2: by invitation; one member, one vote; shared alike; 25 % take part;"
         " votes 1 day after a proposal, for 2 days"),
    ],
)  # fmt: skip
def test_what_is_wished_is_what_voters_read(sentence: str, words: str) -> None:
    assert WORDS.sentence(WISHES.action(sentence)) == words


def test_a_switch_says_whether_it_is_for_good() -> None:
    hard, soft = (WORDS.sentence(WISHES.action(f"announce {SOMEBODY} 1200 {how}")) for how in ("hard", "soft"))
    assert "from block 1200, for good" in hard
    assert "beside this one" in soft


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("", "nothing to do"),
        ("dance", "nothing to do"),
        ("share", "takes 1 words, 0 came"),
        ("share 1 2", "takes 1 words, 2 came"),
        ("share 1.50", "no whole number"),
        ("share -5", "no whole number"),
        ("share ٣", "no whole number"),
        ("set tax 5", 'charter has no "tax"'),
        ("set fee 1000001", "between 0 and 1000000"),
        ("set review 91d", "between 1 and"),
        ("pay 0x12 5", "40 hexadecimal digits"),
        ("grant League NOTARY_ROLE " + SOMEBODY, "no contract with an admin"),
        ("grant Rounds KING_ROLE " + SOMEBODY, "no role"),
        ("amend weight=contribution", "no rule that can change"),
        ("amend period=5s", "between 60"),
        ("announce " + SOMEBODY + " 12 gently", "no kind of switch"),
        ("vote 7 0x12 for", "64 hexadecimal digits"),
        (f"vote 7 0x{'5e' * 32} maybe", "no vote"),
    ],
)
def test_a_sentence_that_says_nothing_is_refused_with_what_is_wrong(sentence: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        WISHES.action(sentence)


def test_calls_that_nobody_here_can_read_say_so() -> None:
    assert "which nobody here can read" in WORDS.sentence(Action(SOMEBODY, b"\x12\x34\x56\x78" + bytes(32)))
    real = WISHES.action("share 100")
    assert "which nobody here can read" in WORDS.sentence(Action(real.target, real.data + b"\0"))
    assert "which nobody here can read" in WORDS.sentence(Action(AT.charter, real.data))
    # One that has no sentence is named as the contract has it.
    minted = Action(AT.token, contract("LeagueToken").encode("mint", SOMEBODY, 5, bytes(32)))
    assert WORDS.sentence(minted).startswith(f"call LeagueToken.mint: to {to_checksum_address(SOMEBODY)}")


def test_rules_that_the_contract_refuses_are_told_as_such() -> None:
    data = contract("Communities").encode("amend", 2, (0, 0, 0, 0, 0, 0))
    assert "that the contract refuses" in WORDS.sentence(Action(AT.communities, data))


def test_spans_are_exact() -> None:
    assert [span(seconds) for seconds in (0, 1, 90, 3600, 36 * 3600, DAY)] == [
        "0 seconds", "1 second", "90 seconds", "1 hour", "36 hours", "1 day",
    ]  # fmt: skip
    assert said(term("round-reward"), ALL) == "no limit"


def test_a_deal_keeps_the_charter() -> None:
    strict = list(VALUES)
    strict[term("review").number], strict[term("fee").number] = 10 * DAY, 5_000
    made = lawful(Conditions("s", "a", "b", fee=10_000), strict)
    assert (made.review, made.fee) == (10 * DAY, 5_000)
    assert lawful(Conditions("s", "a", "b", fee=10_000), VALUES) == Conditions("s", "a", "b", fee=10_000)
