// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IClaims: the host of claims, as their judge sees it
interface IClaims {
    /// @notice Digest of a revealed claim that still stands; zero otherwise, and zero outside the challenge window.
    /// @param round The round.
    /// @param index The claim's place in it.
    function claimDigest(uint256 round, uint8 index) external view returns (bytes32);

    /// @notice A word of the bitmap of demands that a claim covers: demand d is bit d mod 256 of word d div 256.
    /// @param round The round.
    /// @param index The claim's place in it.
    /// @param word Which word; zero beyond the last.
    function coveredWord(uint256 round, uint8 index, uint256 word) external view returns (uint256);

    /// @notice The claim is a lie: it is struck. Half of its bond goes to the challenger, the rest to the round's sponsor (else a liar could
    /// refute himself for free). Only the judge.
    /// @param round The round.
    /// @param index The claim's place in it.
    /// @param challenger Who showed it.
    /// @param lie Which lie it is.
    function strike(uint256 round, uint8 index, address challenger, uint8 lie) external;

    /// @notice These claims cannot all be accepted. No lie: the one that ranks last is skipped if all others are accepted. Only the judge.
    /// @param round The round.
    /// @param indices The claims' places in it, increasing.
    function conflict(uint256 round, uint8[] calldata indices) external;
}
