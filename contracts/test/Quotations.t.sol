// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clock} from "../src/Clock.sol";
import {IQuotations} from "../src/interfaces/IQuotations.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {QuotationsStories} from "./QuotationsStories.sol";
import {Quotations} from "../src/Quotations.sol";

contract QuotationsTest is QuotationsStories {
    function notNow(uint256 from, uint256 until) private {
        refused(abi.encodeWithSelector(Clock.NotNow.selector, block.timestamp, from, until));
    }

    function wrongStage(uint64 number, IQuotations.Stage there) private {
        refused(abi.encodeWithSelector(IQuotations.WrongStage.selector, number, there));
    }

    // ── The story ──────────────────────────────────────────────────────────────────────────────────────────────────

    function test_the_lowest_price_wins_and_is_paid_when_the_work_is_accepted() public {
        uint64 number = deliveredAt(READY);
        leaves(requester, STAKE - 700_00, "only the price is held");
        leaves(first, STAKE, "whoever lost has its bond");
        leaves(second, STAKE - BOND, "the winner's bond stays");
        vm.prank(requester);
        quotations.accept(number, 950_000);
        leaves(second, STAKE + 700_00, "paid, and its bond back");
        assertEq(stage(number), uint256(IQuotations.Stage.Done), "done");
    }

    function test_weights_make_time_and_quality_count() public {
        IQuotations.Terms memory some = terms();
        (some.perDay, some.perQuality) = (50_00, 1_000_00);
        uint64 number = posted(some);
        IQuotations.Bid memory cheap = priced(700_00); // + 3 days 150.00 + quality 0.8: 200.00 = 1050.00
        (cheap.ready, cheap.quality) = (READY + 3 days, 800_000);
        IQuotations.Bid memory good = priced(900_00); // + quality 0.9: 100.00 = 1000.00
        sealedFor(number, first, cheap);
        sealedFor(number, second, good);
        vm.warp(COMMIT_END);
        opened(number, first, cheap);
        assertEq(quotations.requestOf(number).value, 1_050_00, "price, days, quality");
        opened(number, second, good);
        vm.warp(REVEAL_END);
        quotations.award(number);
        assertEq(quotations.requestOf(number).winner, second, "dearer, and worth more");
    }

    function test_of_equals_the_earlier_seal_wins_whoever_opens_first() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(700_00));
        sealedFor(number, second, priced(700_00));
        vm.warp(COMMIT_END);
        opened(number, second, priced(700_00));
        opened(number, first, priced(700_00));
        assertEq(quotations.requestOf(number).winner, first, "sealed first");
    }

    function test_a_second_seal_takes_the_place_of_the_first_for_one_bond() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(900_00));
        sealedFor(number, first, priced(600_00));
        leaves(first, STAKE - BOND, "one bond");
        vm.warp(COMMIT_END);
        bytes32 given = quotations.sealOf(number, first, priced(900_00));
        bytes32 there = quotations.sealOf(number, first, priced(600_00));
        refused(abi.encodeWithSelector(IQuotations.NotWhatWasSealed.selector, given, there));
        opened(number, first, priced(900_00));
        opened(number, first, priced(600_00));
    }

    // ── Whoever does not play ──────────────────────────────────────────────────────────────────────────────────────

    function test_a_requester_that_never_awards_cannot_stop_the_rule() public {
        uint64 number = posted(terms());
        bids(number);
        vm.prank(stranger);
        quotations.award(number);
        assertEq(quotations.requestOf(number).winner, second, "anyone awards, the rule decides");
    }

    function test_whoever_does_not_open_loses_its_bond_to_the_requester_once() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(900_00));
        vm.warp(REVEAL_END - 1);
        notNow(REVEAL_END, type(uint40).max);
        quotations.release(number, first);
        vm.warp(REVEAL_END);
        quotations.release(number, first);
        leaves(requester, STAKE - BUDGET + BOND, "the requester's");
        refused(abi.encodeWithSelector(IQuotations.NothingSealed.selector, number, first));
        quotations.release(number, first);
        quotations.award(number);
        leaves(requester, STAKE + BOND, "and nothing came of it");
        assertEq(stage(number), uint256(IQuotations.Stage.Void), "void");
    }

    function test_a_cancelled_request_gives_everything_back() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(900_00));
        refused(abi.encodeWithSelector(IQuotations.NotTheRequester.selector, first));
        vm.prank(first);
        quotations.cancel(number);
        vm.prank(requester);
        quotations.cancel(number);
        quotations.release(number, first);
        leaves(requester, STAKE, "the budget");
        leaves(first, STAKE, "the bond");
        wrongStage(number, IQuotations.Stage.Void);
        quotations.award(number);
    }

    function test_nobody_cancels_once_seals_can_be_opened() public {
        uint64 number = posted(terms());
        vm.warp(COMMIT_END);
        notNow(0, COMMIT_END);
        vm.prank(requester);
        quotations.cancel(number);
    }

    // ── Attacks on the seal ────────────────────────────────────────────────────────────────────────────────────────

    function test_a_copied_seal_opens_for_nobody_but_who_made_it() public {
        uint64 number = posted(terms());
        bytes32 seal = quotations.sealOf(number, first, priced(700_00));
        sealedFor(number, first, priced(700_00));
        vm.prank(second);
        quotations.bid(number, seal);
        vm.warp(COMMIT_END);
        opened(number, first, priced(700_00));
        bytes32 given = quotations.sealOf(number, second, priced(700_00));
        refused(abi.encodeWithSelector(IQuotations.NotWhatWasSealed.selector, given, seal));
        opened(number, second, priced(700_00));
    }

    function test_a_seal_is_for_one_request_one_contract_and_one_chain() public {
        uint64 number = posted(terms());
        bytes32 here = quotations.sealOf(number, first, priced(700_00));
        assertTrue(here != quotations.sealOf(number + 1, first, priced(700_00)), "request");
        Quotations other = new Quotations(admin, token, registry);
        assertTrue(here != other.sealOf(number, first, priced(700_00)), "contract");
        vm.chainId(7);
        assertTrue(here != quotations.sealOf(number, first, priced(700_00)), "chain");
    }

    function test_nobody_bids_after_the_first_bid_can_be_seen() public {
        uint64 number = posted(terms());
        vm.warp(COMMIT_END);
        notNow(0, COMMIT_END);
        vm.prank(first);
        quotations.bid(number, SALT);
    }

    function test_nobody_opens_early_or_late_or_twice() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(700_00));
        notNow(COMMIT_END, REVEAL_END);
        opened(number, first, priced(700_00));
        vm.warp(REVEAL_END);
        notNow(COMMIT_END, REVEAL_END);
        opened(number, first, priced(700_00));
        vm.warp(COMMIT_END);
        opened(number, first, priced(700_00));
        bytes32 given = quotations.sealOf(number, first, priced(700_00));
        refused(abi.encodeWithSelector(IQuotations.NotWhatWasSealed.selector, given, bytes32(0)));
        opened(number, first, priced(700_00));
    }

    function test_bids_that_do_not_fit_cannot_win_and_cost_nothing() public {
        IQuotations.Bid[5] memory bad = [priced(BUDGET + 1), priced(1), priced(1), priced(1), priced(1)];
        bad[1].ready = READY + 5 days + 1;
        bad[2].ready = REVEAL_END - 1;
        bad[3].quality = 799_999;
        bad[4].quality = WHOLE + 1;
        for (uint256 i = 0; i < 5; ++i) {
            vm.warp(BEGIN);
            uint64 number = posted(terms());
            sealedFor(number, first, bad[i]);
            vm.warp(COMMIT_END);
            opened(number, first, bad[i]);
            leaves(first, STAKE, "its bond is back");
            vm.warp(REVEAL_END);
            quotations.award(number);
            assertEq(stage(number), uint256(IQuotations.Stage.Void), "nobody won");
        }
    }

    function test_only_the_certified_bid_where_the_request_wants_it_and_revoking_counts_at_once() public {
        IQuotations.Terms memory some = terms();
        some.services = MILLING;
        uint64 number = posted(some);
        refused(abi.encodeWithSelector(IQuotations.NotCertified.selector, first, MILLING));
        vm.prank(first);
        quotations.bid(number, SALT);
        aMember(first, MILLING | TURNING);
        sealedFor(number, first, priced(700_00));
        vm.prank(notary);
        registry.revoke(first, METADATA);
        vm.warp(COMMIT_END);
        opened(number, first, priced(700_00));
        assertEq(quotations.requestOf(number).winner, address(0), "revoked before it was opened");
        leaves(first, STAKE, "and its bond is back");
    }

    // ── Who bears what ─────────────────────────────────────────────────────────────────────────────────────────────

    function test_lateness_costs_by_the_day_up_to_the_cap() public {
        uint64 number = deliveredAt(READY + 2 days);
        vm.prank(requester);
        quotations.accept(number, UNRATED);
        leaves(second, STAKE + 700_00 - 28_00, "twice two per cent");
        leaves(requester, STAKE - 700_00 + 28_00, "which the requester has");
    }

    function decided(IQuotations.Cause reported, IQuotations.Cause found) private returns (uint64 number) {
        number = deliveredAt(READY);
        vm.prank(requester);
        quotations.report(number, reported, METADATA);
        vm.prank(arbiter);
        quotations.decide(number, found);
    }

    function test_the_table_says_who_pays_for_what_the_arbiter_finds() public {
        decided(IQuotations.Cause.Quality, IQuotations.Cause.Quality);
        leaves(second, STAKE - BOND, "price and bond are the requester's");
        leaves(requester, STAKE + BOND, "all of both");
    }

    function test_what_the_winner_does_not_bear_is_paid() public {
        decided(IQuotations.Cause.Transport, IQuotations.Cause.Transport);
        leaves(second, STAKE + 350_00 - BOND / 2, "half of price and bond");
    }

    function test_a_dispute_without_a_failure_is_paid_in_full() public {
        decided(IQuotations.Cause.Quality, IQuotations.Cause.None);
        leaves(second, STAKE + 700_00, "nothing was wrong");
    }

    function test_a_breakdown_is_borne_as_agreed_and_a_false_one_is_not_paid() public {
        uint64 number = awarded();
        vm.prank(second);
        quotations.report(number, IQuotations.Cause.Breakdown, METADATA);
        vm.prank(arbiter);
        quotations.decide(number, IQuotations.Cause.Breakdown);
        leaves(second, STAKE + 630_00 - BOND / 10, "it bears a tenth");

        vm.warp(BEGIN);
        uint256 before = quotations.free(second);
        number = awarded();
        vm.prank(second);
        quotations.report(number, IQuotations.Cause.Breakdown, METADATA);
        vm.prank(arbiter);
        quotations.decide(number, IQuotations.Cause.None);
        leaves(second, before - BOND, "nothing came, nothing is paid");
    }

    function test_each_party_reports_only_what_it_can_know() public {
        uint64 number = awarded();
        refused(abi.encodeWithSelector(IQuotations.NotItsCause.selector, IQuotations.Cause.Quality));
        vm.prank(second);
        quotations.report(number, IQuotations.Cause.Quality, METADATA);
        refused(abi.encodeWithSelector(IQuotations.NotTheWinner.selector, requester));
        vm.prank(requester);
        quotations.report(number, IQuotations.Cause.Transport, METADATA);
        vm.warp(READY);
        vm.prank(second);
        quotations.deliver(number, METADATA);
        refused(abi.encodeWithSelector(IQuotations.NotItsCause.selector, IQuotations.Cause.Breakdown));
        vm.prank(requester);
        quotations.report(number, IQuotations.Cause.Breakdown, METADATA);
        refused(abi.encodeWithSelector(IQuotations.NotTheRequester.selector, second));
        vm.prank(second);
        quotations.report(number, IQuotations.Cause.Transport, METADATA);
    }

    function test_every_wait_ends() public {
        uint64 number = awarded();
        notNow(READY + 7 days, type(uint256).max);
        quotations.settle(number);
        vm.warp(READY + 7 days);
        notNow(0, READY + 7 days);
        vm.prank(second);
        quotations.deliver(number, METADATA);
        quotations.settle(number);
        leaves(requester, STAKE + BOND, "never delivered: price and bond");

        vm.warp(BEGIN);
        number = deliveredAt(READY);
        vm.warp(READY + 3 days);
        notNow(0, READY + 3 days);
        vm.prank(requester);
        quotations.report(number, IQuotations.Cause.Quality, METADATA);
        quotations.settle(number);
        leaves(second, STAKE - BOND + 700_00, "silence pays");

        vm.warp(BEGIN);
        number = deliveredAt(READY);
        vm.prank(requester);
        quotations.report(number, IQuotations.Cause.Quality, METADATA);
        vm.warp(READY + 14 days);
        notNow(0, READY + 14 days);
        vm.prank(arbiter);
        quotations.decide(number, IQuotations.Cause.None);
        quotations.settle(number);
        leaves(second, STAKE - BOND + 700_00 + 350_00 - BOND / 2, "a silent arbiter halves");
    }

    function test_reporting_what_never_came_to_a_silent_arbiter_pays_nothing() public {
        uint64 number = awarded();
        vm.prank(second);
        quotations.report(number, IQuotations.Cause.Breakdown, METADATA);
        vm.warp(block.timestamp + 14 days);
        quotations.settle(number);
        leaves(second, STAKE - BOND, "or every bidder would break down");
    }

    function test_giving_up_costs_the_bond_and_work_ends_once() public {
        uint64 number = awarded();
        refused(abi.encodeWithSelector(IQuotations.NotTheWinner.selector, first));
        vm.prank(first);
        quotations.giveUp(number);
        vm.prank(second);
        quotations.giveUp(number);
        leaves(requester, STAKE + BOND, "the requester's");
        wrongStage(number, IQuotations.Stage.Done);
        vm.prank(second);
        quotations.giveUp(number);
        wrongStage(number, IQuotations.Stage.Done);
        vm.prank(requester);
        quotations.accept(number, UNRATED);
        wrongStage(number, IQuotations.Stage.Done);
        quotations.settle(number);
    }

    function test_only_the_named_arbiter_decides_and_only_with_its_role() public {
        uint64 number = deliveredAt(READY);
        vm.prank(requester);
        quotations.report(number, IQuotations.Cause.Quality, METADATA);
        bytes32 role = quotations.ARBITER_ROLE();
        vm.prank(admin);
        quotations.grantRole(role, secondArbiter);
        refused(abi.encodeWithSelector(IQuotations.NotAnArbiter.selector, secondArbiter));
        vm.prank(secondArbiter);
        quotations.decide(number, IQuotations.Cause.Quality);
        vm.prank(admin);
        quotations.revokeRole(role, arbiter);
        refusedWithout(role, arbiter);
        vm.prank(arbiter);
        quotations.decide(number, IQuotations.Cause.Quality);
    }

    // ── Parts of work, handed on ───────────────────────────────────────────────────────────────────────────────────

    function handedOn(uint64 parent, address by) private returns (uint64 number) {
        IQuotations.Terms memory some = terms();
        some.parent = parent;
        (some.commitEnd, some.revealEnd) = (uint40(block.timestamp) + 1 hours, uint40(block.timestamp) + 2 hours);
        vm.prank(by);
        return quotations.post(some);
    }

    function test_the_winner_hands_a_part_on_and_stays_liable_for_the_whole() public {
        uint64 number = awarded();
        uint64 part = handedOn(number, second);
        assertEq(quotations.requestOf(part).depth, 1, "one hand further");
        sealedFor(part, third, priced(300_00));
        vm.warp(block.timestamp + 1 hours);
        opened(part, third, priced(300_00));
        vm.warp(block.timestamp + 1 hours);
        quotations.award(part);
        vm.warp(READY + 7 days);
        quotations.settle(part);
        quotations.settle(number);
        leaves(second, STAKE - BOND + BOND, "it pays the requester what the third owes it");
        leaves(third, STAKE - BOND, "who pays it");
        leaves(requester, STAKE + BOND, "who lost nothing");
    }

    function test_only_the_winner_hands_on_and_responsibility_never_goes_in_a_circle() public {
        uint64 number = awarded();
        IQuotations.Terms memory some = terms();
        (some.parent, some.commitEnd, some.revealEnd) = (number, REVEAL_END + 1, REVEAL_END + 2);
        refused(abi.encodeWithSelector(IQuotations.NotYourWork.selector, number));
        vm.prank(first);
        quotations.post(some);
        uint64 part = handedOn(number, second);
        refused(abi.encodeWithSelector(IQuotations.AsksForItself.selector, number));
        vm.prank(requester);
        quotations.bid(part, SALT);
        refused(abi.encodeWithSelector(IQuotations.AsksForItself.selector, part));
        vm.prank(second);
        quotations.bid(part, SALT);
    }

    function test_a_chain_has_a_bounded_number_of_hands() public {
        uint64 number = awarded();
        address hand = second;
        for (uint256 depth = 1; depth <= quotations.DEEPEST(); ++depth) {
            number = handedOn(number, hand);
            hand = vm.addr(0x1000 + depth);
            rich(hand);
            sealedFor(number, hand, priced(300_00));
            vm.warp(block.timestamp + 1 hours);
            opened(number, hand, priced(300_00));
            vm.warp(block.timestamp + 1 hours);
            quotations.award(number);
        }
        IQuotations.Terms memory some = terms();
        some.parent = number;
        (some.commitEnd, some.revealEnd) = (uint40(block.timestamp) + 1, uint40(block.timestamp) + 2);
        refused(abi.encodeWithSelector(IQuotations.OutOfRange.selector, "depth", 9, 1, 8));
        vm.prank(hand);
        quotations.post(some);
    }

    // ── What is refused, and the switch ────────────────────────────────────────────────────────────────────────────

    function test_terms_that_could_hang_or_rob_are_refused_and_change_nothing() public {
        IQuotations.Terms memory some = terms();
        some.commitEnd = BEGIN;
        outOfRange(some);
        some = terms();
        some.revealEnd = COMMIT_END;
        outOfRange(some);
        some = terms();
        some.latest = REVEAL_END - 1;
        outOfRange(some);
        some = terms();
        some.bond = 0;
        outOfRange(some);
        some = terms();
        some.budget = 0;
        outOfRange(some);
        some = terms();
        some.patience = 90 days + 1;
        outOfRange(some);
        some = terms();
        some.liability.transport = WHOLE + 1;
        outOfRange(some);
        some = terms();
        some.document = 0;
        outOfRange(some);
        assertEq(quotations.count(), 0, "nothing was asked");
        leaves(requester, STAKE, "nothing is held");
    }

    function outOfRange(IQuotations.Terms memory some) private {
        vm.prank(requester);
        (bool done, bytes memory said) = address(quotations).call(abi.encodeCall(Quotations.post, (some)));
        assertTrue(!done && bytes4(said) == IQuotations.OutOfRange.selector, "out of range");
    }

    function test_nobody_asks_without_money_or_with_an_arbiter_that_is_none() public {
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, stranger, 0, BUDGET));
        vm.prank(stranger);
        quotations.post(terms());
        IQuotations.Terms memory some = terms();
        some.arbiter = secondArbiter;
        refused(abi.encodeWithSelector(IQuotations.NotAnArbiter.selector, secondArbiter));
        vm.prank(requester);
        quotations.post(some);
        uint64 number = posted(terms());
        refused(abi.encodeWithSelector(IQuotations.NotAnArbiter.selector, arbiter));
        vm.prank(arbiter);
        quotations.bid(number, SALT);
    }

    function test_a_pause_stops_asking_and_bidding_and_nothing_else() public {
        uint64 number = posted(terms());
        sealedFor(number, first, priced(700_00));
        vm.prank(pauser);
        quotations.pause();
        refusedWhilePaused();
        vm.prank(requester);
        quotations.post(terms());
        refusedWhilePaused();
        vm.prank(second);
        quotations.bid(number, SALT);
        vm.warp(COMMIT_END);
        opened(number, first, priced(700_00));
        vm.warp(REVEAL_END);
        quotations.award(number);
        vm.prank(first);
        quotations.deliver(number, METADATA);
        vm.prank(requester);
        quotations.accept(number, UNRATED);
        uint256 all = quotations.free(first);
        vm.prank(first);
        quotations.withdraw(all);
    }
}
