// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IClaims: what stands between the host of claims (Rounds) and their judge (Challenge)
/// @notice The host keeps claims, bonds and money and knows nothing of plans. The judge knows what a lie is and keeps
/// nothing: not even which claims stand. It tells what it was shown, and of which claim, by its hash; the host does
/// nothing unless exactly that claim stands in its challenge window.
interface IClaims {
    /// @notice Another claim stands there than the one that was judged.
    error NotTheClaim(bytes32 standing, bytes32 judged);

    /// @notice A word of the bitmap of demands that a claim covers: bit d mod 256 of word d div 256 is demand d.
    function coveredWord(uint256 round, uint8 index, uint256 word) external view returns (uint256);

    /// @notice The claim is a lie: it is out. Half of its bond goes to the challenger, the rest to the round's sponsor;
    /// with all of it to the challenger, a liar could refute himself for nothing. By the judge of the round.
    /// @param digest keccak256 of the claim's 305 bytes.
    function strike(uint256 round, uint8 index, bytes32 digest, address challenger, uint8 lie) external;

    /// @notice These claims cannot all be accepted. No lie: nobody loses money; the one that ranks last is skipped if
    /// all the others are accepted. By the judge of the round.
    /// @param digests keccak256 of the 305 bytes of each.
    function conflict(uint256 round, uint8[] calldata indices, bytes32[] calldata digests) external;
}
