// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IBlocks} from "./interfaces/IBlocks.sol";
import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {Switchable} from "./Switchable.sol";

/// @title Blocks: the chain of accepted plans
/// @notice What it is: a list of hashes, each over an accepted plan, the orders it plans and the hash before. The rows of problem and plan
/// are in the content store; here are their roots, the sums and the bound.
///
/// Who may do what: COORDINATOR_ROLE appends; anyone reads. It holds SCHEDULER_ROLE of the order book, and uses it for nothing else.
///
/// How it is switched off: `pause()` stops appending. So does pausing the order book, or taking SCHEDULER_ROLE away. Blocks are never
/// removed or changed; a wrong one is answered by refunds and a later block.
contract Blocks is IBlocks, Switchable {
    /// @notice May append blocks.
    bytes32 public constant COORDINATOR_ROLE = keccak256("COORDINATOR_ROLE");

    /// @inheritdoc IBlocks
    uint64 public count;

    /// @inheritdoc IBlocks
    mapping(uint64 number => bytes32 hash) public hashOf;

    /// @notice Whose orders are planned.
    IOrderBook public immutable orders;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param orders_ Whose orders are planned. Its admin grants SCHEDULER_ROLE to this contract.
    constructor(address admin, IOrderBook orders_) Switchable(admin) {
        orders = orders_;
    }

    /// @inheritdoc IBlocks
    function append(AcceptedPlan calldata plan, uint256[] calldata orders_)
        external
        onlyRole(COORDINATOR_ROLE)
        whenNotPaused
        returns (uint64 number, bytes32 hash)
    {
        if (plan.previous != head()) revert NotTheHead(plan.previous, head());
        if (orders_.length == 0) revert NoOrders();
        if (plan.problem == 0 || plan.plan == 0 || plan.evidence == 0) revert NoCommitment();
        if (plan.boundKind != BoundKind.None && plan.bound > plan.value) revert BoundAboveValue(plan.bound, plan.value);
        number = ++count;
        hash = computeHash(number, plan, orders_);
        hashOf[number] = hash;
        emit Appended(number, hash, plan.solver, plan, orders_);
        orders.commit(orders_, number);
    }

    /// @inheritdoc IBlocks
    function head() public view returns (bytes32) {
        return hashOf[count];
    }

    /// @inheritdoc IBlocks
    function computeHash(uint64 number, AcceptedPlan calldata plan, uint256[] calldata orders_) public view returns (bytes32) {
        bytes32 ordersHash = keccak256(abi.encodePacked(orders_));
        return keccak256(abi.encode(block.chainid, address(this), number, ordersHash, plan));
    }
}
