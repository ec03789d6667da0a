// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ClaimBytes} from "./ClaimBytes.sol";
import {Clock} from "./Clock.sol";
import {Deals} from "./Deals.sol";
import {Conditions, Deal} from "./interfaces/Deal.sol";
import {IAgreements} from "./interfaces/IAgreements.sol";
import {IIdentities} from "./interfaces/IIdentities.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {Ruled} from "./Ruled.sol";
import {Switchable} from "./Switchable.sol";

/// @title Agreements: an awarded plan becomes what everybody has signed
/// @notice What it is: proposals, their versions and the check of signatures. It keeps the hash of each agreement's present deal, and
/// no money: with the last signature it has the settlement lock the escrow, or nothing happens at all.
///
/// Who may do what: COORDINATOR_ROLE proposes; so does the solver of an accepted claim, for the plan of that claim. A proposer
/// revises and takes back its own. A party declines, says what it would sign, and withdraws its signatures. Anyone activates
/// what all have signed. A party signs with the key that owns it now, or a clerk of it does, whom the identities charge for it. It holds AGREEMENTS_ROLE of the settlement, and uses it for nothing else.
///
/// How it is switched off: `pause()` stops proposing, revising and activating. Declining and withdrawing signatures go on.
contract Agreements is IAgreements, EIP712, Clock, Ruled {
    using ClaimBytes for bytes;
    using Deals for Deal;

    /// @notice May propose for any plan.
    bytes32 public constant COORDINATOR_ROLE = keccak256("COORDINATOR_ROLE");

    /// @inheritdoc IAgreements
    uint64 public count;
    /// @inheritdoc IAgreements
    mapping(address party => uint256) public nonces;

    mapping(uint256 number => Agreement) private _agreements;

    /// @notice Where the money is.
    ISettlement public immutable settlement;
    /// @notice Where solvers won.
    IRounds public immutable rounds;
    /// @notice Whose key speaks for whom.
    IIdentities public immutable identities;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param settlement_ Where the money is. Its admin grants AGREEMENTS_ROLE to this contract.
    /// @param rounds_ Where solvers won.
    /// @param identities_ Whose key speaks for whom.
    constructor(address admin, ISettlement settlement_, IRounds rounds_, IIdentities identities_)
        Switchable(admin)
        EIP712("Hanse agreements", "1")
    {
        settlement = settlement_;
        rounds = rounds_;
        identities = identities_;
    }

    // ── The proposer ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAgreements
    function propose(Deal calldata deal) external onlyRole(COORDINATOR_ROLE) returns (uint256 number) {
        return _propose(deal);
    }

    /// @inheritdoc IAgreements
    function proposeAsSolver(Deal calldata deal, uint256 round, uint8 index, bytes calldata claim)
        external
        returns (uint256 number)
    {
        IRounds.Claim memory won = rounds.claimOf(round, index);
        bool its = won.status == IRounds.Status.Accepted && won.solver == msg.sender && won.digest == keccak256(claim);
        // The digest of an accepted claim is that of 305 bytes, so this reads what the rounds have seen.
        if (!its || claim.plan() != deal.plan) revert NotYourPlan(round, index);
        return _propose(deal);
    }

    /// @inheritdoc IAgreements
    function revise(uint256 number, Deal calldata deal) external whenNotPaused {
        Agreement storage one = _agreements[number];
        if (one.status != Status.Open && one.status != Status.Declined) revert NotNegotiated(number, one.status);
        _within(0, one.deadline);
        if (msg.sender != one.proposer) revert NotTheProposer(msg.sender, one.proposer);
        if (one.version == one.rounds) revert NoMoreRounds(number, one.rounds);
        uint256 next = one.version + 1;
        if (deal.version != next) revert OutOfRange("version", deal.version, next, next);
        if (deal.deadline != one.deadline) revert OutOfRange("deadline", deal.deadline, one.deadline, one.deadline);
        if (deal.rounds != one.rounds) revert OutOfRange("rounds", deal.rounds, one.rounds, one.rounds);
        _write(number, one, deal);
    }

    // ── The parties ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAgreements
    function decline(uint256 number, Deal calldata deal, Reason reason) external {
        Agreement storage one = _open(number, deal);
        if (msg.sender != deal.customer && msg.sender != deal.proposer && !_works(deal, msg.sender)) {
            revert NotAParty(msg.sender);
        }
        one.status = Status.Declined;
        emit Declined(number, msg.sender, one.version, reason);
    }

    /// @inheritdoc IAgreements
    function counter(uint256 number, Deal calldata deal, Wish calldata wish, bytes32 document) external {
        Agreement storage one = _open(number, deal);
        if (msg.sender != deal.customer && msg.sender != deal.milestones[wish.milestone].member) {
            revert NotAParty(msg.sender);
        }
        emit Countered(number, msg.sender, one.version, wish, document);
    }

    /// @inheritdoc IAgreements
    function withdrawSignatures() external {
        emit SignaturesWithdrawn(msg.sender, ++nonces[msg.sender]);
    }

    // ── Anyone ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAgreements
    function activate(uint256 number, Deal calldata deal, bytes[] calldata signatures) external whenNotPaused {
        Agreement storage one = _open(number, deal);
        _within(0, one.deadline);
        bytes32 digest = one.digest;
        one.status = Status.Active;
        emit Activated(number, one.version, digest);
        _checkSignatures(digest, deal, signatures);
        settlement.begin(number, deal, digest);
    }

    /// @inheritdoc IAgreements
    function agreementOf(uint256 number) external view returns (Agreement memory) {
        return _agreements[number];
    }

    /// @inheritdoc IAgreements
    function digestOf(uint256 number, Deal calldata deal) external pure returns (bytes32) {
        return deal.digest(number);
    }

    /// @inheritdoc IAgreements
    function acceptance(uint256 number, Deal calldata deal, address party) external view returns (bytes32) {
        bytes32 digest = deal.digest(number);
        if (party == deal.customer) return _toSign(digest, deal, deal.ofCustomer());
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            if (deal.milestones[i].member == party) {
                // Where the next member begins is for who asks for all.
                // slither-disable-next-line unused-return
                (Deals.Share memory share,) = deal.ofMember(i);
                return _toSign(digest, deal, share);
            }
        }
        revert NotAParty(party);
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _propose(Deal calldata deal) private whenNotPaused returns (uint256 number) {
        if (deal.version != 1) revert OutOfRange("version", deal.version, 1, 1);
        number = ++count;
        Agreement storage one = _agreements[number];
        (one.proposer, one.deadline, one.rounds) = (msg.sender, deal.deadline, deal.rounds);
        _write(number, one, deal);
    }

    function _write(uint256 number, Agreement storage one, Deal calldata deal) private {
        if (deal.proposer != msg.sender) revert NotTheProposer(msg.sender, deal.proposer);
        deal.check(block.timestamp);
        if (address(charter) != address(0)) {
            Conditions calldata its = deal.conditions;
            charter.checkDeal(its.review, its.ruling, its.appeal, its.fee);
        }
        (one.digest, one.version, one.status) = (deal.digest(number), deal.version, Status.Open);
        emit Proposed(number, msg.sender, deal.customer, deal);
    }

    /// @dev An agreement whose present version, awaiting signatures, is this deal.
    function _open(uint256 number, Deal calldata deal) private view returns (Agreement storage one) {
        one = _agreements[number];
        if (one.status != Status.Open) revert NotNegotiated(number, one.status);
        bytes32 given = deal.digest(number);
        if (given != one.digest) revert AnotherDeal(number, given, one.digest);
    }

    function _checkSignatures(bytes32 digest, Deal calldata deal, bytes[] calldata signatures) private {
        uint256 given = signatures.length;
        if (given != 0) _checkSignature(digest, deal, deal.ofCustomer(), signatures[0]);
        uint256 needed = 1;
        for (uint256 at = 0; at < deal.milestones.length; ++needed) {
            Deals.Share memory share;
            (share, at) = deal.ofMember(at);
            if (needed < given) _checkSignature(digest, deal, share, signatures[needed]);
        }
        if (given != needed) revert WrongNumberOfSignatures(given, needed);
    }

    function _checkSignature(bytes32 digest, Deal calldata deal, Deals.Share memory share, bytes calldata signature)
        private
    {
        bytes32 signed = _toSign(digest, deal, share);
        if (_speaks(share.party, signed, signature)) return;
        // A clerk's: its address, then its signature. What a party's own key or wallet accepts never gets here.
        address clerk = signature.length > 20 ? address(bytes20(signature[:20])) : address(0);
        if (clerk == address(0) || !_speaks(clerk, signed, signature[20:])) revert NotSigned(share.party, signed);
        identities.charge(share.party, clerk, share.price + share.compensation);
    }

    /// @dev Whether this is a signature of whoever decides about an identity now.
    function _speaks(address identity, bytes32 signed, bytes calldata signature) private view returns (bool) {
        return SignatureChecker.isValidSignatureNow(identities.identityOwner(identity), signed, signature);
    }

    function _toSign(bytes32 digest, Deal calldata deal, Deals.Share memory share) private view returns (bytes32) {
        return _hashTypedDataV4(Deals.acceptance(digest, deal, share, nonces[share.party]));
    }

    function _works(Deal calldata deal, address account) private pure returns (bool) {
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            if (deal.milestones[i].member == account) return true;
        }
        return false;
    }
}
