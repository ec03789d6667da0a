// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICommunities} from "./ICommunities.sol";

/// @title ICouncil: communities decide
/// @notice Times are seconds since 1970. Proposals are numbered from one over all communities.
///
///     pending ──delay──▶ active ──period──▶ succeeded ──queue──▶ queued ──timelock, execute──▶ executed
///        └──cancel           └──────────▶ defeated         cancel, by the community, at any time before that
///
/// What was decided is queued within the time of grace, and executed within it after the timelock; else it has lapsed, and the members decide again.
interface ICouncil {
    enum State {
        None,
        Pending,
        Active,
        Defeated,
        Succeeded,
        Queued,
        Executed,
        Cancelled,
        Lapsed
    }

    enum Support {
        Against,
        For,
        Abstain
    }

    /// @notice One thing that the community's hand will do.
    struct Action {
        address target;
        bytes data;
    }

    /// @notice A proposal, with all that its vote goes by as it was when it was made.
    /// @param digest What is voted on: chain, this contract, number, community, proposer, time, actions and description.
    /// @param actions Hash of what will be done.
    /// @param proposer Who made it.
    /// @param made When. Weights of the second before count, so nobody can buy a vote on what it has seen.
    /// @param start, end Votes are taken in [start, end).
    /// @param community Whose it is.
    /// @param queued, executed, cancelled What became of it.
    /// @param quorum Weight that must vote for or abstain.
    /// @param yes, no, abstained Weight so far.
    /// @param eta From when on it can be executed, once it is queued.
    struct Proposal {
        bytes32 digest;
        bytes32 actions;
        address proposer;
        uint48 made;
        uint48 start;
        uint48 end;
        uint32 community;
        bool queued;
        bool executed;
        bool cancelled;
        uint128 quorum;
        uint128 yes;
        uint128 no;
        uint128 abstained;
        uint48 eta;
    }

    /// @notice A member proposes.
    event Proposed(
        uint256 indexed number,
        uint32 indexed community,
        address indexed proposer,
        bytes32 digest,
        Action[] actions,
        string description,
        uint48 made,
        uint48 start,
        uint48 end,
        uint256 quorum
    );
    event Voted(uint256 indexed number, address indexed voter, Support support, uint256 weight);
    /// @notice Decided; can be executed from `eta` on, for the time of grace.
    event Queued(uint256 indexed number, uint256 eta);
    event Executed(uint256 indexed number);
    event Cancelled(uint256 indexed number);

    /// @notice There are 1 to 16 actions, of 8 kilobytes at most, and a description of 1 to 2000 bytes.
    error BadProposal(string what, uint256 given, uint256 least, uint256 most);
    /// @notice The account had no weight in the second before the proposal, or is no member now.
    error NoWeight(uint256 number, address account);
    /// @notice The proposal with this number is another than the one that was voted on.
    error AnotherProposal(uint256 number, bytes32 digest);
    /// @notice These are not the actions that were proposed.
    error OtherActions(uint256 number);
    error WrongState(uint256 number, State state);
    error AlreadyVoted(uint256 number, address voter);
    error BadSignature(address voter);
    error Expired(uint256 deadline);
    error NotYours(uint256 number, address caller);

    /// @notice Makes what acts for a new community: a timelock that this contract alone moves. The book of communities.
    /// @param timelock Seconds between a decision and its execution.
    function makeHand(uint256 timelock) external returns (address);

    /// @notice Proposes to a community of the caller.
    function propose(uint32 community, Action[] calldata actions, string calldata description)
        external
        returns (uint256 number);

    /// @notice Votes, once. @param digest The proposal's, so that a vote means what was read.
    function vote(uint256 number, bytes32 digest, Support support) external;

    /// @notice Brings somebody's signed vote (EIP-712: Ballot(bytes32 digest,uint8 support,address voter,uint256 nonce,uint256 deadline)).
    function voteBySig(
        uint256 number,
        bytes32 digest,
        Support support,
        address voter,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Gives what was decided to the community's timelock. Anyone.
    function queue(uint256 number, Action[] calldata actions) external;

    /// @notice Does what was decided, when the timelock is over. Anyone.
    function execute(uint256 number, Action[] calldata actions) external;

    /// @notice Takes a proposal back: its proposer before votes are taken, the community itself until it is executed.
    function cancel(uint256 number) external;

    function count() external view returns (uint256);

    function communities() external view returns (ICommunities);

    /// @notice Seconds that a community's decisions wait now.
    function timelockOf(uint32 community) external view returns (uint256);

    function stateOf(uint256 number) external view returns (State);

    function proposalOf(uint256 number) external view returns (Proposal memory);

    function hasVoted(uint256 number, address account) external view returns (bool);
}
