// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {PLAN, JOBS, PRICES, TARGETS, USES, Witness} from "./Witness.sol";
import {IChallenge} from "../interfaces/IChallenge.sol";
import {IClaims} from "../interfaces/IClaims.sol";

/// @notice Where the words of a claim's coverage are found: at a host, or in the transaction's data.
/// @param host Asked for the words, if it is not zero. @param round, index The claim there.
/// @param words Where they begin otherwise. @param length Bytes of them.
struct Coverage {
    IClaims host;
    uint256 round;
    uint8 index;
    uint256 words;
    uint256 length;
}

/// @title Claim: reads a claim
/// @notice What it is: the twin of `hanse/ledger/certificates/claim.py`, on its 305 bytes.
///
/// Arithmetic is unchecked: a few fields of at most 64 bits are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library Claim {
    using Calldata for uint256;

    uint256 internal constant SIZE = 305;
    uint256 private constant VERSION = 1;

    /// @notice Where a claim begins in the transaction's data. Reverts for bytes that are none.
    function open(bytes calldata data) internal pure returns (uint256 claim) {
        claim = Witness.begin(data);
        if (data.length != SIZE || claim.u8() != VERSION) revert IChallenge.NotAClaim();
    }

    /// @notice The root of the problem.
    function problem(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 1).word();
        }
    }

    /// @notice The root of the round's targets, zero outside one.
    function targets(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + Witness.rootAt(TARGETS)).word();
        }
    }

    /// @notice Hash of the words of its coverage.
    function hashOfCovered(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 65).word();
        }
    }

    /// @notice No covered job is complete later.
    function makespan(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 153).u64();
        }
    }

    /// @notice Leaves of the tree of uses.
    function useCount(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 193).u32();
        }
    }

    /// @notice What prices and bounds of jobs are multiplied with.
    function scale(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 293).u32();
        }
    }

    /// @notice The bound it claims.
    function bound(uint256 claim) internal pure returns (uint256) {
        unchecked {
            return (claim + 297).u64();
        }
    }

    /// @notice The bound its sums prove: (bounds of jobs - prices · budgets) ÷ scale, rounded up, at least 0. The scale is not 0.
    function proved(uint256 claim) internal pure returns (uint256) {
        unchecked {
            uint256 high = (claim + Witness.rootAt(JOBS) + 32).u64();
            uint256 low = (claim + Witness.rootAt(PRICES) + 32).u64();
            return high <= low ? 0 : (high - low + scale(claim) - 1) / scale(claim);
        }
    }

    /// @notice Whether a claim is about a demand.
    function covers(Coverage memory coverage, uint256 demand) internal view returns (bool) {
        unchecked {
            uint256 place = demand >> 8;
            uint256 word = 0;
            if (address(coverage.host) != address(0)) {
                word = coverage.host.coveredWord(coverage.round, coverage.index, place);
            } else if (place << 5 < coverage.length) {
                word = (coverage.words + (place << 5)).word();
            }
            return (word >> (demand % 256)) & 1 == 1;
        }
    }
}
