// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IClaims} from "../src/interfaces/IClaims.sol";

/// @notice A host that keeps claims and remembers what the judge said of them.
contract ClaimsHost is IClaims {
    event Struck(uint256 indexed round, uint8 indexed index, address challenger, uint8 lie);

    /// @notice Only the judge strikes.
    error NotTheJudge();

    address public judge;
    mapping(uint256 round => mapping(uint8 index => bytes32 digest)) public claimDigest;
    mapping(uint256 round => mapping(uint8 index => mapping(uint256 place => uint256 word))) public coveredWord;
    uint8[] public lastConflict;

    function appoint(address judge_) external {
        judge = judge_;
    }

    function keep(uint256 round, uint8 index, bytes calldata claim, bytes calldata covered) external {
        claimDigest[round][index] = keccak256(claim);
        for (uint256 i = 0; i < covered.length / 32; ++i) {
            coveredWord[round][index][i] = uint256(bytes32(covered[32 * i:]));
        }
    }

    function strike(uint256 round, uint8 index, bytes32 digest, address challenger, uint8 lie) external {
        judged(round, index, digest);
        delete claimDigest[round][index];
        emit Struck(round, index, challenger, lie);
    }

    function conflict(uint256 round, uint8[] calldata indices, bytes32[] calldata digests) external {
        for (uint256 i = 0; i < indices.length; ++i) {
            judged(round, indices[i], digests[i]);
        }
        lastConflict = indices;
    }

    function judged(uint256 round, uint8 index, bytes32 digest) private view {
        if (msg.sender != judge) revert NotTheJudge();
        if (claimDigest[round][index] != digest) revert NotTheClaim(claimDigest[round][index], digest);
    }

    function conflicted() external view returns (uint8[] memory) {
        return lastConflict;
    }
}
