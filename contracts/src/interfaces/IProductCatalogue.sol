// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IProductCatalogue: what can be ordered and which services it takes
interface IProductCatalogue {
    /// @notice A product as it was added.
    /// @param required Bit set of the services that making it takes, never zero.
    /// @param plans Content hash of its process plans.
    /// @param active Whether it can be ordered.
    struct Product {
        uint256 required;
        bytes32 plans;
        bool active;
    }

    /// @notice A product can be ordered from here on.
    event Added(uint32 indexed product, uint256 required, bytes32 plans);
    /// @notice A product can no longer be ordered. Orders already placed stay as they are.
    event Retired(uint32 indexed product);

    /// @notice A product takes at least one service.
    error NothingRequired();
    /// @notice Unknown, or retired already.
    error NotActive(uint32 product);

    /// @notice Adds a product. COORDINATOR_ROLE. It never changes afterwards; a new version is a new product.
    /// @param required_ Bit set of the services it takes, not zero.
    /// @param plans Content hash of its process plans.
    /// @return number Its number, counted from one.
    function add(uint256 required_, bytes32 plans) external returns (uint32 number);

    /// @notice Ends the ordering of a product. COORDINATOR_ROLE, also while paused.
    function retire(uint32 number) external;

    /// @notice How many products were ever added.
    function count() external view returns (uint32);

    /// @notice The product with that number; all zero if there is none.
    function product(uint32 number) external view returns (Product memory);

    /// @notice The services a product takes, retired or not; zero if there is none with that number.
    function required(uint32 number) external view returns (uint256);

    /// @notice Whether the product can be ordered.
    function active(uint32 number) external view returns (bool);
}
