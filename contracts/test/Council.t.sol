// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Communities} from "../src/Communities.sol";
import {Council} from "../src/Council.sol";
import {ICharter} from "../src/interfaces/ICharter.sol";
import {ICommunities} from "../src/interfaces/ICommunities.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {CouncilStories} from "./CouncilStories.sol";

contract CouncilTest is CouncilStories {
    uint32 internal community;

    function setUp() public override {
        super.setUp();
        community = ofThree();
        bytes32 all = charter.DEFAULT_ADMIN_ROLE();
        address its = hand(community);
        vm.startPrank(admin);
        charter.grantRole(all, its);
        charter.renounceRole(all, admin);
        vm.stopPrank();
    }

    // ── What was decided and forgotten ─────────────────────────────────────────────────────────────────────────────

    function aDecision(ICouncil.Action[] memory actions) private returns (uint256 number) {
        number = proposed(founder, community, actions);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        votes(second, number, ICouncil.Support.For);
        later(PERIOD);
    }

    function test_a_decision_can_be_done_to_the_end_of_its_grace_and_no_second_longer() public {
        ICouncil.Action[] memory actions = longerReviews();
        (uint256 grace, uint256 number) = (council.GRACE(), aDecision(actions));
        council.queue(number, actions);
        assertEq(council.proposalOf(number).eta, block.timestamp + TIMELOCK, "known");
        later(TIMELOCK + grace - 1);
        assertState(number, ICouncil.State.Queued, "in time");
        later(1);
        wrongState(number, ICouncil.State.Lapsed);
        council.execute(number, actions);
        assertEq(charter.valueOf(ICharter.Term.DealReviewLeast), 1, "nothing was done");

        uint256 other = aDecision(actions);
        council.queue(other, actions);
        later(TIMELOCK + grace - 1);
        council.execute(other, actions);
        later(grace);
        assertState(other, ICouncil.State.Executed, "what was done stays");
    }

    function test_a_decision_that_nobody_queues_lapses_too() public {
        ICouncil.Action[] memory actions = longerReviews();
        uint256 number = aDecision(actions);
        later(council.GRACE() - 1);
        assertState(number, ICouncil.State.Succeeded, "in time");
        later(1);
        wrongState(number, ICouncil.State.Lapsed);
        council.queue(number, actions);
    }

    function test_what_has_lapsed_is_neither_cancelled_nor_done_past_the_council() public {
        ICouncil.Action[] memory actions = longerReviews();
        uint256 number = aDecision(actions);
        council.queue(number, actions);
        later(TIMELOCK + council.GRACE());
        address its = hand(community);
        wrongState(number, ICouncil.State.Lapsed);
        vm.prank(its);
        council.cancel(number);
        // The timelock has it still, and lets nobody but the council do it.
        (bytes32 role, bytes32 digest) = (TimelockController(payable(its)).EXECUTOR_ROLE(), digestOf(number));
        refusedWithout(role, founder);
        vm.prank(founder);
        TimelockController(payable(its)).execute(actions[0].target, 0, actions[0].data, 0, digest);
    }

    // ── From a proposal to what it does ────────────────────────────────────────────────────────────────────────────

    function test_what_most_want_is_done_after_the_timelock() public {
        uint256 number = decided(community, founder, second, longerReviews());
        assertState(number, ICouncil.State.Executed, "done");
        assertEq(charter.valueOf(ICharter.Term.DealReviewLeast), 3 days, "and holds");
        refusedWithout(charter.DEFAULT_ADMIN_ROLE(), admin);
        vm.prank(admin);
        charter.set(ICharter.Term.DealReviewLeast, 1);
    }

    function test_nothing_is_done_before_its_time() public {
        ICouncil.Action[] memory actions = longerReviews();
        uint256 number = proposed(founder, community, actions);
        bytes32 digest = digestOf(number);
        wrongState(number, ICouncil.State.Pending);
        vm.prank(founder);
        council.vote(number, digest, ICouncil.Support.For);
        wrongState(number, ICouncil.State.Pending);
        council.queue(number, actions);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        votes(second, number, ICouncil.Support.For);
        wrongState(number, ICouncil.State.Active);
        council.queue(number, actions);
        later(PERIOD);
        wrongState(number, ICouncil.State.Succeeded);
        council.execute(number, actions);
        council.queue(number, actions);
        wrongState(number, ICouncil.State.Queued);
        council.queue(number, actions);
        later(TIMELOCK - 1);
        vm.expectRevert();
        council.execute(number, actions);
        assertState(number, ICouncil.State.Queued, "still waiting");
        later(1);
        council.execute(number, actions);
        wrongState(number, ICouncil.State.Executed);
        council.execute(number, actions);
    }

    function test_only_what_was_proposed_is_done() public {
        uint256 number = proposed(founder, community, longerReviews());
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        votes(second, number, ICouncil.Support.For);
        later(PERIOD);
        ICouncil.Action[] memory others = pays(community, founder, 1);
        refused(abi.encodeWithSelector(ICouncil.OtherActions.selector, number));
        council.queue(number, others);
    }

    function test_without_quorum_or_majority_nothing_is_decided() public {
        uint256 few = proposed(founder, community, longerReviews());
        uint256 even = proposed(founder, community, longerReviews());
        uint256 enough = proposed(founder, community, longerReviews());
        later(DELAY);
        votes(founder, few, ICouncil.Support.For);
        votes(founder, even, ICouncil.Support.For);
        votes(second, even, ICouncil.Support.Against);
        votes(founder, enough, ICouncil.Support.For);
        votes(second, enough, ICouncil.Support.Abstain);
        later(PERIOD);
        assertState(few, ICouncil.State.Defeated, "one of three is no half");
        assertState(even, ICouncil.State.Defeated, "as many against");
        assertState(enough, ICouncil.State.Succeeded, "abstaining is taking part");
    }

    function test_a_proposer_takes_back_before_votes_and_the_community_until_the_end() public {
        uint256 number = proposed(founder, community, longerReviews());
        refused(abi.encodeWithSelector(ICouncil.NotYours.selector, number, second));
        vm.prank(second);
        council.cancel(number);
        vm.prank(founder);
        council.cancel(number);
        assertState(number, ICouncil.State.Cancelled, "taken back");

        ICouncil.Action[] memory actions = longerReviews();
        uint256 other = proposed(founder, community, actions);
        later(DELAY);
        wrongState(other, ICouncil.State.Active);
        vm.prank(founder);
        council.cancel(other);
        votes(founder, other, ICouncil.Support.For);
        votes(second, other, ICouncil.Support.For);
        later(PERIOD);
        council.queue(other, actions);
        vm.prank(hand(community));
        council.cancel(other);
        later(TIMELOCK);
        wrongState(other, ICouncil.State.Cancelled);
        council.execute(other, actions);
    }

    function test_a_community_changes_its_own_delay_by_decision_alone() public {
        address its = hand(community);
        decided(community, founder, second, does(its, abi.encodeCall(TimelockController.updateDelay, (5 days))));
        assertEq(council.timelockOf(community), 5 days, "longer");
    }

    function test_a_proposal_has_bounds() public {
        ICouncil.Action[] memory none = new ICouncil.Action[](0);
        refused(abi.encodeWithSelector(ICouncil.BadProposal.selector, "actions", 0, 1, 16));
        proposed(founder, community, none);
        refused(abi.encodeWithSelector(ICouncil.BadProposal.selector, "actions", 17, 1, 16));
        proposed(founder, community, new ICouncil.Action[](17));
        refused(abi.encodeWithSelector(ICouncil.BadProposal.selector, "data", 8193, 0, 8192));
        proposed(founder, community, does(address(charter), new bytes(8193)));
        refused(abi.encodeWithSelector(ICouncil.BadProposal.selector, "description", 0, 1, 2000));
        vm.prank(founder);
        council.propose(community, new ICouncil.Action[](1), "");
    }

    function test_a_pause_stops_proposals_and_no_vote() public {
        uint256 number = proposed(founder, community, longerReviews());
        vm.prank(admin);
        council.pause();
        refusedWhilePaused();
        proposed(founder, community, longerReviews());
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
    }

    // ── Attacks ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_flash_membership_buys_no_vote_and_no_proposal() public {
        // In the same second, as in one block.
        joins(stranger, community);
        refused(abi.encodeWithSelector(ICouncil.NoWeight.selector, 1, stranger));
        proposed(stranger, community, pays(community, stranger, 1));
        uint256 number = proposed(founder, community, longerReviews());
        bytes32 digest = digestOf(number);
        later(DELAY);
        refused(abi.encodeWithSelector(ICouncil.NoWeight.selector, number, stranger));
        vm.prank(stranger);
        council.vote(number, digest, ICouncil.Support.Against);
    }

    function test_flash_money_buys_no_vote() public {
        uint32 rich = founded(ICommunities.Joining.Open, ICommunities.Measure.Contribution);
        contributes(founder, rich, 100);
        joins(stranger, rich);
        later(1);
        uint256 number = proposed(founder, rich, longerReviews());
        contributes(stranger, rich, 1_000_000);
        bytes32 digest = digestOf(number);
        later(DELAY);
        refused(abi.encodeWithSelector(ICouncil.NoWeight.selector, number, stranger));
        vm.prank(stranger);
        council.vote(number, digest, ICouncil.Support.Against);
        assertEq(council.proposalOf(number).quorum, 50, "half of what was there");
    }

    function test_a_delegation_after_the_proposal_moves_no_vote() public {
        uint256 number = proposed(founder, community, longerReviews());
        vm.prank(second);
        communities.delegate(community, founder);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        votes(second, number, ICouncil.Support.Against);
        assertEq(council.proposalOf(number).yes, 1, "its own alone");
        assertEq(council.proposalOf(number).no, 1, "and the other's");
    }

    function test_who_left_decides_no_more() public {
        uint256 number = proposed(founder, community, longerReviews());
        leaves(second, community);
        bytes32 digest = digestOf(number);
        later(DELAY);
        refused(abi.encodeWithSelector(ICouncil.NoWeight.selector, number, second));
        vm.prank(second);
        council.vote(number, digest, ICouncil.Support.For);
    }

    function test_copying_a_proposal_first_neither_blocks_nor_steals_it() public {
        ICouncil.Action[] memory actions = longerReviews();
        uint256 copy = proposed(second, community, actions);
        uint256 number = proposed(founder, community, actions);
        assertTrue(digestOf(copy) != digestOf(number), "bound to who proposes");
        vm.prank(second);
        council.cancel(copy);
        assertState(number, ICouncil.State.Pending, "untouched");
        bytes32 digest = digestOf(copy);
        later(DELAY);
        refused(abi.encodeWithSelector(ICouncil.AnotherProposal.selector, number, digestOf(number)));
        vm.prank(founder);
        council.vote(number, digest, ICouncil.Support.For);
    }

    function test_quorum_and_times_stay_as_they_were_proposed() public {
        uint256 number = proposed(founder, community, longerReviews());
        ICommunities.Rules memory lax = rules(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        (lax.quorum, lax.period, lax.delay) = (1, 60, 0);
        vm.prank(hand(community));
        communities.amend(community, lax);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        later(60);
        assertState(number, ICouncil.State.Active, "votes are taken as long as was said");
        later(PERIOD);
        assertState(number, ICouncil.State.Defeated, "one of three is still no half");
    }

    function test_members_that_come_or_go_do_not_move_a_quorum() public {
        uint256 number = proposed(founder, community, longerReviews());
        leaves(second, community);
        leaves(third, community);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        later(PERIOD);
        assertState(number, ICouncil.State.Defeated, "of three, not of one");
    }

    function test_nobody_votes_twice() public {
        uint256 number = proposed(founder, community, longerReviews());
        bytes32 digest = digestOf(number);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        refused(abi.encodeWithSelector(ICouncil.AlreadyVoted.selector, number, founder));
        vm.prank(founder);
        council.vote(number, digest, ICouncil.Support.For);
    }

    function test_a_signed_vote_counts_once_for_one_proposal_on_one_chain() public {
        uint256 number = proposed(second, community, longerReviews());
        uint256 other = proposed(second, community, longerReviews());
        later(DELAY);
        (bytes32 digest, uint256 deadline) = (digestOf(number), block.timestamp + 1);
        bytes memory signature = signed(digest, 0, deadline, block.chainid);
        bytes32 second_ = digestOf(other);
        bytes memory bad = abi.encodeWithSelector(ICouncil.BadSignature.selector, founder);

        refused(bad); // for another proposal
        council.voteBySig(other, second_, ICouncil.Support.For, founder, deadline, signature);
        refused(abi.encodeWithSelector(ICouncil.AnotherProposal.selector, other, second_));
        council.voteBySig(other, digest, ICouncil.Support.For, founder, deadline, signature);
        refused(bad); // for the other side
        council.voteBySig(number, digest, ICouncil.Support.Against, founder, deadline, signature);
        refused(bad); // of somebody else
        council.voteBySig(number, digest, ICouncil.Support.For, founder, deadline, signed(digest, 0, deadline, 1));
        council.voteBySig(number, digest, ICouncil.Support.For, founder, deadline, signature);
        assertEq(council.proposalOf(number).yes, 1, "counted");
        refused(bad); // its number is used
        council.voteBySig(number, digest, ICouncil.Support.For, founder, deadline, signature);
        bytes memory again = signed(digest, 1, deadline, block.chainid);
        refused(abi.encodeWithSelector(ICouncil.AlreadyVoted.selector, number, founder));
        council.voteBySig(number, digest, ICouncil.Support.For, founder, deadline, again);
        later(2);
        refused(abi.encodeWithSelector(ICouncil.Expired.selector, deadline));
        council.voteBySig(number, digest, ICouncil.Support.For, founder, deadline, again);
    }

    function test_a_nested_community_votes_as_one_member_by_its_own_decision() public {
        vm.prank(stranger);
        uint32 child =
            communities.found("Child", rules(ICommunities.Joining.Open, ICommunities.Measure.Equal), TIMELOCK);
        address its = hand(child);
        vm.prank(hand(community));
        communities.invite(community, its);
        later(1);
        decided(child, stranger, address(0), does(address(communities), abi.encodeCall(Communities.join, (community))));
        later(1);

        ICommunities.Rules memory slow = rules(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        slow.period = 30 days;
        vm.prank(hand(community));
        communities.amend(community, slow);
        uint256 number = proposed(founder, community, longerReviews());
        bytes32 digest = digestOf(number);
        // Its member has no vote of its own in the parent, and cannot take one.
        later(DELAY);
        refused(abi.encodeWithSelector(ICouncil.NoWeight.selector, number, stranger));
        vm.prank(stranger);
        council.vote(number, digest, ICouncil.Support.For);
        decided(
            child,
            stranger,
            address(0),
            does(address(council), abi.encodeCall(Council.vote, (number, digest, ICouncil.Support.For)))
        );
        assertEq(council.proposalOf(number).yes, 1, "one");
        assertTrue(council.hasVoted(number, its), "by its hand");
    }

    function signed(bytes32 digest, uint256 nonce, uint256 deadline, uint256 chain) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Hanse council"),
                keccak256("1"),
                chain,
                address(council)
            )
        );
        bytes32 ballot = keccak256(
            abi.encode(
                keccak256("Ballot(bytes32 digest,uint8 support,address voter,uint256 nonce,uint256 deadline)"),
                digest,
                ICouncil.Support.For,
                founder,
                nonce,
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(VOTER_KEY, keccak256(abi.encodePacked("\x19\x01", domain, ballot)));
        return abi.encodePacked(r, s, v);
    }
}
