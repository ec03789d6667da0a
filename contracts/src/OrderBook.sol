// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {Switchable} from "./Switchable.sol";

/// @title OrderBook: orders, their deposits and their life
/// @notice What it is: the list of orders. It holds the deposits of open and planned orders, and nothing else.
///
/// Who may do what: anyone places an order and cancels its own while it is open; SCHEDULER_ROLE (the Blocks contract) plans;
/// CATALOGUE_ROLE (the ProductCatalogue contract) says what can be ordered; COORDINATOR_ROLE refunds a planned order;
/// SETTLEMENT_ROLE (the Settlement contract) takes a planned order over. Money leaves only to the customer who paid it, or with its
/// order to the settlement, which has the customer's signature.
///
/// How it is switched off: `pause()` stops placing and planning. Cancelling and refunding go on, so that a pause never keeps
/// anyone's money; to freeze money as well, pause the token.
contract OrderBook is IOrderBook, Switchable {
    using BitMaps for BitMaps.BitMap;

    /// @notice May say which products can be ordered. Held by ProductCatalogue.
    bytes32 public constant CATALOGUE_ROLE = keccak256("CATALOGUE_ROLE");
    /// @notice May refund planned orders.
    bytes32 public constant COORDINATOR_ROLE = keccak256("COORDINATOR_ROLE");
    /// @notice May plan orders. Held by Blocks.
    bytes32 public constant SCHEDULER_ROLE = keccak256("SCHEDULER_ROLE");
    /// @notice May take over planned orders with their deposits, when all have agreed. Held by Settlement.
    bytes32 public constant SETTLEMENT_ROLE = keccak256("SETTLEMENT_ROLE");

    /// @inheritdoc IOrderBook
    /// @dev Shares one slot with the pause flag and `held`: placing an order writes one counter slot.
    uint64 public count;
    /// @inheritdoc IOrderBook
    uint128 public held;

    mapping(uint256 id => Order) private _orders;

    /// @dev Which products can be ordered, 256 to a word: one bit kept here spares every customer a call to the catalogue.
    BitMaps.BitMap private _orderable;

    /// @notice The league's money.
    IERC20 public immutable token;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money, with ERC-2612. It must take and give exactly the amounts asked for, as LeagueToken does.
    constructor(address admin, IERC20 token_) Switchable(admin) {
        token = token_;
    }

    /// @inheritdoc IOrderBook
    function setOrderable(uint32 product, bool yes) external onlyRole(CATALOGUE_ROLE) {
        _orderable.setTo(product, yes);
        emit Orderable(product, yes);
    }

    /// @inheritdoc IOrderBook
    function orderable(uint32 product) external view returns (bool) {
        return _orderable.get(product);
    }

    /// @inheritdoc IOrderBook
    function place(uint32 product, uint32 quantity, bytes32 specification, uint48 due, uint96 deposit)
        external
        returns (uint256 id)
    {
        return _place(product, quantity, specification, due, deposit);
    }

    // The league's own token is asked for its permit before anything is written, and it calls nobody back.
    // slither-disable-start reentrancy-events
    /// @inheritdoc IOrderBook
    function placeWithPermit(
        uint32 product,
        uint32 quantity,
        bytes32 specification,
        uint48 due,
        uint96 deposit,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 id) {
        // Whoever sees the signature can use it first. Then this permit fails although the allowance is there.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), deposit, deadline, v, r, s) {} catch {}
        return _place(product, quantity, specification, due, deposit);
    }
    // slither-disable-end reentrancy-events

    /// @inheritdoc IOrderBook
    function cancel(uint256 id) external {
        Order storage one = _orders[id];
        if (one.status != Status.Open) revert NotOpen(id, one.status);
        if (one.customer != msg.sender) revert NotYourOrder(id, msg.sender);
        one.status = Status.Cancelled;
        emit Cancelled(id, msg.sender, one.deposit);
        _pay(one.customer, one.deposit);
    }

    /// @inheritdoc IOrderBook
    function commit(uint256[] calldata ids, uint64 number) external onlyRole(SCHEDULER_ROLE) whenNotPaused {
        for (uint256 i = 0; i < ids.length; ++i) {
            Order storage one = _orders[ids[i]];
            if (one.status != Status.Open) revert NotOpen(ids[i], one.status);
            one.status = Status.Planned;
            one.block_ = number;
            emit Planned(ids[i], number);
        }
    }

    /// @inheritdoc IOrderBook
    function refund(uint256 id) external onlyRole(COORDINATOR_ROLE) {
        Order storage one = _orders[id];
        if (one.status != Status.Planned) revert NotPlanned(id, one.status);
        one.status = Status.Refunded;
        emit Refunded(id, one.customer, one.deposit);
        _pay(one.customer, one.deposit);
    }

    /// @inheritdoc IOrderBook
    function handOver(uint256 id) external onlyRole(SETTLEMENT_ROLE) returns (address customer, uint96 deposit) {
        Order storage one = _orders[id];
        if (one.status != Status.Planned) revert NotPlanned(id, one.status);
        one.status = Status.Agreed;
        (customer, deposit) = (one.customer, one.deposit);
        emit HandedOver(id, customer, deposit);
        _pay(msg.sender, deposit);
    }

    /// @inheritdoc IOrderBook
    function order(uint256 id) external view returns (Order memory) {
        return _orders[id];
    }

    /// @inheritdoc IOrderBook
    function productAndStatus(uint256 id) external view returns (uint32 product, Status status) {
        Order storage one = _orders[id];
        return (one.product, one.status);
    }

    function _place(uint32 product, uint32 quantity, bytes32 specification, uint48 due, uint96 deposit)
        private
        whenNotPaused
        returns (uint256 id)
    {
        if (quantity == 0) revert NothingOrdered();
        if (!_orderable.get(product)) revert ProductNotActive(product);
        // Both counters in one statement: the compiler makes one write of it.
        uint64 number = count + 1;
        (count, held) = (number, held + deposit);
        id = number;
        Order storage one = _orders[id];
        one.customer = msg.sender;
        one.deposit = deposit;
        one.specification = specification;
        one.product = product;
        one.quantity = quantity;
        one.due = due;
        one.status = Status.Open;
        emit Placed(id, msg.sender, product, quantity, specification, due, deposit);
        // The money last: everything above is already true if the token calls back.
        if (deposit != 0 && !token.transferFrom(msg.sender, address(this), deposit)) revert TransferRefused();
    }

    function _pay(address to, uint96 deposit) private {
        if (deposit == 0) return;
        held -= deposit;
        if (!token.transfer(to, deposit)) revert TransferRefused();
    }
}
