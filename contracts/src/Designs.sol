// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Clock} from "./Clock.sol";
import {Deals} from "./Deals.sol";
import {Deal} from "./interfaces/Deal.sol";
import {IDesigns} from "./interfaces/IDesigns.sol";
import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {RoyaltyRule} from "./RoyaltyRule.sol";
import {Stakes} from "./Stakes.sol";
import {Switchable} from "./Switchable.sol";

/// @title Designs: authorship, licences and royalties of what is made
/// @notice What it is: the register of designs by the hash of their files, the licences that their owners give, and the royalties of
/// orders that use them. Its balance of the token is what is free plus what is held for uses that have not ended.
///
/// Who may do what: anyone registers what nobody has registered, contests what somebody has, and deposits and withdraws its own; the
/// owner transfers and licenses; a licensee uses its licence for its own orders; ARBITER_ROLE decides contests; anyone ends the
/// royalty of an order that has ended.
///
/// How it is switched off: `pause()` stops registering, licensing and using. Money goes on.
contract Designs is IDesigns, Stakes, Clock, Switchable {
    using Deals for Deal;

    /// @notice May decide contests.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    /// @notice A design names at most so many parents.
    uint256 public constant MOST_PARENTS = 16;

    /// @notice How many licences were ever given.
    uint64 public count;

    mapping(bytes32 design => Design) private _designs;
    mapping(uint64 licence => Licence) private _licences;
    mapping(uint64 order => mapping(bytes32 design => Use)) private _uses;
    /// @dev Licences of the design up to this number were given by who was found not to be its owner.
    mapping(bytes32 design => uint64) private _void;
    /// @inheritdoc IDesigns
    mapping(bytes32 design => mapping(address claimant => bytes32)) public contestOf;
    /// @notice The number of the chain's block in which something was sealed.
    mapping(bytes32 seal => uint256) public sealedIn;

    /// @notice Whose orders use designs.
    IOrderBook public immutable orders;
    /// @notice Where these orders are settled.
    ISettlement public immutable settlement;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money.
    /// @param orders_ Whose orders use designs.
    /// @param settlement_ Where these orders are settled.
    constructor(address admin, IERC20 token_, IOrderBook orders_, ISettlement settlement_)
        Switchable(admin)
        Stakes(token_)
    {
        orders = orders_;
        settlement = settlement_;
    }

    // A design keeps the time of its registration, and a licence ends by the clock; both by seconds against days.
    // slither-disable-start timestamp
    // ── Authors and owners ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDesigns
    function seal(bytes32 seal_) external whenNotPaused {
        // Sealing again must not make a seal younger.
        if (sealedIn[seal_] == 0) sealedIn[seal_] = block.number;
        emit Sealed(msg.sender, seal_);
    }

    /// @inheritdoc IDesigns
    function register(bytes32 design, bytes32[] calldata parents, bytes32 salt) external whenNotPaused {
        if (design == 0) revert NotRegistered(design);
        Design storage one = _designs[design];
        if (one.owner != address(0)) revert AlreadyRegistered(design, one.author, one.registered);
        if (parents.length > MOST_PARENTS) revert TooManyParents(parents.length, MOST_PARENTS);
        for (uint256 i = 0; i < parents.length; ++i) {
            _known(parents[i]);
        }
        bytes32 seal_ = sealOf(design, msg.sender, salt);
        uint256 sealed_ = sealedIn[seal_];
        if (sealed_ == 0 || sealed_ >= block.number) revert NotSealed(seal_);
        (one.author, one.owner, one.registered) = (msg.sender, msg.sender, uint40(block.timestamp));
        emit Registered(design, msg.sender, parents, uint40(block.timestamp));
    }

    /// @inheritdoc IDesigns
    function transfer(bytes32 design, address to) external {
        _own(design);
        if (to == address(0)) revert Nobody();
        _designs[design].owner = to;
        emit Transferred(design, msg.sender, to);
    }

    /// @inheritdoc IDesigns
    function license(Licence calldata terms) external whenNotPaused returns (uint64 licence) {
        _own(terms.design);
        if (terms.licensee == address(0)) revert Nobody();
        if (terms.left == 0 || _passed(terms.until)) revert EmptyLicence(terms.left, terms.until);
        licence = ++count;
        _licences[licence] = terms;
        emit Licensed(licence, msg.sender, terms);
    }

    // ── Contests ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDesigns
    function contest(bytes32 design, bytes32 evidence) external {
        _known(design);
        if (evidence == 0) revert NotContested(design, msg.sender);
        contestOf[design][msg.sender] = evidence;
        emit Contested(design, msg.sender, evidence);
    }

    /// @inheritdoc IDesigns
    function decide(bytes32 design, address claimant, bool upheld, bytes32 reason) external onlyRole(ARBITER_ROLE) {
        if (contestOf[design][claimant] == 0) revert NotContested(design, claimant);
        if (msg.sender == claimant || msg.sender == _designs[design].owner) revert NotImpartial(design, msg.sender);
        delete contestOf[design][claimant];
        emit Decided(design, claimant, upheld, reason);
        if (upheld) {
            emit Transferred(design, _designs[design].owner, claimant);
            _designs[design].owner = claimant;
            // Or a thief's friends would keep what it licensed to them for nothing.
            _void[design] = count;
        }
    }

    // ── Orders ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDesigns
    function use(uint64 licence, uint64 order) external whenNotPaused {
        Licence storage one = _licences[licence];
        if (one.licensee != msg.sender) revert NotYourLicence(licence, msg.sender);
        if (one.order != 0 && one.order != order) revert AnotherOrder(licence, order, one.order);
        uint40 until = _until(licence, one);
        if (_passed(until)) revert Expired(licence, until);
        IOrderBook.Order memory its = orders.order(order);
        if (its.customer != msg.sender) revert NotYourOrder(order, msg.sender);
        if (its.status != IOrderBook.Status.Open && its.status != IOrderBook.Status.Planned) revert WrongOrder(order);
        if (its.quantity > one.left) revert Exhausted(licence, its.quantity, one.left);
        bytes32 design = one.design;
        Use storage entry = _uses[order][design];
        if (entry.licence != 0 && !entry.paid) revert AlreadyUsed(order, design);
        one.left -= its.quantity;
        uint128 amount = uint128(one.royalty) * its.quantity;
        _lock(msg.sender, amount);
        _uses[order][design] = Use(_designs[design].owner, msg.sender, licence, its.quantity, amount, false);
        emit Used(order, design, licence, _uses[order][design]);
    }

    /// @inheritdoc IDesigns
    function collect(uint256 agreement, Deal calldata deal, bytes32 design) external {
        if (deal.digest(agreement) != settlement.digestOf(agreement)) revert WrongDeal(agreement);
        uint256[] memory shares = new uint256[](deal.milestones.length);
        for (uint8 i = 0; i < shares.length; ++i) {
            // At most 32 milestones, of the league's own settlement, which is only asked.
            // slither-disable-next-line calls-loop
            ISettlement.Progress memory its = settlement.progressOf(agreement, i);
            if (its.stage != ISettlement.Stage.Settled) revert NotSettled(agreement, i);
            shares[i] = its.share;
        }
        Use storage entry = _held(deal.order, design);
        _end(deal.order, design, entry, RoyaltyRule.due(entry.amount, deal.milestones, shares), _any(shares));
    }

    /// @inheritdoc IDesigns
    function giveBack(uint64 order, bytes32 design) external {
        Use storage entry = _held(order, design);
        IOrderBook.Status status = orders.order(order).status;
        bool over = status == IOrderBook.Status.Cancelled || status == IOrderBook.Status.Refunded;
        // Once it is planned, members sign because the licence is there.
        if (!over && !(status == IOrderBook.Status.Open && msg.sender == entry.licensee)) revert WrongOrder(order);
        _end(order, design, entry, 0, false);
    }

    // ── Anyone ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDesigns
    function designOf(bytes32 design) external view returns (Design memory) {
        return _designs[design];
    }

    /// @inheritdoc IDesigns
    function licenceOf(uint64 licence) external view returns (Licence memory its) {
        its = _licences[licence];
        its.until = _until(licence, _licences[licence]);
    }

    /// @inheritdoc IDesigns
    function useOf(uint64 order, bytes32 design) external view returns (Use memory) {
        return _uses[order][design];
    }

    /// @inheritdoc IDesigns
    function sealOf(bytes32 design, address account, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), design, account, salt));
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The one place where a royalty ends. Pieces go back to the licence if nothing was made.
    function _end(uint64 order, bytes32 design, Use storage entry, uint256 toOwner, bool made) private {
        entry.paid = true;
        uint32 returned = made ? 0 : entry.pieces;
        _licences[entry.licence].left += returned;
        uint256 back = entry.amount - toOwner;
        _credit(entry.owner, toOwner);
        _credit(entry.licensee, back);
        emit Paid(order, design, toOwner, back, returned);
    }

    function _held(uint64 order, bytes32 design) private view returns (Use storage entry) {
        entry = _uses[order][design];
        if (entry.licence == 0 || entry.paid) revert NothingHeld(order, design);
    }

    function _until(uint64 licence, Licence storage one) private view returns (uint40) {
        return licence <= _void[one.design] ? 0 : one.until;
    }

    function _known(bytes32 design) private view {
        if (_designs[design].owner == address(0)) revert NotRegistered(design);
    }

    function _own(bytes32 design) private view {
        if (_designs[design].owner != msg.sender) revert NotTheOwner(design, msg.sender);
    }

    function _any(uint256[] memory shares) private pure returns (bool) {
        for (uint256 i = 0; i < shares.length; ++i) {
            if (shares[i] != 0) return true;
        }
        return false;
    }
    // slither-disable-end timestamp
}
