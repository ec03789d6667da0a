// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IChallenge} from "../src/interfaces/IChallenge.sol";
import {IClaims} from "../src/interfaces/IClaims.sol";
import {ChallengeFixtures} from "./ChallengeFixtures.sol";
import {ClaimsHost} from "./ClaimsHost.sol";

/// @notice Lies from fixtures/witnesses.json: the host strikes exactly what the judge is shown. (That the judge says what its Python twin
/// says, lie by lie and on damaged bytes, is tested from Python.)
contract ChallengeTest is ChallengeFixtures {
    function test_every_lie_is_struck_and_its_challenger_named() public {
        assertTrue(names.length >= 29, "every kind of lie is among them");
        for (uint256 i = 0; i < names.length; ++i) {
            (bytes memory claim, bytes memory covered, bytes memory witness) = lie(names[i]);
            host.keep(ROUND, INDEX, claim, covered);
            vm.expectEmit(address(host));
            emit ClaimsHost.Struck(ROUND, INDEX, challenger, uint8(witness[1]));
            vm.prank(challenger);
            challenge.refute(ROUND, INDEX, claim, witness);
            assertEq(host.claimDigest(ROUND, INDEX), bytes32(0), names[i]);
            assertTrue(challenge.judge(claim, covered, witness), names[i]);
        }
    }

    function test_a_claim_that_does_not_stand_is_not_refuted() public {
        (bytes memory claim,, bytes memory witness) = lie("cost");
        refused(abi.encodeWithSelector(IClaims.NotTheClaim.selector, bytes32(0), keccak256(claim)));
        challenge.refute(ROUND, INDEX, claim, witness);
    }

    function test_another_claim_than_the_one_that_stands_is_not_refuted() public {
        (bytes memory claim, bytes memory covered,) = lie("cost");
        (bytes memory other,, bytes memory witness) = lie("energy");
        host.keep(ROUND, INDEX, claim, covered);
        refused(abi.encodeWithSelector(IClaims.NotTheClaim.selector, keccak256(claim), keccak256(other)));
        challenge.refute(ROUND, INDEX, other, witness);
    }

    function test_a_witness_against_another_claim_shows_nothing() public {
        (bytes memory claim, bytes memory covered,) = lie("cost");
        (,, bytes memory witness) = lie("energy");
        host.keep(ROUND, INDEX, claim, covered);
        refused(abi.encodeWithSelector(IChallenge.NotUnderRoot.selector, 0));
        challenge.refute(ROUND, INDEX, claim, witness);
    }

    function test_the_coverage_must_belong_to_the_claim() public {
        (bytes memory claim, bytes memory covered, bytes memory witness) = lie("blank");
        covered[5] = bytes1(uint8(1));
        refused(abi.encodeWithSelector(IChallenge.NotAClaim.selector));
        challenge.judge(claim, covered, witness);
    }

    function test_a_blank_of_a_demand_that_is_not_covered_is_no_lie() public {
        (bytes memory claim, bytes memory covered, bytes memory witness) = lie("blank");
        host.keep(ROUND, INDEX, claim, new bytes(covered.length));
        refused(abi.encodeWithSelector(IChallenge.NoContradiction.selector, 4));
        challenge.refute(ROUND, INDEX, claim, witness);
    }

    /// @dev One byte of a witness changed: nothing that was refuted before is refuted by other bytes.
    function test_a_witness_changed_anywhere_is_refused(uint256 which, uint256 place, uint8 flip) public view {
        (bytes memory claim, bytes memory covered, bytes memory witness) = lie(names[which % names.length]);
        vm.assume(flip != 0);
        place = place % witness.length;
        witness[place] = witness[place] ^ bytes1(flip);
        try challenge.judge(claim, covered, witness) returns (bool shown) {
            assertTrue(!shown, "another witness");
        } catch {}
    }

    function test_random_bytes_refute_nothing(bytes calldata junk) public view {
        (bytes memory claim, bytes memory covered,) = lie("cost");
        try challenge.judge(claim, covered, junk) returns (bool shown) {
            assertTrue(!shown, "random bytes");
        } catch {}
        try challenge.judge(junk, covered, junk) returns (bool shown) {
            assertTrue(!shown, "random claim");
        } catch {}
    }

    function test_claims_that_overbook_a_machine_are_told_to_the_host() public {
        (bytes[] memory claims, bytes memory witness) = clash("capacity");
        keep(claims);
        vm.prank(challenger);
        challenge.conflict(ROUND, indices(1, 4), claims, witness);
        assertEq(uint256(host.conflicted()[1]), 4, "the second");
        assertEq(host.lastConflict(0), 1, "the first");
    }

    function test_a_conflict_needs_claims_that_stand_in_increasing_order() public {
        (bytes[] memory claims, bytes memory witness) = clash("budget");
        bytes32 first = keccak256(slice(claims[0], 305));
        refused(abi.encodeWithSelector(IClaims.NotTheClaim.selector, bytes32(0), first));
        challenge.conflict(ROUND, indices(1, 4), claims, witness);
        keep(claims);
        refused(abi.encodeWithSelector(IChallenge.NotASet.selector));
        challenge.conflict(ROUND, indices(1, 1), claims, witness);
        challenge.conflict(ROUND, indices(1, 4), claims, witness);
    }

    function test_a_claim_is_in_no_conflict_with_itself() public {
        (bytes[] memory claims, bytes memory witness) = clash("budget");
        claims[1] = claims[0];
        refused(abi.encodeWithSelector(IChallenge.NotASet.selector));
        challenge.clash(claims, witness);
    }
}
