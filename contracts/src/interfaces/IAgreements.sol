// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "./Deal.sol";

/// @title IAgreements: from an awarded plan to commitments that everybody has signed
/// @notice Proposed -> (declined, revised)* -> Active, or nothing. Agreements are numbered from one. Before one is active nothing of
/// anybody is locked.
interface IAgreements {
    /// @notice Where an agreement stands. None: there is none. Open: signatures are awaited until the deadline. Declined: the
    /// present version will not come about; the proposer may revise it. Active: signed by all, and funded.
    enum Status {
        None,
        Open,
        Declined,
        Active
    }

    /// @notice Why a party does not sign.
    enum Reason {
        Unsaid,
        Price,
        Time,
        Capacity,
        Quality,
        Conditions,
        Withdrawn
    }

    /// @notice An agreement, in two slots.
    /// @param digest Hash of number and deal: its present version.
    /// @param proposer Who may revise it.
    /// @param deadline Seconds since 1970: before this, or never.
    /// @param version The present one, from one.
    /// @param rounds How many versions there can be.
    /// @param status Where it stands.
    struct Agreement {
        bytes32 digest;
        address proposer;
        uint40 deadline;
        uint8 version;
        uint8 rounds;
        Status status;
    }

    /// @notice What a party would sign instead, in one milestone.
    /// @param milestone Which.
    /// @param price Cents it asks as price.
    /// @param compensation Cents it asks as compensation.
    /// @param startBy When it can begin.
    /// @param due When it can deliver.
    struct Wish {
        uint8 milestone;
        uint96 price;
        uint96 compensation;
        uint40 startBy;
        uint40 due;
    }

    /// @notice A version of an agreement is open for signatures; the first, or a revised one.
    event Proposed(uint256 indexed agreement, address indexed proposer, address indexed customer, Deal deal);
    /// @notice A party will not sign this version, or takes its signature back.
    event Declined(uint256 indexed agreement, address indexed party, uint8 version, Reason reason);
    /// @notice A party would sign something else; this version stays open.
    event Countered(uint256 indexed agreement, address indexed party, uint8 version, Wish wish, bytes32 document);
    /// @notice All have signed, the escrow is funded, work can begin.
    event Activated(uint256 indexed agreement, uint8 version, bytes32 digest);
    /// @notice All signatures that a party gave under an earlier nonce are void.
    event SignaturesWithdrawn(address indexed party, uint256 nonce);

    /// @notice A part of the deal is outside its range, which is from `least` to `most`.
    error OutOfRange(string term, uint256 given, uint256 least, uint256 most);
    /// @notice A deal names its plan, its document, and everyone it needs.
    error Missing(string term);
    /// @notice A deal is written in the transaction as `abi.encode` writes it, and not otherwise.
    error NotInPlace();
    /// @notice This number is no clause of liability (LiabilityRule).
    error NotAClause(uint128 liability);
    /// @notice Milestones are ordered by the members' addresses: `milestone` is not.
    error NotInOrder(uint256 milestone);
    /// @notice An arbiter is none of the parties, and the second one another than the first.
    error NotImpartial(address account);
    /// @notice A customer pays others: what it does itself is no part of the deal.
    error WorksForItself(address customer);
    /// @notice The deal names `named` as its proposer.
    error NotTheProposer(address caller, address named);
    /// @notice That claim was not accepted, is not the caller's, or plans something else.
    error NotYourPlan(uint256 round, uint8 index);
    /// @notice The agreement is not open for this; it is `status`.
    error NotNegotiated(uint256 agreement, Status status);
    /// @notice This is not the present version of the agreement.
    error AnotherDeal(uint256 agreement, bytes32 digest, bytes32 expected);
    /// @notice There were as many versions as agreed.
    error NoMoreRounds(uint256 agreement, uint8 rounds);
    /// @notice The caller is no party of this agreement, or of this milestone.
    error NotAParty(address caller);
    /// @notice One signature for each party, the customer first, then members by address.
    error WrongNumberOfSignatures(uint256 given, uint256 needed);
    /// @notice This is not the party's signature under what it is asked to sign now.
    error NotSigned(address party, bytes32 digest);

    /// @notice Proposes an agreement, whose subsidies the caller promises. COORDINATOR_ROLE.
    /// @param deal Version one, proposer the caller.
    /// @return number The agreement's number.
    function propose(Deal calldata deal) external returns (uint256 number);

    /// @notice The same, by the solver of an accepted claim whose plan it is.
    /// @param round Number of the round.
    /// @param index Number of the claim in it.
    /// @param claim Its 305 bytes, which name the plan.
    function proposeAsSolver(Deal calldata deal, uint256 round, uint8 index, bytes calldata claim)
        external
        returns (uint256 number);

    /// @notice Puts the next version in the place of the present one, whose signatures are void by that. The proposer.
    function revise(uint256 agreement, Deal calldata deal) external;

    /// @notice Says no to the present version. A party, or the proposer, who takes the proposal back.
    function decline(uint256 agreement, Deal calldata deal, Reason reason) external;

    /// @notice Says what one would sign instead. A member about its own milestone, or the customer about any.
    /// @param document Content hash of more words; may be zero.
    function counter(uint256 agreement, Deal calldata deal, Wish calldata wish, bytes32 document) external;

    /// @notice Makes all signatures void that the caller has given and nobody has used.
    function withdrawSignatures() external;

    /// @notice Makes an agreement active and locks its escrow: all or nothing. Anyone, with everybody's signatures.
    /// @param signatures The customer's, then each member's in the order of the milestones; of `acceptance(...)`, by a key or by a
    /// wallet that is a contract (ERC-1271). In the place of a party's, its clerk's address and the clerk's signature of the same: the
    /// identities then charge the clerk with the party's price and compensation.
    function activate(uint256 agreement, Deal calldata deal, bytes[] calldata signatures) external;

    /// @notice How many were ever proposed.
    function count() external view returns (uint64);

    /// @notice All of an agreement; zeros if there is none.
    function agreementOf(uint256 agreement) external view returns (Agreement memory);

    /// @notice A party signs with its present nonce.
    function nonces(address party) external view returns (uint256);

    /// @notice Hash of number and deal.
    function digestOf(uint256 agreement, Deal calldata deal) external pure returns (bytes32);

    /// @notice What a party signs to accept: the EIP-712 digest of Acceptance(bytes32 deal, bytes32 plan, uint64 order, address
    /// party, bytes32 operations, uint256 price, uint256 compensation, uint40 deadline, uint256 nonce). For a member: hash of its
    /// milestones' operations, and their sums; for the customer: no operations, and what it pays at most, its part of
    /// the compensations told apart.
    function acceptance(uint256 agreement, Deal calldata deal, address party) external view returns (bytes32);
}
