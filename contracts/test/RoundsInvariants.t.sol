// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRounds} from "../src/interfaces/IRounds.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {Rounds} from "../src/Rounds.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice Everything that anyone may try with rounds, in any order and at any time. Whoever acts, acts as it pleases:
/// what is not allowed is tried as well, and must be refused.
contract RoundsHandler is RoundsStories {
    struct Sealed {
        uint256 round;
        uint8 index;
        address solver;
        uint256 word;
        uint64 value;
    }

    address[4] public people;
    Sealed[] public seals;
    uint256 public stolen;
    mapping(uint256 round => bool) public everFinalised;

    constructor(LeagueToken token_, Rounds rounds_, address coordinator_, address judge_) {
        (token, rounds, coordinator, judge) = (token_, rounds_, coordinator_, judge_);
        people = [solver, otherSolver, coordinator_, stranger];
    }

    function setUp() public override {}

    function money(uint256 who, uint256 amount, bool out) external {
        address person = people[who % 4];
        vm.prank(person);
        if (out) {
            try rounds.withdraw(amount % 5_000) {} catch {}
        } else {
            try rounds.deposit(amount % 5_000) {} catch {}
        }
    }

    function later(uint256 time) external {
        vm.warp(block.timestamp + time % 80);
    }

    function open(uint256 who, bool firstWins, uint96 pot, uint32 challenge) external {
        IRounds.Terms memory some = terms();
        (some.firstWins, some.pot, some.challengeSeconds, some.most) = (firstWins, pot % 9_000, challenge % 60, 8);
        vm.prank(people[who % 4]);
        try rounds.open(some) {} catch {}
    }

    /// @dev Three at once, so that rounds fill before their time is over.
    function commit(uint256 which, uint256 who, uint256 word, uint256 value) external {
        for (uint256 i = 0; i < 3; ++i) {
            (address person, uint256 part) = (people[(who >> i) % 4], (word >> 3 * i) % 7 + 1);
            Sealed memory one = Sealed(someRound(which), 0, person, part, uint64((value >> i) % 110));
            bytes32 digest = keccak256(bytesOf(draft(one.word, one.value)));
            bytes32 sealed_ = rounds.seal(one.round, one.solver, digest, EVIDENCE, SALT);
            vm.prank(one.solver);
            try rounds.commit(one.round, sealed_) returns (uint8 index) {
                one.index = index;
                seals.push(one);
            } catch {}
        }
    }

    function copy(uint256 which, uint256 who) external {
        if (seals.length == 0) return;
        Sealed memory one = seals[which % seals.length];
        bytes32 seen = rounds.claimOf(one.round, one.index).digest;
        vm.prank(people[who % 4]);
        try rounds.commit(one.round, seen) {} catch {}
    }

    /// @dev All but one in five, each by its solver or by a thief.
    function reveal(uint256 which, uint256 who, bool thief) external {
        for (uint256 i = 0; i < seals.length; ++i) {
            Sealed memory one = seals[i];
            if ((which >> i) % 5 == 0) continue;
            address person = thief ? people[who % 4] : one.solver;
            bytes memory claim = bytesOf(draft(one.word, one.value));
            vm.prank(person);
            try rounds.reveal(one.round, one.index, SALT, claim, cover(one.word), EVIDENCE) {
                digests[one.round][one.index] = keccak256(claim);
                if (person != one.solver) ++stolen;
            } catch {}
        }
    }

    function strike(uint256 which, uint256 who, uint8 lie, bool allowed) external {
        if (seals.length == 0) return;
        Sealed memory one = seals[which % seals.length];
        vm.prank(allowed ? judge : one.solver);
        bytes32 digest = lie % 4 == 0 ? bytes32(0) : keccak256(bytesOf(draft(one.word, one.value)));
        try rounds.strike(one.round, one.index, digest, people[who % 4], lie) {
            if (!allowed || digest == 0) ++stolen;
        } catch {}
    }

    function dismiss(uint256 which, uint256 who) external {
        if (seals.length == 0) return;
        Sealed memory one = seals[which % seals.length];
        vm.prank(people[who % 4]);
        try rounds.dismiss(one.round, one.index, "reason") {} catch {}
    }

    function conflict(uint256 which, uint8 a, uint8 b, uint8 c, bool three) external {
        uint256 id = someRound(which);
        uint8[] memory some = three ? set(a % 9, b % 9, c % 9) : set(a % 9, b % 9);
        bytes32[] memory judged = digestsOf(id, some);
        vm.prank(judge);
        try rounds.conflict(id, some, judged) {} catch {}
    }

    /// @dev Any order at all, or the right one, a few at a time.
    function award(uint256 which, uint8 a, uint8 b, bool right, uint256 most) external {
        uint256 id = someRound(which);
        if (!right) {
            try rounds.award(id, set(a % 9, b % 9)) {} catch {}
            return;
        }
        for (uint256 i = 0; i <= most % 3; ++i) {
            try rounds.award(id, set(next(id))) {} catch {}
        }
    }

    function finalise(uint256 which) external {
        uint256 id = someRound(which);
        try rounds.finalise(id) {
            if (everFinalised[id]) ++stolen;
            everFinalised[id] = true;
        } catch {}
    }

    /// @dev The standing claim that ranks first.
    function next(uint256 id) public view returns (uint8 best) {
        IRounds.Round memory one = rounds.roundOf(id);
        uint256 most;
        for (uint8 i = 0; i < one.claims; ++i) {
            IRounds.Claim memory claim = rounds.claimOf(id, i);
            uint256 rank = one.firstWins ? 255 - i : claim.improvement;
            if (claim.status == IRounds.Status.Standing && rank > most) (most, best) = (rank, i);
        }
    }

    function end(uint256 id) external {
        vm.warp(block.timestamp + 1_000);
        IRounds.Round memory one = rounds.roundOf(id);
        if (one.finalised) return;
        for (uint8 i = 0; i < one.claims; ++i) {
            uint8 index = next(id);
            if (statusOf(id, index) == IRounds.Status.Standing) rounds.award(id, set(index));
        }
        rounds.finalise(id);
    }

    function someRound(uint256 which) private view returns (uint256) {
        uint256 count = rounds.count();
        return count == 0 ? 1 : count - which % (count < 3 ? count : 3);
    }
}

