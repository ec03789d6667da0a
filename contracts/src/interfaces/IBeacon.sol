// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IBeacon: what a league on another chain has recorded
interface IBeacon {
    /// @notice What attestors say of a stretch of the league's chain.
    /// @param number From one, without gaps. @param revision How many retractions there were before.
    /// @param previous Digest of the statement before, zero for the first. @param first First block of the stretch, which begins where
    /// the one before ended. @param last Its last block. @param blockHash Hash of the last block. @param root Merkle root over the
    /// stretch's records in their order.
    struct Statement {
        uint64 number;
        uint64 revision;
        bytes32 previous;
        uint64 first;
        uint64 last;
        bytes32 blockHash;
        bytes32 root;
    }

    /// @notice An event of one of the league's contracts.
    /// @param height Block it is in. @param index Its place among all events of that block.
    struct Record {
        uint64 height;
        uint64 index;
        address emitter;
        bytes32[] topics;
        bytes data;
    }

    event AttestorNamed(address indexed attestor);
    event AttestorDismissed(address indexed attestor);
    event ThresholdSet(uint256 threshold);
    /// @notice A statement with the signatures it was believed for, so that it can be carried on from here.
    event Posted(uint64 indexed number, bytes32 indexed digest, Statement statement, bytes[] signatures);
    /// @notice Statements from this number on no longer count: the league's chain has turned.
    event Retracted(uint64 indexed number, uint64 revision, bytes32 reason);
    /// @notice An attestor signed two statements for one place, and is none any more.
    event Equivocated(address indexed attestor, uint64 indexed number, bytes32 one, bytes32 other);
    /// @notice Somebody showed a record under a statement that counted then. @param record Hash of the record's leaf.
    event Proven(bytes32 indexed record, uint64 indexed number, uint64 revision, address indexed by);

    error NoAttestor(address account);
    error AlreadyAttestor(address account);
    /// @notice Who was found lying is never an attestor again.
    error Struck(address account);
    error TooManyAttestors();
    /// @notice More than half of the attestors, and no more than all: two statements with enough signatures share a signer.
    error BadThreshold(uint256 threshold, uint256 attestors);
    error NoSource();
    /// @notice A statement for another place than the next, or made before a retraction.
    error NotNext(uint64 number, uint64 revision, bytes32 previous, uint64 first);
    error NoStretch();
    error TooFew(uint256 valid, uint256 threshold);
    /// @notice Signers in ascending order of their addresses, each once.
    error SignersNotAscending();
    error NoStatement(uint64 number);
    error NotProven();
    error NoContradiction();

    /// @notice Believes a statement signed by enough attestors. Anyone.
    function post(Statement calldata statement, bytes[] calldata signatures) external;

    /// @notice Takes back the statements from `number` on, or, with the number after the newest, what was signed for it and not posted.
    /// Anyone, with the signatures of enough attestors.
    function retract(uint64 number, bytes32 reason, bytes[] calldata signatures) external;

    /// @notice Strikes an attestor that signed two statements for one place. Anyone.
    function expose(
        Statement calldata one,
        bytes calldata signatureOfOne,
        Statement calldata other,
        bytes calldata signatureOfOther
    ) external;

    /// @notice Shows a record under a statement, and has that told. Anyone.
    function prove(uint64 number, Record calldata record, uint256 position, bytes32[] calldata siblings) external;

    /// @notice Whether a record is under a statement that counts now. @param position Of the record in the stretch, from zero.
    /// @param siblings From the leaf to the root.
    function holds(uint64 number, Record calldata record, uint256 position, bytes32[] calldata siblings)
        external
        view
        returns (bool);
}
