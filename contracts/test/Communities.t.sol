// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Communities} from "../src/Communities.sol";
import {ICommunities} from "../src/interfaces/ICommunities.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {SharingRule} from "../src/SharingRule.sol";
import {CouncilStories} from "./CouncilStories.sol";

contract CommunitiesTest is CouncilStories {
    address private handOf;

    // ── Members ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_whoever_founds_is_the_first_member() public {
        uint32 community = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        assertTrue(communities.isMember(community, founder), "member");
        assertEq(communities.byHand(hand(community)), community, "by its hand");
        assertEq(council.timelockOf(community), TIMELOCK, "waits");
    }

    /// @dev The founder of a league gives every right to the hand of community 1. Whoever is faster would get them all.
    function test_nobody_but_an_admin_founds_the_leagues_own_community() public {
        ICommunities.Rules memory some = rules(ICommunities.Joining.Invited, ICommunities.Measure.Equal);
        refusedWithout(communities.DEFAULT_ADMIN_ROLE(), stranger);
        vm.prank(stranger);
        communities.found("League", some, 0);
        assertEq(founded(ICommunities.Joining.Open, ICommunities.Measure.Equal), 1, "the league");
        vm.prank(stranger);
        assertEq(communities.found("Others", some, 0), 2, "anybody's");
    }

    function test_the_hand_is_moved_by_the_council_alone() public {
        uint32 community = ofThree();
        address its = hand(community);
        (bool done,) = its.call(
            abi.encodeWithSignature(
                "schedule(address,uint256,bytes,bytes32,bytes32,uint256)", founder, 0, "", bytes32(0), bytes32(0), TIMELOCK
            )
        );
        assertTrue(!done, "nobody else schedules");
        vm.prank(founder);
        (done,) = its.call(abi.encodeWithSignature("grantRole(bytes32,address)", bytes32(0), founder));
        assertTrue(!done, "nobody administers it");
        refused(abi.encodeWithSelector(ICouncil.NotYours.selector, 0, address(this)));
        council.makeHand(1);
    }

    function test_joining_is_by_the_rule_and_leaving_at_will() public {
        uint32 open = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        joins(second, open);
        leaves(second, open);
        assertTrue(!communities.isMember(open, second), "alone again");
        joins(second, open);
        assertEq(communities.membersOf(open).length, 2, "and back");

        uint32 invited = founded(ICommunities.Joining.Invited, ICommunities.Measure.Equal);
        refused(abi.encodeWithSelector(ICommunities.NotInvited.selector, invited, third));
        joins(third, invited);
        vm.prank(hand(invited));
        communities.invite(invited, third);
        joins(third, invited);
        leaves(third, invited);
        refused(abi.encodeWithSelector(ICommunities.NotInvited.selector, invited, third));
        joins(third, invited);
    }

    function test_of_a_certified_community_only_certified_members_are_members() public {
        uint32 community = founded(ICommunities.Joining.Certified, ICommunities.Measure.Equal);
        assertTrue(!communities.isMember(community, founder), "nor its founder");
        refused(abi.encodeWithSelector(ICommunities.NotCertified.selector, member));
        joins(member, community);
        aMember(member, MILLING);
        joins(member, community);
        refused(abi.encodeWithSelector(ICommunities.StillCertified.selector, member));
        communities.lapse(community, member);
        vm.prank(notary);
        registry.revoke(member, METADATA);
        communities.lapse(community, member);
        assertTrue(!communities.isMember(community, member), "lapsed");
    }

    function test_what_no_community_can_be() public {
        ICommunities.Rules memory some = rules(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        refused(abi.encodeWithSelector(ICommunities.BadName.selector, 0));
        communities.found("", some, 1);
        refused(abi.encodeWithSelector(ICommunities.OutOfRange.selector, "timelock", 91 days, 0, 90 days));
        communities.found("x", some, 91 days);
        some.quorum = 0;
        refused(abi.encodeWithSelector(ICommunities.OutOfRange.selector, "quorum", 0, 1, 1_000_000));
        communities.found("x", some, 1);
        (some.quorum, some.period) = (1, 59);
        refused(abi.encodeWithSelector(ICommunities.OutOfRange.selector, "period", 59, 60, 90 days));
        communities.found("x", some, 1);
        (some.period, some.delay) = (60, 91 days);
        refused(abi.encodeWithSelector(ICommunities.OutOfRange.selector, "delay", 91 days, 0, 90 days));
        communities.found("x", some, 1);
    }

    function test_a_pause_keeps_nobody() public {
        uint32 community = ofThree();
        contributes(founder, community, 100);
        vm.prank(admin);
        communities.pause();
        refusedWhilePaused();
        joins(stranger, community);
        leaves(second, community);
        vm.prank(hand(community));
        communities.pay(community, third, 100, METADATA);
        vm.prank(third);
        communities.withdraw(100);
        assertEq(token.balanceOf(third), 100, "paid out");
    }

    function test_only_its_hand_acts_for_a_community() public {
        uint32 community = ofThree();
        uint32 other = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        address theirs = hand(other);
        bytes memory error = abi.encodeWithSelector(ICommunities.NotTheHand.selector, theirs, hand(community));
        vm.startPrank(theirs);
        refused(error);
        communities.pay(community, theirs, 0, METADATA);
        refused(error);
        communities.share(community, 0);
        refused(error);
        communities.invite(community, theirs);
        refused(error);
        communities.expel(community, second);
        refused(error);
        communities.amend(community, rules(ICommunities.Joining.Open, ICommunities.Measure.Equal));
        vm.stopPrank();
    }

    function test_rules_change_but_what_weighs_does_not() public {
        uint32 community = ofThree();
        ICommunities.Rules memory some = rules(ICommunities.Joining.Invited, ICommunities.Measure.Equal);
        vm.startPrank(hand(community));
        communities.amend(community, some);
        some.weight = ICommunities.Measure.Contribution;
        refused(abi.encodeWithSelector(ICommunities.WeightIsForGood.selector));
        communities.amend(community, some);
    }

    // ── Weights ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_weights_are_known_of_moments_that_are_over() public {
        uint32 community = ofThree();
        uint48 before = uint48(block.timestamp);
        refused(abi.encodeWithSelector(ICommunities.NotOver.selector, before, before));
        communities.weightAt(community, second, before);
        later(1);
        leaves(second, community);
        later(1);
        assertEq(communities.weightAt(community, second, before), 1, "then");
        assertEq(communities.weightAt(community, second, before + 1), 0, "now");
        assertEq(communities.totalAt(community, before), 3, "all then");
        assertEq(communities.totalAt(community, before + 1), 2, "all now");
    }

    function test_a_delegate_speaks_for_others_until_they_take_it_back_or_leave() public {
        uint32 community = ofThree();
        vm.prank(second);
        communities.delegate(community, founder);
        vm.prank(third);
        communities.delegate(community, founder);
        assertEq(weight(community, founder), 3, "for all");
        assertEq(weight(community, second), 0, "not twice");
        leaves(second, community);
        assertEq(weight(community, founder), 2, "no more for who left");
        vm.prank(third);
        communities.delegate(community, third);
        assertEq(weight(community, founder), 1, "for itself");
        refused(abi.encodeWithSelector(ICommunities.NotAMember.selector, community, stranger));
        vm.prank(third);
        communities.delegate(community, stranger);
    }

    function test_by_contribution_money_weighs_until_its_giver_leaves() public {
        uint32 community = founded(ICommunities.Joining.Open, ICommunities.Measure.Contribution);
        assertEq(weight(community, founder), 0, "nothing given");
        contributes(founder, community, 700);
        joins(second, community);
        contributes(second, community, 300);
        vm.prank(second);
        communities.delegate(community, founder);
        contributes(second, community, 50);
        assertEq(weight(community, founder), 1050, "with what was delegated, and came after it");
        leaves(second, community);
        assertEq(weight(community, founder), 700, "what stays");
        joins(second, community);
        assertEq(weight(community, second), 0, "and comes back with nothing");
    }

    // ── Money ──────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_who_leaves_takes_nothing_along() public {
        uint32 community = ofThree();
        contributes(second, community, 900);
        leaves(second, community);
        assertEq(treasuryOf(community), 900, "stays");
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, second, 0, 1));
        vm.prank(second);
        communities.withdraw(1);
        vm.prank(hand(community));
        communities.share(community, 900);
        assertEq(communities.free(second), 0, "and no part of what is shared later");
        assertEq(communities.free(founder) + communities.free(third), 900, "all to those who stayed");
    }

    function test_a_treasury_pays_what_it_has_and_no_other_treasurys_money() public {
        uint32 community = ofThree();
        contributes(founder, community, 500);
        uint32 poor = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        vm.prank(hand(poor));
        refused(abi.encodeWithSelector(ICommunities.TreasuryTooSmall.selector, poor, 0, 1));
        communities.pay(poor, founder, 1, METADATA);
        vm.prank(hand(community));
        refused(abi.encodeWithSelector(ICommunities.TreasuryTooSmall.selector, community, 500, 501));
        communities.share(community, 501);
    }

    function test_a_share_is_exact_by_what_was_contributed() public {
        ICommunities.Rules memory some = rules(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        some.sharing = ICommunities.Measure.Contribution;
        vm.prank(founder);
        uint32 community = communities.found("Shares", some, 0);
        joins(second, community);
        joins(third, community);
        contributes(founder, community, 1);
        contributes(second, community, 2);
        vm.prank(hand(community));
        communities.share(community, 2);
        assertEq(communities.free(founder), 0, "2/3, rounded down");
        assertEq(communities.free(second), 2, "what brings the sum to two");
        assertEq(communities.free(third), 0, "who gave nothing");
        leaves(founder, community);
        leaves(second, community);
        vm.prank(hand(community));
        refused(abi.encodeWithSelector(ICommunities.NothingToShareBy.selector, community));
        communities.share(community, 1);
    }

    function testFuzz_shares_add_up_and_are_within_a_cent(uint128 amount, uint64[] memory given) public pure {
        uint256[] memory measures = new uint256[](given.length);
        for (uint256 i = 0; i < given.length; ++i) {
            measures[i] = given[i];
        }
        (uint256[] memory shares, uint256 total) = SharingRule.divide(amount, measures);
        uint256 sum = 0;
        for (uint256 i = 0; i < shares.length; ++i) {
            sum += shares[i];
            if (total == 0) continue;
            uint256 exact = uint256(amount) * measures[i] / total;
            assertLe(shares[i], exact + 1, "not a cent more");
            assertLe(exact, shares[i] + 1, "nor less");
            if (measures[i] == 0) assertEq(shares[i], 0, "nothing for nothing");
        }
        assertEq(sum, total == 0 ? 0 : amount, "all of it");
    }

    function testFuzz_a_quorum_is_rounded_up(uint128 total, uint32 part) public pure {
        uint256 needed = SharingRule.quorum(total, bound(part, 1, 1_000_000));
        assertTrue(needed >= 1 && needed <= (total == 0 ? 1 : total), "between one and all");
        assertTrue(needed * 1_000_000 >= uint256(total) * bound(part, 1, 1_000_000), "at least the part");
    }

    // ── Communities of communities ─────────────────────────────────────────────────────────────────────────────────

    function test_a_community_is_a_member_of_another_when_both_want_it() public {
        uint32 parent = ofThree();
        uint32 child = foundedBy(stranger);
        handOf = hand(child);
        refused(abi.encodeWithSelector(ICommunities.NotInvited.selector, parent, hand(child)));
        joins(handOf, parent);
        into(child, parent);
        assertEq(communities.communityOf(child).parent, parent, "part of it");
        assertEq(weight(parent, hand(child)), 1, "one member, one vote");
        leaves(hand(child), parent);
        assertEq(communities.communityOf(child).parent, 0, "free again");
    }

    function test_nobody_has_two_voices_in_one_society() public {
        uint32 parent = ofThree();
        uint32 child = foundedBy(stranger);
        into(child, parent);
        refused(abi.encodeWithSelector(ICommunities.TwoVoices.selector, second, child, parent));
        joins(second, child);
        refused(abi.encodeWithSelector(ICommunities.TwoVoices.selector, stranger, parent, child));
        joins(stranger, parent);
        // Nor by joining first and bringing the community after.
        uint32 later_ = foundedBy(second);
        invite(parent, later_);
        handOf = hand(later_);
        refused(abi.encodeWithSelector(ICommunities.TwoVoices.selector, second, parent, parent));
        joins(handOf, parent);
    }

    function test_no_circle_no_second_parent_and_no_fourth_floor() public {
        (uint32 top, uint32 middle, uint32 low, uint32 fourth) =
            (foundedBy(founder), foundedBy(second), foundedBy(third), foundedBy(stranger));
        into(middle, top);
        into(low, middle);
        invite(low, fourth);
        handOf = hand(fourth);
        refused(abi.encodeWithSelector(ICommunities.TooDeep.selector, 3));
        joins(handOf, low);
        invite(low, top);
        handOf = hand(top);
        refused(abi.encodeWithSelector(ICommunities.HasCommunities.selector, top));
        joins(handOf, low);
        invite(fourth, low);
        handOf = hand(low);
        refused(abi.encodeWithSelector(ICommunities.AlreadyPartOf.selector, low, middle));
        joins(handOf, fourth);
        invite(fourth, fourth);
        handOf = hand(fourth);
        refused(abi.encodeWithSelector(ICommunities.AlreadyPartOf.selector, fourth, fourth));
        joins(handOf, fourth);
    }

    function test_what_a_parent_gives_a_community_goes_to_its_treasury() public {
        uint32 parent = ofThree();
        uint32 child = foundedBy(stranger);
        into(child, parent);
        contributes(founder, parent, 403);
        vm.prank(hand(parent));
        communities.share(parent, 403);
        assertEq(treasuryOf(child), 101, "its share: three hundred and two were given before");
        vm.prank(hand(child));
        communities.contribute(parent, 101);
        assertEq(treasuryOf(child), 0, "given back");
        assertEq(treasuryOf(parent), 101, "from treasury to treasury");
        assertEq(token.balanceOf(address(communities)), 403, "all the time");
    }

    function test_a_community_is_full_at_its_limit() public {
        uint32 community = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        for (uint160 i = 1; i < 128; ++i) {
            joins(address(0xFACE0000 + i), community);
        }
        refused(abi.encodeWithSelector(ICommunities.CommunityFull.selector, 128));
        joins(second, community);
        contributes(founder, community, 1000);
        vm.prank(hand(community));
        communities.share(community, 1000);
        assertEq(treasuryOf(community), 0, "shared among all of them");
    }

    function test_an_account_is_in_eight_communities_at_most() public {
        for (uint256 i = 0; i < 8; ++i) {
            foundedBy(founder);
        }
        refused(abi.encodeWithSelector(ICommunities.TooManyMemberships.selector, founder, 8));
        foundedBy(founder);
    }

    function weight(uint32 community, address account) private returns (uint256) {
        later(1);
        return communities.weightAt(community, account, uint48(block.timestamp - 1));
    }

    function foundedBy(address account) private returns (uint32) {
        ICommunities.Rules memory some = rules(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        vm.prank(account);
        return communities.found("Some", some, 0);
    }

    function invite(uint32 parent, uint32 child) private {
        address its = hand(child);
        vm.prank(hand(parent));
        communities.invite(parent, its);
    }

    function into(uint32 child, uint32 parent) private {
        invite(parent, child);
        joins(hand(child), parent);
    }
}
