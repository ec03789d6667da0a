// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Charter} from "../src/Charter.sol";
import {Deal} from "../src/interfaces/Deal.sol";
import {ICharter} from "../src/interfaces/ICharter.sol";
import {IRounds} from "../src/interfaces/IRounds.sol";
import {IVersions} from "../src/interfaces/IVersions.sol";
import {DealStories} from "./DealStories.sol";
import {RoundsStories} from "./RoundsStories.sol";

contract CharterTest is RoundsStories {
    function test_parameters_stay_in_their_bounds_and_are_the_admins() public {
        refusedWithout(charter.DEFAULT_ADMIN_ROLE(), stranger);
        vm.prank(stranger);
        charter.set(ICharter.Term.DealFeeMost, 1);
        vm.startPrank(admin);
        charter.set(ICharter.Term.DealFeeMost, 1_000_000);
        refused(
            abi.encodeWithSelector(
                ICharter.BeyondBounds.selector, ICharter.Term.DealFeeMost, 1_000_001, 0, 1_000_000
            )
        );
        charter.set(ICharter.Term.DealFeeMost, 1_000_001);
        refused(abi.encodeWithSelector(ICharter.BeyondBounds.selector, ICharter.Term.DealReviewLeast, 0, 1, 90 days));
        charter.set(ICharter.Term.DealReviewLeast, 0);
        vm.stopPrank();
    }

    function test_what_a_charter_says_at_first_is_within_its_bounds() public view {
        uint64[] memory values = charter.values();
        for (uint8 i = 0; i < values.length; ++i) {
            (uint64 least, uint64 most) = charter.boundsOf(ICharter.Term(i));
            assertTrue(values[i] >= least && values[i] <= most, "within");
            assertEq(charter.valueOf(ICharter.Term(i)), values[i], "the same");
        }
    }

    function against(ICharter.Term term, uint64 value, uint256 given) private {
        against(term, value, given, value);
    }

    function against(ICharter.Term term, uint64 value, uint256 given, uint256 needed) private {
        uint64 before = charter.valueOf(term);
        vm.prank(admin);
        charter.set(term, value);
        IRounds.Terms memory some = terms();
        refused(abi.encodeWithSelector(ICharter.AgainstCharter.selector, term, given, needed));
        vm.prank(coordinator);
        rounds.open(some);
        vm.prank(admin);
        charter.set(term, before);
    }

    function test_no_round_is_opened_against_the_charter() public {
        against(ICharter.Term.RoundWindowLeast, REVEAL + 1, REVEAL);
        against(ICharter.Term.RoundChallengeLeast, CHALLENGE + 1, CHALLENGE);
        // Of the pot, and of the baseline.
        uint64 bond = uint64((BOND + 1) * 1_000_000 / POT);
        against(ICharter.Term.RoundBondLeast, bond + 1, BOND, BOND + 1);
        uint64 pot = uint64(POT * 1_000_000 / terms().baseline);
        against(ICharter.Term.RoundPotMost, pot - 1, POT, uint256(terms().baseline) * (pot - 1) / 1_000_000);
        against(ICharter.Term.RoundImprovementLeast, 1000, terms().least == 0 ? 1 : terms().least);
        vm.prank(coordinator);
        rounds.open(terms());
    }

    function test_who_follows_no_charter_is_free() public {
        vm.startPrank(admin);
        charter.set(ICharter.Term.RoundPotMost, 1);
        rounds.follow(Charter(address(0)));
        vm.stopPrank();
        vm.prank(coordinator);
        rounds.open(terms());
        refusedWithout(rounds.DEFAULT_ADMIN_ROLE(), coordinator);
        vm.prank(coordinator);
        rounds.follow(charter);
    }
}

contract CharterOfDealsTest is DealStories {
    function against(ICharter.Term term, uint64 value, uint256 given) private {
        uint64 before = charter.valueOf(term);
        vm.prank(admin);
        charter.set(term, value);
        Deal memory deal = dealFor(anOrder(product));
        refused(abi.encodeWithSelector(ICharter.AgainstCharter.selector, term, given, value));
        vm.prank(coordinator);
        agreements.propose(deal);
        vm.prank(admin);
        charter.set(term, before);
    }

    function test_no_deal_is_proposed_against_the_charter() public {
        against(ICharter.Term.DealReviewLeast, 301, 300);
        against(ICharter.Term.DealRulingLeast, 201, 200);
        against(ICharter.Term.DealAppealLeast, 101, 100);
        against(ICharter.Term.DealFeeMost, 9_999, 10_000);
        Deal memory deal = dealFor(anOrder(product));
        vm.prank(coordinator);
        agreements.propose(deal);
    }
}

contract VersionsTest is DealStories {
    function announce(uint64 from, bool hard) private {
        vm.prank(admin);
        versions.announce(address(token), from, hard, PLAN);
    }

    function test_the_last_announcement_counts_and_can_be_taken_back_before_it_holds() public {
        vm.roll(100);
        announce(200, false);
        announce(150, true);
        assertEq(versions.latest().from, 150, "the last");
        vm.prank(admin);
        versions.takeBack();
        assertEq(versions.latest().from, 200, "the one before");
        vm.roll(200);
        refused(abi.encodeWithSelector(IVersions.HasMoved.selector, address(token)));
        vm.prank(admin);
        versions.takeBack();
    }

    function test_after_a_hard_switch_nothing_more_is_announced() public {
        vm.roll(100);
        announce(150, false);
        vm.roll(150);
        announce(160, true);
        vm.roll(160);
        refused(abi.encodeWithSelector(IVersions.HasMoved.selector, address(token)));
        announce(170, true);
    }

    function test_nobody_else_announces_and_nothing_is_sudden_or_nowhere() public {
        vm.roll(100);
        refusedWithout(versions.DEFAULT_ADMIN_ROLE(), stranger);
        vm.prank(stranger);
        versions.announce(address(token), 200, true, PLAN);
        refused(abi.encodeWithSelector(IVersions.TooSoon.selector, 100, 100));
        announce(100, true);
        refused(abi.encodeWithSelector(IVersions.NoBook.selector, stranger));
        vm.prank(admin);
        versions.announce(stranger, 200, true, PLAN);
        refused(abi.encodeWithSelector(IVersions.NothingAnnounced.selector));
        vm.prank(admin);
        versions.takeBack();
    }
}
