// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {IProductCatalogue} from "./interfaces/IProductCatalogue.sol";
import {Switchable} from "./Switchable.sol";

/// @title ProductCatalogue: what can be ordered and which services it takes
/// @notice What it is: a numbered list of products, each a bit set of required services and the hash of its process plans. A product
/// never changes once added, so an order always means what it meant when it was placed. It tells the order book which products can
/// be ordered, so that no customer pays for the question.
///
/// Who may do what: COORDINATOR_ROLE adds and retires; anyone reads.
///
/// How it is switched off: `pause()` stops adding; `retire` switches off one product for new orders. Reads go on.
contract ProductCatalogue is IProductCatalogue, Switchable {
    /// @notice May add and retire products.
    bytes32 public constant COORDINATOR_ROLE = keccak256("COORDINATOR_ROLE");

    /// @inheritdoc IProductCatalogue
    uint32 public count;

    /// @dev Two slots that never change. Whether a product is active is written once, in the order book.
    struct Made {
        uint256 required;
        bytes32 plans;
    }

    mapping(uint32 number => Made) private _products;

    /// @notice Where the products are ordered.
    IOrderBook public immutable orders;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param orders_ Where the products are ordered. Its admin grants CATALOGUE_ROLE to this contract.
    constructor(address admin, IOrderBook orders_) Switchable(admin) {
        orders = orders_;
    }

    /// @inheritdoc IProductCatalogue
    function add(uint256 required_, bytes32 plans)
        external
        onlyRole(COORDINATOR_ROLE)
        whenNotPaused
        returns (uint32 number)
    {
        if (required_ == 0) revert NothingRequired();
        number = ++count;
        _products[number] = Made({required: required_, plans: plans});
        emit Added(number, required_, plans);
        orders.setOrderable(number, true);
    }

    /// @inheritdoc IProductCatalogue
    function retire(uint32 number) external onlyRole(COORDINATOR_ROLE) {
        if (!active(number)) revert NotActive(number);
        emit Retired(number);
        orders.setOrderable(number, false);
    }

    /// @inheritdoc IProductCatalogue
    function product(uint32 number) external view returns (Product memory) {
        Made storage made = _products[number];
        return Product({required: made.required, plans: made.plans, active: active(number)});
    }

    /// @inheritdoc IProductCatalogue
    function required(uint32 number) external view returns (uint256) {
        return _products[number].required;
    }

    /// @inheritdoc IProductCatalogue
    function active(uint32 number) public view returns (bool) {
        return orders.orderable(number);
    }
}
