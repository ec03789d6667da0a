// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Rounds} from "../src/Rounds.sol";

/// @notice The real rounds, in which a claim can be planted as if it had been revealed: the claims that gas is measured with cover more
/// demands than a round takes.
contract RoundsHost is Rounds {
    constructor(address admin) Rounds(admin, IERC20(address(1))) {}

    function keep(uint256 id, uint8 index, bytes calldata claim, bytes calldata covered) external {
        Round storage round = _rounds[id];
        round.judge = judge;
        (round.commitEnd, round.revealEnd) = (1, 1);
        round.challengeEnd = type(uint40).max;
        (round.bond, round.claims, round.most, round.sponsor, round.least) = (1_000, 64, 64, address(2), 1);
        (round.demands, round.pot, round.baseline) = (256, 1_000, 10);
        Claim storage one = _claims[id][index];
        (one.digest, one.solver, one.improvement, one.status) = (keccak256(claim), address(3), 5, Status.Standing);
        for (uint256 i = 0; i < covered.length / 32; ++i) {
            _covered[id][index][i] = uint256(bytes32(covered[32 * i:]));
        }
    }

    /// @dev One demand each, so that the two of a conflict share none.
    function cover(uint256 id, uint8 index, uint256 word) external {
        _covered[id][index][0] = word;
    }
}
