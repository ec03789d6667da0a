// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IChallenge: the judge of claims
/// @notice It has no events: the host tells what became of its claims.
interface IChallenge {
    /// @notice These bytes are no claim of version 1, or the words of its coverage do not belong to it.
    error NotAClaim();
    /// @notice These bytes are no witness of version 1: wrong from this byte of the transaction's data on.
    error NotAWitness(uint256 at);
    /// @notice There is no lie or conflict of this number, or it takes no such subject, other, picks or node.
    error NotOfThisLie(uint256 lie);
    /// @notice What is shown of a tree does not lead to its root. 0: rows of the problem, 1: plan, 2: uses, 3: jobs, 4: prices, 5: targets.
    error NotUnderRoot(uint256 tree);
    /// @notice On the way to a root a sum needs more than 64 bits.
    error SumTooLarge();
    /// @notice Rows or leaves of a tree do not stand in their order, each once.
    error OutOfOrder(uint256 tree);
    /// @notice The rule needs a row of this kind and number (and part, for modes and legs).
    error RowNotShown(uint256 tag, uint256 number, uint256 part);
    /// @notice The rule needs the leaf of a tree at this position.
    error LeafNotShown(uint256 tree, uint256 position);
    /// @notice The rule needs a node, and where it speaks of leaves one at the bottom.
    error NodeNotShown();
    /// @notice The leaf of this operation says that it does not run.
    error DoesNotRun(uint256 operation);
    /// @notice The operation has no mode of this number.
    error NoSuchMode(uint256 operation, uint256 mode);
    /// @notice All that was needed is shown, and contradicts nothing.
    error NoContradiction(uint8 lie);
    /// @notice A conflict is between two claims or more of one problem, in increasing order, that share no demand.
    error NotASet();

    /// @notice Refutes a claim, if the witness contradicts it. Anyone, in the claim's challenge window.
    /// @param round The round.
    /// @param index The claim's place in it.
    /// @param claim The claim, 305 bytes.
    /// @param witness What shows that it is false.
    function refute(uint256 round, uint8 index, bytes calldata claim, bytes calldata witness) external;

    /// @notice Shows that claims cannot all be accepted, because together they overbook a machine. Anyone, in their challenge window.
    /// @param round The round.
    /// @param indices The claims' places in it, increasing.
    /// @param claims Each claim, 305 bytes, and the words of its coverage after it.
    /// @param witness What shows it.
    function conflict(uint256 round, uint8[] calldata indices, bytes[] calldata claims, bytes calldata witness) external;

    /// @notice Whether a witness contradicts a claim, for callers without a round. What is not shown reverts, in words.
    /// @param claim The claim, 305 bytes.
    /// @param covered The words of its coverage.
    /// @param witness What is said to contradict it.
    function judge(bytes calldata claim, bytes calldata covered, bytes calldata witness) external view returns (bool);

    /// @notice Whether claims overbook a machine together, for callers without a round. What is not shown reverts, in words.
    /// @param claims Each claim, 305 bytes, and the words of its coverage after it.
    /// @param witness What is said to show it.
    function clash(bytes[] calldata claims, bytes calldata witness) external view returns (bool);
}
