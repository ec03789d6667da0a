// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IIdentities: whose key speaks for whom, until when, and up to what amount
/// @notice Every address is an identity without asking anybody. Its owner, at first itself, is the one key that decides about it; delegates do
/// one thing for it until a time; clerks commit it up to amounts; guardians give it another owner if the key is lost. Events
/// and views of owners, delegates and attributes are those of ERC-1056, so that any resolver of did:ethr reads them.
interface IIdentities {
    /// @notice What a clerk may commit an identity to, at one contract.
    /// @param perDeal Cents of one acceptance, at most.
    /// @param perPeriod Cents of all acceptances of a period, at most.
    /// @param period Seconds; a period begins with its first acceptance.
    /// @param validTo Seconds since 1970: before this, or not at all.
    struct Mandate {
        uint96 perDeal;
        uint96 perPeriod;
        uint40 period;
        uint40 validTo;
    }

    /// @notice How much of a mandate is used.
    /// @param spent Cents, in the period that began last.
    /// @param since When that was; zero for never.
    struct Used {
        uint96 spent;
        uint40 since;
    }

    /// @notice A recovery and who can begin it.
    /// @param threshold So many guardians must agree; zero for an identity without guardians.
    /// @param delay Seconds between their agreement and the change, in which the owner can object.
    /// @param round Grows with every change of owner or guardians and every objection; what guardians said before is void.
    /// @param candidate Who is to be the owner; nobody before enough guardians agree.
    /// @param readyAt From when on the change can be made.
    struct Guard {
        uint8 threshold;
        uint40 delay;
        uint40 round;
        address candidate;
        uint40 readyAt;
    }

    /// @notice ERC-1056: another key decides. @param previousChange Block of the identity's last change before.
    event DIDOwnerChanged(address indexed identity, address owner, uint256 previousChange);
    /// @notice A key acts for an identity wherever that holds an office; for itself, if that is the identity.
    event Seated(address indexed key, address indexed identity);
    /// @notice ERC-1056: a delegate of a type until `validTo`, which is now if it is revoked.
    event DIDDelegateChanged(
        address indexed identity, bytes32 delegateType, address delegate, uint256 validTo, uint256 previousChange
    );
    /// @notice ERC-1056: a statement of an identity about itself until `validTo`, which is zero if it is taken back.
    event DIDAttributeChanged(
        address indexed identity, bytes32 name, bytes value, uint256 validTo, uint256 previousChange
    );
    /// @notice A clerk may commit the identity at `venue`; zeros take that back.
    event Mandated(address indexed identity, address indexed clerk, address indexed venue, Mandate mandate);
    /// @notice A clerk committed the identity to `amount` cents; `spent` are its period's so far.
    event Charged(
        address indexed identity, address indexed clerk, address indexed venue, uint256 amount, uint256 spent
    );
    /// @notice These guard the identity from now on.
    event Guarded(address indexed identity, address[] guardians, uint8 threshold, uint40 delay);
    /// @notice A guardian wants `candidate` to be the owner; `count` of the guardians do by now.
    event RecoverySupported(
        address indexed identity, address indexed guardian, address candidate, uint40 round, uint256 count
    );
    /// @notice Enough guardians agree; unless the owner objects, the change can be made from `readyAt` on.
    event RecoveryBegun(address indexed identity, address candidate, uint40 readyAt);
    /// @notice The owner objected.
    event RecoveryCancelled(address indexed identity, uint40 round);
    /// @notice An issuer takes a credential back. @param subject Whom it is about. @param reason Content hash; may be zero.
    event CredentialRevoked(
        address indexed issuer, bytes32 indexed digest, address indexed subject, bytes32 reason
    );

    /// @notice Only `owner` decides about this identity.
    error NotTheOwner(address identity, address caller, address owner);
    /// @notice Nobody can own an identity, guard it or act for it.
    error Nobody();
    /// @notice A signed change carries the owner's signature of exactly this, now.
    error NotSignedByOwner(address identity, address owner, bytes32 digest);
    /// @notice A signed change ends with its deadline.
    error TooLate(uint256 deadline, uint256 now_);
    /// @notice Something is outside its range, which is from `least` to `most`.
    error OutOfRange(string term, uint256 given, uint256 least, uint256 most);
    /// @notice The clerk has no mandate at this contract, or it has ended.
    error NoMandate(address identity, address clerk, address venue, uint256 validTo);
    /// @notice The amount is above what the mandate leaves: of one acceptance, and of this period.
    error AboveMandate(address identity, address clerk, uint256 amount, uint256 perDeal, uint256 left);
    /// @notice Guardians are ordered by address, each once, and none is the identity's owner.
    error NotInOrder(uint256 guardian);
    /// @notice That account does not guard this identity.
    error NotAGuardian(address identity, address account);
    /// @notice No recovery has enough guardians behind it, or its delay is not over; zero for none.
    error NotRecoverable(address identity, uint256 readyAt);
    /// @notice What was taken back stays so; it was, in that block.
    error AlreadyRevoked(address issuer, bytes32 digest, uint256 inBlock);

    // Owners, delegates and attributes: ERC-1056.

    /// @notice Gives the identity to another key. Its owner. Recoveries that were begun are void.
    function changeOwner(address identity, address newOwner) external;