contract RoundsInvariantsTest is RoundsStories {
    RoundsHandler private handler;

    function setUp() public override {
        super.setUp();
        staked(stranger, 10_000);
        handler = new RoundsHandler(token, rounds, coordinator, judge);
        for (uint256 i = 0; i < 3; ++i) {
            handler.open(2, i == 0, 8_000, 50);
        }
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = RoundsHandler.money.selector;
        selectors[1] = RoundsHandler.later.selector;
        selectors[2] = RoundsHandler.open.selector;
        selectors[3] = RoundsHandler.commit.selector;
        selectors[4] = RoundsHandler.copy.selector;
        selectors[5] = RoundsHandler.reveal.selector;
        selectors[6] = RoundsHandler.strike.selector;
        selectors[7] = RoundsHandler.dismiss.selector;
        selectors[8] = RoundsHandler.conflict.selector;
        selectors[9] = RoundsHandler.award.selector;
        selectors[10] = RoundsHandler.finalise.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function freeSum() private view returns (uint256 sum) {
        for (uint256 i = 0; i < 4; ++i) {
            sum += rounds.free(handler.people(i));
        }
    }

    function invariant_all_money_is_free_or_a_bond_or_a_pot() public view {
        uint256 sum = freeSum();
        for (uint256 id = 1; id <= rounds.count(); ++id) {
            IRounds.Round memory one = rounds.roundOf(id);
            if (one.finalised) continue;
            sum += one.pot - one.paid;
            for (uint8 i = 0; i < one.claims; ++i) {
                IRounds.Status status = statusOf(id, i);
                // A liar's bond is in the book until the end, as those of the sealed and the standing are.
                if (status <= IRounds.Status.Struck) sum += one.bond;
            }
        }
        assertEq(token.balanceOf(address(rounds)), sum, "balance");
    }

    function invariant_accepted_claims_share_no_demand_and_no_more_than_the_pot() public view {
        for (uint256 id = 1; id <= rounds.count(); ++id) {
            IRounds.Round memory one = rounds.roundOf(id);
            assertLe(one.paid, one.pot, "pot");
            uint256 taken;
            for (uint8 i = 0; i < one.claims; ++i) {
                bool accepted = one.accepted >> i & 1 == 1;
                assertTrue(accepted == (statusOf(id, i) == IRounds.Status.Accepted), "both say so");
                if (!accepted) continue;
                assertEq(taken & rounds.coveredWord(id, i, 0), 0, "disjoint");
                taken |= rounds.coveredWord(id, i, 0);
            }
        }
    }

    function invariant_nobody_did_what_only_another_may() public view {
        assertEq(handler.stolen(), 0, "seal, strike or end");
    }

    /// @dev After whatever happened, every round can be brought to its end by a stranger, and everyone can take
    /// everything out.
    function afterInvariant() public {
        for (uint256 id = 1; id <= rounds.count(); ++id) {
            handler.end(id);
        }
        for (uint256 i = 0; i < 4; ++i) {
            address person = handler.people(i);
            uint256 amount = rounds.free(person);
            vm.prank(person);
            rounds.withdraw(amount);
        }
        assertEq(token.balanceOf(address(rounds)), 0, "nothing stays behind");
    }
}
