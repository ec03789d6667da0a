// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Guardians} from "./Guardians.sol";
import {IIdentities} from "./interfaces/IIdentities.sol";

/// @title Identities: whose key speaks for whom
/// @notice What it is: owners, delegates and attributes by ERC-1056, mandates of clerks, guardians, and which credentials their issuers took
/// back. It holds no money and names nobody trusted: whether an issuer is believed is for who reads.
///
/// Who may do what: an identity's owner, at first itself, decides about it and takes back what it issued; nobody else does, a delegate
/// or clerk least of all. Guardians together give it another owner, late enough for the owner to object.
///
/// How it is switched off: not at all. It has no admin: whoever could stop it could keep a stolen key in power.
contract Identities is EIP712, Guardians {
    /// @notice No delegate, attribute, mandate or period lasts longer.
    uint256 public constant LONGEST = 3650 days;
    /// @notice Bytes of an attribute, at most.
    uint256 public constant LONGEST_VALUE = 1024;

    bytes32 private constant CHANGE_OWNER =
        keccak256("ChangeOwner(address identity,address newOwner,uint256 nonce,uint256 deadline)");
    bytes32 private constant ADD_DELEGATE = keccak256(
        "AddDelegate(address identity,bytes32 delegateType,address delegate,uint256 validity,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant REVOKE_DELEGATE = keccak256(
        "RevokeDelegate(address identity,bytes32 delegateType,address delegate,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant SET_ATTRIBUTE = keccak256(
        "SetAttribute(address identity,bytes32 name,bytes value,uint256 validity,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant REVOKE_ATTRIBUTE =
        keccak256("RevokeAttribute(address identity,bytes32 name,bytes value,uint256 nonce,uint256 deadline)");

    /// @inheritdoc IIdentities
    mapping(address identity => mapping(bytes32 delegateType => mapping(address delegate => uint256))) public delegates;
    /// @inheritdoc IIdentities
    mapping(address identity => uint256) public nonces;
    /// @inheritdoc IIdentities
    mapping(address issuer => mapping(bytes32 digest => uint256)) public revokedIn;

    mapping(address identity => mapping(address clerk => mapping(address venue => Mandate))) private _mandates;
    mapping(address identity => mapping(address clerk => mapping(address venue => Used))) private _used;

    constructor() EIP712("Hanse identities", "1") {}

    // ── Owners, delegates, attributes ──────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IIdentities
    function changeOwner(address identity, address newOwner) external onlyOwner(identity) {
        _changeOwner(identity, newOwner);
    }

    /// @inheritdoc IIdentities
    function changeOwnerSigned(address identity, address newOwner, uint256 deadline, bytes calldata signature) external {
        bytes32 said = keccak256(abi.encode(CHANGE_OWNER, identity, newOwner, nonces[identity]++, deadline));
        _checkOwner(identity, said, deadline, signature);
        _changeOwner(identity, newOwner);
    }

    /// @inheritdoc IIdentities
    function addDelegate(address identity, bytes32 delegateType, address delegate, uint256 validity)
        external
        onlyOwner(identity)
    {
        _addDelegate(identity, delegateType, delegate, validity);
    }

    /// @inheritdoc IIdentities
    function addDelegateSigned(
        address identity,
        bytes32 delegateType,
        address delegate,
        uint256 validity,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 said =
            keccak256(abi.encode(ADD_DELEGATE, identity, delegateType, delegate, validity, nonces[identity]++, deadline));
        _checkOwner(identity, said, deadline, signature);
        _addDelegate(identity, delegateType, delegate, validity);
    }

    /// @inheritdoc IIdentities
    function revokeDelegate(address identity, bytes32 delegateType, address delegate) external onlyOwner(identity) {
        _setDelegate(identity, delegateType, delegate, block.timestamp);
    }

    /// @inheritdoc IIdentities
    function revokeDelegateSigned(
        address identity, bytes32 delegateType, address delegate, uint256 deadline, bytes calldata signature
    ) external {
        bytes32 said =
            keccak256(abi.encode(REVOKE_DELEGATE, identity, delegateType, delegate, nonces[identity]++, deadline));
        _checkOwner(identity, said, deadline, signature);
        _setDelegate(identity, delegateType, delegate, block.timestamp);
    }

    /// @inheritdoc IIdentities
    function setAttribute(address identity, bytes32 name, bytes calldata value, uint256 validity)
        external
        onlyOwner(identity)
    {
        _setAttribute(identity, name, value, validity);
    }

    /// @inheritdoc IIdentities
    function setAttributeSigned(
        address identity, bytes32 name, bytes calldata value, uint256 validity, uint256 deadline, bytes calldata signature
    ) external {
        bytes32 said = keccak256(
            abi.encode(SET_ATTRIBUTE, identity, name, keccak256(value), validity, nonces[identity]++, deadline)
        );
        _checkOwner(identity, said, deadline, signature);
        _setAttribute(identity, name, value, validity);
    }

    /// @inheritdoc IIdentities
    function revokeAttribute(address identity, bytes32 name, bytes calldata value) external onlyOwner(identity) {
        _tellAttribute(identity, name, value, 0);
    }

    /// @inheritdoc IIdentities
    function revokeAttributeSigned(
        address identity, bytes32 name, bytes calldata value, uint256 deadline, bytes calldata signature
    ) external {
        bytes32 said =
            keccak256(abi.encode(REVOKE_ATTRIBUTE, identity, name, keccak256(value), nonces[identity]++, deadline));
        _checkOwner(identity, said, deadline, signature);
        _tellAttribute(identity, name, value, 0);
    }

    /// @inheritdoc IIdentities
    function validDelegate(address identity, bytes32 delegateType, address delegate) external view returns (bool) {
        return !_passed(delegates[identity][delegateType][delegate]);
    }

    // ── Clerks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IIdentities
    function mandate(address identity, address clerk, address venue, Mandate calldata terms)
        external
        onlyOwner(identity)
    {
        if (clerk == address(0) || venue == address(0)) revert Nobody();
        if (terms.validTo != 0) {
            _range("validTo", terms.validTo, block.timestamp + 1, block.timestamp + LONGEST);
            _range("period", terms.period, 1 hours, LONGEST);
            _range("perDeal", terms.perDeal, 0, terms.perPeriod);
        }
        _mandates[identity][clerk][venue] = terms;
        delete _used[identity][clerk][venue];
        emit Mandated(identity, clerk, venue, terms);
    }

    /// @inheritdoc IIdentities
    function charge(address identity, address clerk, uint256 amount) external {
        Mandate storage terms = _mandates[identity][clerk][msg.sender];
        if (_passed(terms.validTo)) revert NoMandate(identity, clerk, msg.sender, terms.validTo);
        Used storage used = _used[identity][clerk][msg.sender];
        bool anew = _passed(used.since == 0 ? 0 : uint256(used.since) + terms.period);
        uint256 spent = anew ? 0 : used.spent;
        uint256 left = terms.perPeriod - spent;
        if (amount > terms.perDeal || amount > left) revert AboveMandate(identity, clerk, amount, terms.perDeal, left);
        // Not above perPeriod, which has 96 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        used.spent = uint96(spent + amount);
        if (anew) used.since = uint40(block.timestamp);
        emit Charged(identity, clerk, msg.sender, amount, spent + amount);
    }

    /// @inheritdoc IIdentities
    function mandateOf(address identity, address clerk, address venue)
        external
        view
        returns (Mandate memory terms, Used memory used)
    {
        return (_mandates[identity][clerk][venue], _used[identity][clerk][venue]);
    }

    // ── Credentials ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IIdentities
    function revokeCredential(address issuer, bytes32 digest, address subject, bytes32 reason)
        external
        onlyOwner(issuer)
    {
        uint256 there = revokedIn[issuer][digest];
        if (there != 0) revert AlreadyRevoked(issuer, digest, there);
        revokedIn[issuer][digest] = block.number;
        emit CredentialRevoked(issuer, digest, subject, reason);
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The nonce in `said` is used up by this transaction, or nothing of it happens.
    function _checkOwner(address identity, bytes32 said, uint256 deadline, bytes calldata signature) private view {
        if (_passed(deadline)) revert TooLate(deadline, block.timestamp);
        address owner = identityOwner(identity);
        bytes32 digest = _hashTypedDataV4(said);
        if (!SignatureChecker.isValidSignatureNow(owner, digest, signature)) {
            revert NotSignedByOwner(identity, owner, digest);
        }
    }

    function _addDelegate(address identity, bytes32 delegateType, address delegate, uint256 validity) private {
        if (delegate == address(0)) revert Nobody();
        _range("validity", validity, 1, LONGEST);
        _setDelegate(identity, delegateType, delegate, block.timestamp + validity);
    }

    function _setDelegate(address identity, bytes32 delegateType, address delegate, uint256 validTo) private {
        delegates[identity][delegateType][delegate] = validTo;
        emit DIDDelegateChanged(identity, delegateType, delegate, validTo, _touch(identity));
    }

    function _setAttribute(address identity, bytes32 name, bytes calldata value, uint256 validity) private {
        _range("validity", validity, 1, LONGEST);
        _range("value", value.length, 0, LONGEST_VALUE);
        _tellAttribute(identity, name, value, block.timestamp + validity);
    }

    function _tellAttribute(address identity, bytes32 name, bytes calldata value, uint256 validTo) private {
        emit DIDAttributeChanged(identity, name, value, validTo, _touch(identity));
    }
}