    /// @notice The same, with the owner's signature of ChangeOwner(address identity,address newOwner,uint256 nonce,uint256 deadline).
    function changeOwnerSigned(address identity, address newOwner, uint256 deadline, bytes calldata signature) external;

    /// @notice Has the caller's key act for an identity wherever that holds an office, in every contract at once; for itself, to end
    /// that. The identity's owner: whoever is not any more acts for it no more.
    function sit(address identity) external;

    /// @notice For whom a key acts in offices.
    /// @return own The key itself; zero if it gave its identity up.
    /// @return other The identity in whose seat it is; zero for none.
    function seatsOf(address key) external view returns (address own, address other);

    /// @notice Makes a delegate for `validity` seconds. The identity's owner.
    function addDelegate(address identity, bytes32 delegateType, address delegate, uint256 validity) external;

    /// @notice The same, with the owner's signature of AddDelegate(address identity,bytes32 delegateType,address delegate,uint256
    /// validity,uint256 nonce,uint256 deadline).
    function addDelegateSigned(
        address identity,
        bytes32 delegateType,
        address delegate,
        uint256 validity,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Ends a delegate at once. The identity's owner.
    function revokeDelegate(address identity, bytes32 delegateType, address delegate) external;

    /// @notice The same, with the owner's signature of RevokeDelegate(address identity,bytes32 delegateType,address delegate,uint256
    /// nonce,uint256 deadline).
    function revokeDelegateSigned(
        address identity, bytes32 delegateType, address delegate, uint256 deadline, bytes calldata signature
    ) external;

    /// @notice States something about the identity for `validity` seconds, in at most 1024 bytes. Its owner.
    function setAttribute(address identity, bytes32 name, bytes calldata value, uint256 validity) external;

    /// @notice The same, with the owner's signature of SetAttribute(address identity,bytes32 name,bytes value,uint256 validity,uint256
    /// nonce,uint256 deadline).
    function setAttributeSigned(
        address identity, bytes32 name, bytes calldata value, uint256 validity, uint256 deadline, bytes calldata signature
    ) external;

    /// @notice Takes a statement back. The identity's owner.
    function revokeAttribute(address identity, bytes32 name, bytes calldata value) external;

    /// @notice The same, with the owner's signature of RevokeAttribute(address identity,bytes32 name,bytes value,uint256 nonce,uint256
    /// deadline).
    function revokeAttributeSigned(
        address identity, bytes32 name, bytes calldata value, uint256 deadline, bytes calldata signature
    ) external;

    /// @notice Who decides about an identity: itself, unless it was given away.
    function identityOwner(address identity) external view returns (address);

    /// @notice Whether a delegate of this type acts for the identity now.
    function validDelegate(address identity, bytes32 delegateType, address delegate) external view returns (bool);

    /// @notice Until when it does or did, in seconds since 1970; zero for never.
    function delegates(address identity, bytes32 delegateType, address delegate) external view returns (uint256);

    /// @notice Block of the identity's last change; zero for none.
    function changed(address identity) external view returns (uint256);

    /// @notice How many signed changes of an identity were made; the next one carries this.
    function nonces(address identity) external view returns (uint256);

    // Clerks.

    /// @notice Lets a clerk commit the identity at `venue`, in place of what it could before; zeros end it at once. Its owner.
    function mandate(address identity, address clerk, address venue, Mandate calldata terms) external;

    /// @notice A venue says that a clerk commits an identity to an amount now, and has checked the clerk's signature. The caller is the
    /// venue: who was not named as one is refused. Refuses what is above the mandate.
    function charge(address identity, address clerk, uint256 amount) external;

    /// @notice A mandate and how much of it is used; zeros if there is none.
    function mandateOf(address identity, address clerk, address venue)
        external
        view
        returns (Mandate memory terms, Used memory used);

    // Guardians.

    /// @notice Says who guards the identity; none, with a threshold of zero, ends it. What was begun is void. Its owner.
    /// @param guardians At most 16, ordered by address.
    /// @param threshold How many must agree.
    /// @param delay Seconds, an hour to 90 days.
    function guard(address identity, address[] calldata guardians, uint8 threshold, uint40 delay) external;

    /// @notice A guardian wants `candidate` to own the identity. The guardian's owner.
    function support(address identity, address guardian, address candidate) external;

    /// @notice Makes void what guardians said so far. The identity's owner.
    function cancelRecovery(address identity) external;

    /// @notice Makes the change that enough guardians agreed on and nobody objected to in time. Anyone.
    function recover(address identity) external;

    /// @notice Who guards an identity.
    function guardiansOf(address identity) external view returns (address[] memory);

    /// @notice How its guardians decide, and where a recovery stands.
    function guardOf(address identity) external view returns (Guard memory);

    // Credentials.

    /// @notice Takes a credential back, at once and for ever. The owner of its issuer.
    /// @param digest keccak256 of what the issuer signed.
    function revokeCredential(address issuer, bytes32 digest, address subject, bytes32 reason) external;

    /// @notice The block in which an issuer took back what has this digest; zero for never.
    function revokedIn(address issuer, bytes32 digest) external view returns (uint256);
}
