// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CouncilStories} from "./CouncilStories.sol";
import {ICommunities} from "../src/interfaces/ICommunities.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {Measured} from "./Measured.sol";

/// @notice What deciding together costs, whole transactions.
contract CouncilGasTest is CouncilStories, Measured {
    function test_communities() public {
        uint32 community = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        measured("found a community", 0);
        joins(second, community);
        measured("join a community", 0);
        putDown(second, 100);
        vm.prank(second);
        communities.contribute(community, 100);
        measured("contribute to a treasury", 0);
        later(1);
        leaves(second, community);
        measured("leave a community", 0);
    }

    function test_decisions() public {
        uint32 community = ofThree();
        contributes(founder, community, 1000);
        ICouncil.Action[] memory actions = pays(community, second, 1);
        uint256 number = proposed(founder, community, actions);
        measured("propose to a community", 0);
        later(DELAY);
        votes(founder, number, ICouncil.Support.For);
        votes(second, number, ICouncil.Support.For);
        measured("vote", 0);
        later(PERIOD);
        council.queue(number, actions);
        measured("queue a decision", 0);
        later(TIMELOCK);
        council.execute(number, actions);
        measured("execute a decision", 0);
    }

    function test_sharing() public {
        uint32 community = founded(ICommunities.Joining.Open, ICommunities.Measure.Equal);
        for (uint160 i = 1; i < 128; ++i) {
            joins(address(0xFACE0000 + i), community);
        }
        contributes(founder, community, 1000);
        vm.prank(hand(community));
        communities.share(community, 1000);
        measured("share a treasury among 128", 0);
    }
}
