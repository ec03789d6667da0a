// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Challenge} from "../src/Challenge.sol";
import {ChallengeFixtures} from "./ChallengeFixtures.sol";
import {Measured} from "./Measured.sol";
import {RoundsHost} from "./RoundsHost.sol";

/// @notice What refuting costs in trees of 2^20 leaves, whole transactions, the host's striking included. The number of tasks is not in it.
contract ChallengeGasTest is ChallengeFixtures, Measured {
    RoundsHost private rounds;

    function setUp() public override {
        super.setUp();
        rounds = new RoundsHost(address(this));
        challenge = new Challenge(rounds);
        rounds.appoint(address(challenge));
        vm.warp(1_000);
    }

    function test_gas_of_every_lie() public {
        for (uint256 i = 0; i < names.length; ++i) {
            (bytes memory claim, bytes memory covered, bytes memory witness) = lie(names[i]);
            rounds.keep(ROUND, INDEX, claim, covered);
            bytes memory data = abi.encodeCall(Challenge.refute, (ROUND, INDEX, claim, witness));
            challenge.refute(ROUND, INDEX, claim, witness);
            measuredWithFloor(string.concat("refute, ", names[i]), data, limit(uint8(witness[1]), witness.length));
        }
    }

    function test_gas_of_conflicts() public {
        string[2] memory kinds = ["budget", "capacity"];
        for (uint256 i = 0; i < kinds.length; ++i) {
            (bytes[] memory claims, bytes memory witness) = clash(kinds[i]);
            rounds.keep(ROUND + i, 1, slice(claims[0], 305), "");
            rounds.keep(ROUND + i, 4, slice(claims[1], 305), "");
            rounds.cover(ROUND + i, 1, 1);
            rounds.cover(ROUND + i, 4, 2);
            bytes memory data = abi.encodeCall(Challenge.conflict, (ROUND + i, indices(1, 4), claims, witness));
            challenge.conflict(ROUND + i, indices(1, 4), claims, witness);
            measuredWithFloor(string.concat("conflict of two claims, ", kinds[i]), data, 0);
        }
    }

    /// @dev The limit of a lie, by its number: one or two leaves 125,000; a sum 70,000; the cheaper path of 40 tasks 700,000.
    function limit(uint8 number, uint256 length) private pure returns (uint256) {
        if (number == 2) return 70_000;
        if (number == 23 || number == 24) return 200_000;
        if (number == 27) return length > 10_000 ? 700_000 : 350_000;
        return 125_000;
    }
}
