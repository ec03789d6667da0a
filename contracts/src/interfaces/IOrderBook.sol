// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IOrderBook: orders, their deposits and their life
/// @notice Open -> Planned (in a block) -> Agreed (the settlement has it) or Refunded; or Open -> Cancelled. Numbers count from one.
interface IOrderBook {
    /// @notice Where an order stands. None: there is no such order.
    enum Status {
        None,
        Open,
        Cancelled,
        Planned,
        Refunded,
        Agreed
    }

    /// @notice An order in three storage slots.
    /// @param customer Who placed it and gets the deposit back.
    /// @param deposit Cents taken when it was placed.
    /// @param specification Content hash of everything else the customer agreed to.
    /// @param product Number in the catalogue.
    /// @param quantity Pieces, not zero.
    /// @param due When it is wanted, in the league's unit of time; the contract only remembers it.
    /// @param status Where it stands.
    /// @param block_ Number of the block that plans it, zero while there is none.
    struct Order {
        address customer;
        uint96 deposit;
        bytes32 specification;
        uint32 product;
        uint32 quantity;
        uint48 due;
        Status status;
        uint64 block_;
    }

    /// @notice The catalogue has said that a product can, or can no longer, be ordered.
    event Orderable(uint32 indexed product, bool yes);
    /// @notice A customer has placed an order and paid its deposit.
    event Placed(
        uint256 indexed order,
        address indexed customer,
        uint32 product,
        uint32 quantity,
        bytes32 specification,
        uint48 due,
        uint96 deposit
    );
    /// @notice The customer has taken an open order back; the deposit went back with it.
    event Cancelled(uint256 indexed order, address indexed customer, uint96 deposit);
    /// @notice A block plans the order.
    event Planned(uint256 indexed order, uint64 indexed block_);
    /// @notice A planned order was given up; the deposit went back to the customer.
    event Refunded(uint256 indexed order, address indexed customer, uint96 deposit);

    /// @notice All have agreed how a planned order is made and paid: the settlement has taken it over with its deposit.
    event HandedOver(uint256 indexed order, address indexed customer, uint96 deposit);

    /// @notice An order is for at least one piece.
    error NothingOrdered();
    /// @notice The product is unknown or retired.
    error ProductNotActive(uint32 product);
    /// @notice The order is not open but `status`.
    error NotOpen(uint256 order, Status status);
    /// @notice The order is not planned but `status`.
    error NotPlanned(uint256 order, Status status);
    /// @notice Only the customer cancels.
    error NotYourOrder(uint256 order, address caller);
    /// @notice The token answered a transfer with false.
    error TransferRefused();

    /// @notice Says whether a product can be ordered. CATALOGUE_ROLE.
    function setOrderable(uint32 product, bool yes) external;

    /// @notice Whether a product can be ordered.
    function orderable(uint32 product) external view returns (bool);

    /// @notice Places an order of the caller and takes the deposit by transferFrom.
    /// @dev No rule here reads block.timestamp: a transaction replayed after a crash must mean what it meant before.
    /// @param product Number in the catalogue, active.
    /// @param quantity Pieces, not zero.
    /// @param specification Content hash of everything else the customer agrees to.
    /// @param due When it is wanted, in the league's unit of time; remembered, not judged.
    /// @param deposit Cents; zero takes nothing.
    /// @return id The order's number.
    function place(uint32 product, uint32 quantity, bytes32 specification, uint48 due, uint96 deposit)
        external
        returns (uint256 id);

    /// @notice As `place`, with a signed approval (ERC-2612) for exactly the deposit.
    /// @dev If the signature was already used by someone who copied it, the allowance is there and placing goes on; if there is no
    /// allowance, taking the deposit reverts. The token, not this contract, compares `deadline` with the time: a client that replays
    /// transactions signs with the largest deadline.
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
    ) external returns (uint256 id);

    /// @notice Takes an open order back, with its deposit. The customer, also while paused.
    function cancel(uint256 id) external;

    /// @notice Marks orders as planned in a block, all or none. SCHEDULER_ROLE.
    /// @param ids Open orders, none twice.
    /// @param number The block's number.
    function commit(uint256[] calldata ids, uint64 number) external;

    /// @notice Gives up a planned order and returns its deposit to the customer. COORDINATOR_ROLE, also while paused.
    function refund(uint256 id) external;

    /// @notice Gives a planned order and its deposit to the caller, who settles it. SETTLEMENT_ROLE, also while paused: the settlement
    /// has its own switch.
    /// @return customer Who placed it.
    /// @return deposit Cents that the caller has received.
    function handOver(uint256 id) external returns (address customer, uint96 deposit);

    /// @notice The order with that number; all zero, status None, if there is none.
    function order(uint256 id) external view returns (Order memory);

    /// @notice What matching needs of an order, from one storage slot.
    function productAndStatus(uint256 id) external view returns (uint32 product, Status status);

    /// @notice How many orders were ever placed.
    function count() external view returns (uint64);

    /// @notice Cents held for open and planned orders.
    function held() external view returns (uint128);
}
