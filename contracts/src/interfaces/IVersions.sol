// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IVersions: where the league goes on
interface IVersions {
    /// @notice A successor of this league's address book.
    /// @param book Its address book. @param from The block from which it holds. @param hard Whether the old one must not be written to any more.
    /// @param why Content hash of what is new; zero for nothing.
    struct Version {
        address book;
        uint64 from;
        bool hard;
        bytes32 why;
    }

    /// @notice The league goes on there; number 0 was the present one.
    event Announced(uint256 indexed number, address indexed book, uint64 from, bool hard, bytes32 why);
    /// @notice It does not, after all.
    event TakenBack(uint256 indexed number);

    error NoBook(address book);
    /// @notice Clients have to hear of it before it holds.
    error TooSoon(uint256 from, uint256 now_);
    /// @notice A hard switch holds: the league is there, and says itself how it goes on.
    error HasMoved(address book);
    error NothingAnnounced();

    /// @notice Announces a successor, in the place of one that does not hold yet. DEFAULT_ADMIN_ROLE.
    function announce(address book, uint64 from, bool hard, bytes32 why) external;

    /// @notice Takes the last one back, while it does not hold yet. DEFAULT_ADMIN_ROLE.
    function takeBack() external;

    /// @notice How many there are.
    function count() external view returns (uint256);

    /// @notice The last one; all zeros if there is none.
    function latest() external view returns (Version memory);
}
