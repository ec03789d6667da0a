// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Charter} from "../src/Charter.sol";
import {Communities} from "../src/Communities.sol";
import {ICharter} from "../src/interfaces/ICharter.sol";
import {ICommunities} from "../src/interfaces/ICommunities.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {LeagueTest} from "./LeagueTest.sol";

/// @notice The short sentences that stories about communities are told in. A community here decides after a day of reading and three of
/// voting, by half of its members, and waits two days before it acts.
abstract contract CouncilStories is LeagueTest {
    uint32 internal constant DELAY = 1 days;
    uint32 internal constant PERIOD = 3 days;
    uint32 internal constant TIMELOCK = 2 days;
    uint32 internal constant HALF = 500_000;
    uint256 internal constant VOTER_KEY = 0x701;

    address internal founder = vm.addr(VOTER_KEY);
    address internal second = vm.addr(0x702);
    address internal third = vm.addr(0x703);

    function setUp() public virtual override {
        super.setUp();
        vm.warp(1_000_000);
        // The first community is the league's own, and founded here as any other.
        bytes32 admins = communities.DEFAULT_ADMIN_ROLE();
        vm.prank(admin);
        communities.grantRole(admins, founder);
    }

    function rules(ICommunities.Joining joining, ICommunities.Measure weight)
        internal
        pure
        returns (ICommunities.Rules memory)
    {
        return ICommunities.Rules(joining, weight, ICommunities.Measure.Equal, HALF, DELAY, PERIOD);
    }

    function founded(ICommunities.Joining joining, ICommunities.Measure weight) internal returns (uint32) {
        vm.prank(founder);
        return communities.found("Millers", rules(joining, weight), TIMELOCK);
    }

    /// @dev Open, everyone alike, of the three, a second ago.
    function ofThree() internal returns (uint32 community) {
        community = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        joins(second, community);
        joins(third, community);
        later(1);
    }

    function joins(address account, uint32 community) internal {
        vm.prank(account);
        communities.join(community);
    }

    function leaves(address account, uint32 community) internal {
        vm.prank(account);
        communities.leave(community);
    }

    function hand(uint32 community) internal view returns (address) {
        return communities.communityOf(community).hand;
    }

    function treasuryOf(uint32 community) internal view returns (uint256) {
        return communities.communityOf(community).treasury;
    }

    function putDown(address account, uint256 amount) internal {
        give(account, amount);
        vm.prank(account);
        token.approve(address(communities), amount);
        vm.prank(account);
        communities.deposit(amount);
    }

    function contributes(address account, uint32 community, uint128 amount) internal {
        putDown(account, amount);
        vm.prank(account);
        communities.contribute(community, amount);
    }

    function later(uint256 time) internal {
        vm.warp(block.timestamp + time);
    }

    function does(address target, bytes memory data) internal pure returns (ICouncil.Action[] memory actions) {
        actions = new ICouncil.Action[](1);
        actions[0] = ICouncil.Action(target, data);
    }

    /// @dev The review of deals is to last three days at least.
    function longerReviews() internal view returns (ICouncil.Action[] memory) {
        return does(address(charter), abi.encodeCall(Charter.set, (ICharter.Term.DealReviewLeast, 3 days)));
    }

    function pays(uint32 community, address to, uint128 amount) internal view returns (ICouncil.Action[] memory) {
        return does(address(communities), abi.encodeCall(Communities.pay, (community, to, amount, METADATA)));
    }

    function proposed(address account, uint32 community, ICouncil.Action[] memory actions) internal returns (uint256) {
        vm.prank(account);
        return council.propose(community, actions, "as we said on Thursday");
    }

    function digestOf(uint256 number) internal view returns (bytes32) {
        return council.proposalOf(number).digest;
    }

    function votes(address account, uint256 number, ICouncil.Support support) internal {
        bytes32 digest = digestOf(number);
        vm.prank(account);
        council.vote(number, digest, support);
    }

    /// @dev Proposed by the first of these, voted for by both, waited for, and done.
    function decided(uint32 community, address one, address other, ICouncil.Action[] memory actions)
        internal
        returns (uint256 number)
    {
        number = proposed(one, community, actions);
        later(DELAY);
        votes(one, number, ICouncil.Support.For);
        if (other != address(0)) votes(other, number, ICouncil.Support.For);
        later(PERIOD);
        council.queue(number, actions);
        later(TIMELOCK);
        council.execute(number, actions);
    }

    function assertState(uint256 number, ICouncil.State state, string memory why) internal view {
        assertEq(uint256(council.stateOf(number)), uint256(state), why);
    }

    function wrongState(uint256 number, ICouncil.State state) internal {
        refused(abi.encodeWithSelector(ICouncil.WrongState.selector, number, state));
    }
}
