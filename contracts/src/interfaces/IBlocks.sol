// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IBlocks: the chain of accepted plans
interface IBlocks {
    /// @notice What is known of the bound below a plan's value. None: no bound. Attested: someone vouches for it. Certified: a small
    /// witness could refute it.
    enum BoundKind {
        None,
        Attested,
        Certified
    }

    /// @notice An accepted plan: commitments, sums and who made it.
    /// @param previous Hash of the block before, zero for the first.
    /// @param problem Merkle root of the problem.
    /// @param plan Merkle root of the plan.
    /// @param evidence Content hash of the evidence bundle.
    /// @param objective Name of what was minimised, ASCII, padded with zeros.
    /// @param value What the plan reaches; a maximised objective is recorded negated.
    /// @param bound No plan is below this; at most `value` unless the kind is None.
    /// @param boundKind What is known of the bound.
    /// @param cost Cents.
    /// @param makespan In the problem's unit of time.
    /// @param tardiness Weighted, in the problem's unit of time.
    /// @param energy In the problem's unit of energy.
    /// @param solver Who is rewarded.
    struct AcceptedPlan {
        bytes32 previous;
        bytes32 problem;
        bytes32 plan;
        bytes32 evidence;
        bytes32 objective;
        int128 value;
        int128 bound;
        BoundKind boundKind;
        uint128 cost;
        uint64 makespan;
        uint128 tardiness;
        uint128 energy;
        address solver;
    }

    /// @notice A block was appended: everything its hash is made of.
    event Appended(
        uint64 indexed number, bytes32 indexed hash, address indexed solver, AcceptedPlan plan, uint256[] orders
    );

    /// @notice The block before is `head`, not `previous`: someone was faster, or this block is appended already.
    error NotTheHead(bytes32 previous, bytes32 head);
    /// @notice A block plans at least one order.
    error NoOrders();
    /// @notice A block names its problem, plan and evidence.
    error NoCommitment();
    /// @notice A bound lies at or below the value it bounds.
    error BoundAboveValue(int128 bound, int128 value);

    /// @notice Appends a block and plans its orders. COORDINATOR_ROLE.
    /// @param plan The accepted plan; its `previous` must be `head()`, so no block is ever appended twice.
    /// @param orders_ Open orders that it plans, none twice.
    /// @return number The block's number, counted from one.
    /// @return hash Its hash.
    function append(AcceptedPlan calldata plan, uint256[] calldata orders_) external returns (uint64 number, bytes32 hash);

    /// @notice How many blocks there are.
    function count() external view returns (uint64);

    /// @notice Hash of the latest block, zero before the first.
    function head() external view returns (bytes32);

    /// @notice Hash of a block, zero if there is none with that number.
    function hashOf(uint64 number) external view returns (bytes32);

    /// @notice The hash a block has: keccak256(abi.encode(chain id, this address, number, keccak256(orders as words), the plan's fields in
    /// their order)). No time is in it, so that a replay gives the same hash.
    function computeHash(uint64 number, AcceptedPlan calldata plan, uint256[] calldata orders_) external view returns (bytes32);
}
