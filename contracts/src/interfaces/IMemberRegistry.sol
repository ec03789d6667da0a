// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IMemberRegistry: who the members are and what each may offer
/// @notice A set of services is a bit set: bit `i` is service `i` of the league's catalogue of services. Members are numbered from one, in the
/// order of registration; a number is never given again.
interface IMemberRegistry {
    /// @notice A member has registered and waits for certification.
    event Registered(address indexed member, uint32 indexed number, uint256 services, bytes32 metadata);
    /// @notice A member has changed its claim and with it lost its certification.
    event Updated(address indexed member, uint256 services, bytes32 metadata);
    /// @notice A notary has confirmed the claim: from here on the member is asked.
    event Certified(address indexed member, uint256 services, bytes32 metadata, address indexed notary);
    /// @notice A notary has withdrawn the certification. `reason` is the content hash of its explanation.
    event Revoked(address indexed member, bytes32 reason, address indexed notary);

    /// @notice A member offers at least one service.
    error NoServices();
    /// @notice An address registers once; afterwards it updates.
    error AlreadyRegistered(address member);
    /// @notice Only registered members update or are certified.
    error NotRegistered(address member);
    /// @notice The notary has seen another claim than this, which is the member's now.
    error ClaimChanged(address member, uint256 services, bytes32 metadata);
    /// @notice Certified already, with the same claim.
    error AlreadyCertified(address member);
    /// @notice Nothing to revoke.
    error NotCertified(address member);

    /// @notice Registers the caller.
    /// @param services What it claims to offer, not zero.
    /// @param metadata Content hash of its description in the content store.
    function register(uint256 services, bytes32 metadata) external;

    /// @notice Replaces the caller's claim and drops its certification.
    /// @param services What it claims to offer, not zero.
    /// @param metadata Content hash of its description in the content store.
    function update(uint256 services, bytes32 metadata) external;

    /// @notice Certifies a member. NOTARY_ROLE.
    /// @param account Whom.
    /// @param services The services the notary has seen; must be what the member claims at this moment.
    /// @param metadata The description it has seen; must be the member's at this moment.
    function certify(address account, uint256 services, bytes32 metadata) external;

    /// @notice Withdraws a certification. NOTARY_ROLE, also while paused.
    /// @param account Whose.
    /// @param reason Content hash of the explanation.
    function revoke(address account, bytes32 reason) external;

    /// @notice What is known of `account`.
    /// @return number_ Its number; zero if it never registered.
    /// @return services What it claims; zero if it never registered.
    /// @return certified Whether a notary confirmed exactly this claim.
    /// @return metadata Content hash of its description.
    function member(address account)
        external
        view
        returns (uint32 number_, uint256 services, bool certified, bytes32 metadata);

    /// @notice The number of `account`, zero if it never registered.
    function number(address account) external view returns (uint32);

    /// @notice The certified services of `account`, zero if it is not certified.
    function offered(address account) external view returns (uint256);

    /// @notice The certified services of many, by number and in that order; zero for each that is unknown or not certified.
    function offeredByEach(uint32[] calldata numbers) external view returns (uint256[] memory);
}
