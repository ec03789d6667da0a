// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Communities} from "../src/Communities.sol";
import {Council} from "../src/Council.sol";
import {ICommunities} from "../src/interfaces/ICommunities.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {CouncilStories} from "./CouncilStories.sol";

/// @notice Everything that anyone may try with communities and proposals, in any order and at any time. What is not allowed is tried too.
contract CommunitiesHandler is CouncilStories {
    address[4] public people;
    uint256 public constant MOST = 4;
    uint256 public stolen;
    uint256 public doubled;

    mapping(uint256 number => mapping(address account => uint256)) public times;

    constructor(Communities communities_, Council council_, LeagueToken token_) {
        (communities, council, token) = (communities_, council_, token_);
        people = [founder, second, third, stranger];
    }

    function setUp() public override {}

    function wait_(uint256 time) external {
        vm.warp(block.timestamp + time % 4 days);
    }

    function money(uint256 who, uint256 amount, bool out) external {
        vm.prank(people[who % 4]);
        if (out) {
            try communities.withdraw(amount % 1000) {} catch {}
        } else {
            try communities.deposit(amount % 1000) {} catch {}
        }
    }

    function found(uint256 who, bool byMoney, bool shareByMoney) external {
        if (communities.count() == MOST) return;
        ICommunities.Rules memory some =
            rules(ICommunities.Joining.Open, byMoney ? ICommunities.Measure.Contribution : ICommunities.Measure.Equal);
        if (shareByMoney) some.sharing = ICommunities.Measure.Contribution;
        vm.prank(people[who % 4]);
        try communities.found("Some", some, 0) {} catch {}
    }

    function move(uint256 who, uint32 which, uint256 what, uint128 amount) external {
        uint32 community = one(which);
        if (community == 0) return;
        address account = who % 8 < 4 ? people[who % 4] : hand(one(uint32(who)));
        address other = people[amount % 4];
        vm.prank(account);
        if (what % 5 == 0) {
            try communities.join(community) {} catch {}
        } else if (what % 5 == 1) {
            try communities.leave(community) {} catch {}
        } else if (what % 5 == 2) {
            try communities.delegate(community, other) {} catch {}
        } else {
            try communities.contribute(community, amount % 500) {} catch {}
        }
    }

    /// @dev What a hand may do for its community, by its hand, or by another's in vain.
    function act(uint32 which, uint32 whose, uint256 what, uint128 amount, uint256 who) external {
        uint32 community = one(which);
        if (community == 0) return;
        address its = hand(community);
        address acting = whose % 3 == 0 ? hand(one(whose)) : its;
        address account = who % 2 == 0 ? people[who % 4] : hand(one(uint32(who)));
        vm.prank(acting);
        if (what % 4 == 0) {
            try communities.pay(community, account, amount % 300, METADATA) {
                if (acting != its) ++stolen;
            }
                catch {}
        } else if (what % 4 == 1) {
            try communities.share(community, amount % 300) {
                if (acting != its) ++stolen;
            }
                catch {}
        } else if (what % 4 == 2) {
            try communities.invite(community, account) {
                if (acting != its) ++stolen;
            }
                catch {}
        } else {
            try communities.expel(community, account) {
                if (acting != its) ++stolen;
            }
                catch {}
        }
    }

    function propose(uint256 who, uint32 which) external {
        uint32 community = one(which);
        if (community == 0) return;
        ICouncil.Action[] memory actions = pays(community, people[0], 1);
        vm.prank(people[who % 4]);
        try council.propose(community, actions, "one cent") {} catch {}
    }

    function vote(uint256 who, uint256 which, uint8 support) external {
        if (council.count() == 0) return;
        uint256 number = 1 + which % council.count();
        bytes32 digest = digestOf(number);
        address account = people[who % 4];
        vm.prank(account);
        try council.vote(number, digest, ICouncil.Support(support % 3)) {
            if (++times[number][account] > 1) ++doubled;
        } catch {}
    }

    function one(uint32 which) public view returns (uint32) {
        uint32 count = communities.count();
        return count == 0 ? 0 : 1 + which % count;
    }
}

/// @notice Whatever is tried, the money is where the book says, weights are those of the members, and no vote counts twice.
contract CommunitiesInvariantsTest is CouncilStories {
    CommunitiesHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        super.setUp();
        handler = new CommunitiesHandler(communities, council, token);
        for (uint256 i = 0; i < 4; ++i) {
            address person = handler.people(i);
            give(person, 10_000);
            vm.prank(person);
            token.approve(address(communities), 10_000);
        }
        ofThree();
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = CommunitiesHandler.wait_.selector;
        selectors[1] = CommunitiesHandler.money.selector;
        selectors[2] = CommunitiesHandler.found.selector;
        selectors[3] = CommunitiesHandler.move.selector;
        selectors[4] = CommunitiesHandler.act.selector;
        selectors[5] = CommunitiesHandler.propose.selector;
        selectors[6] = CommunitiesHandler.vote.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_the_balance_is_what_is_free_and_all_treasuries() public view {
        uint256 owed = 0;
        for (uint256 i = 0; i < 4; ++i) {
            owed += communities.free(handler.people(i));
        }
        for (uint32 i = 1; i <= communities.count(); ++i) {
            owed += treasuryOf(i);
            assertEq(communities.free(hand(i)), 0, "a community's money is in its treasury");
        }
        assertEq(token.balanceOf(address(communities)), owed, "to the cent");
        assertEq(handler.stolen(), 0, "nobody acts for another community");
        assertEq(handler.doubled(), 0, "no vote counts twice");
    }

    /// @dev One run for all three: each takes seconds.
    function invariant_weights_voices_and_votes_are_those_of_members() public view {
        check_all_weight_is_its_members();
        check_nobody_has_two_voices_in_a_society_and_no_society_is_deeper_than_three();
        check_votes_are_no_more_than_there_was();
    }

    function check_all_weight_is_its_members() private view {
        uint48 before = uint48(block.timestamp) - 1;
        for (uint32 i = 1; i <= communities.count(); ++i) {
            uint256 sum = 0;
            for (uint256 j = 0; j < 4; ++j) {
                sum += communities.weightAt(i, handler.people(j), before);
            }
            for (uint32 j = 1; j <= communities.count(); ++j) {
                sum += communities.weightAt(i, hand(j), before);
            }
            assertEq(sum, communities.totalAt(i, before), "adds up");
        }
    }

    function check_nobody_has_two_voices_in_a_society_and_no_society_is_deeper_than_three() private view {
        for (uint256 i = 0; i < 4; ++i) {
            uint32[] memory all = communities.membershipsOf(handler.people(i));
            for (uint256 j = 0; j < all.length; ++j) {
                for (uint256 k = 0; k < j; ++k) {
                    assertTrue(rootOf(all[j]) != rootOf(all[k]), "one voice");
                }
            }
        }
    }

    function check_votes_are_no_more_than_there_was() private view {
        for (uint256 i = 1; i <= council.count(); ++i) {
            ICouncil.Proposal memory one = council.proposalOf(i);
            uint256 there = communities.totalAt(one.community, one.made - 1);
            assertLe(uint256(one.yes) + one.no + one.abstained, there, "of what there was");
        }
    }

    function rootOf(uint32 community) private view returns (uint32) {
        for (uint256 i = 0; i < 3; ++i) {
            uint32 above = communities.communityOf(community).parent;
            if (above == 0) return community;
            community = above;
        }
        revert("too deep, or a circle");
    }
}
