// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ICommunities} from "./interfaces/ICommunities.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {SharingRule} from "./SharingRule.sol";
import {Stakes} from "./Stakes.sol";
import {Switchable} from "./Switchable.sol";

/// @title Communities: members, weights and treasuries of all communities of a league
/// @notice What it is: the book of communities, and the only one who moves their money. Its balance of the token is what is free plus all
/// treasuries. Weights are kept with their history, so that a vote counts what was before its proposal.
///
/// Who may do what: an admin founds the first, which is the league; anyone founds others, joins by the rule, leaves, delegates and contributes; a community's hand amends, invites, expels, pays and
/// shares, for its own community only. The hand is a TimelockController without admin, which only the council moves.
///
/// How it is switched off: `pause()` stops founding, joining and contributing. All else goes on, so nobody is kept and no money is.
contract Communities is ICommunities, Stakes, Switchable {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice A community has at most so many members; sharing walks through them.
    uint256 public constant MOST_MEMBERS = 128;
    /// @notice An account is in at most so many communities; joining walks through them.
    uint256 public constant MOST_MEMBERSHIPS = 8;
    /// @notice A community of communities of communities is as deep as it goes.
    uint256 public constant MOST_DEPTH = 3;
    /// @notice No delay, period of votes or timelock is longer.
    uint256 public constant LONGEST = 90 days;
    /// @notice No vote is shorter, in seconds.
    uint256 public constant SHORTEST = 60;

    /// @notice Whose decisions the hands carry out.
    ICouncil public immutable council;
    /// @notice Who is certified.
    IMemberRegistry public immutable registry;

    /// @inheritdoc ICommunities
    uint32 public count;
    /// @inheritdoc ICommunities
    mapping(address hand => uint32) public byHand;
    /// @inheritdoc ICommunities
    mapping(uint32 community => mapping(address member => uint128)) public contributed;

    mapping(uint32 community => Community) private _communities;
    mapping(uint32 community => address[]) private _members;
    /// @dev Its place in `_members`, from one; zero: no member.
    mapping(uint32 community => mapping(address account => uint256)) private _place;
    mapping(address account => uint32[]) private _memberships;
    mapping(uint32 community => uint256) private _children;
    mapping(uint32 community => mapping(address account => bool)) private _invited;
    mapping(uint32 community => mapping(address member => address)) private _delegate;
    mapping(uint32 community => mapping(address account => Checkpoints.Trace208)) private _weights;
    mapping(uint32 community => Checkpoints.Trace208) private _totals;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money. @param registry_ Its members.
    /// @param council_ Whose decisions the hands carry out.
    constructor(address admin, IERC20 token_, IMemberRegistry registry_, ICouncil council_)
        Switchable(admin)
        Stakes(token_)
    {
        council = council_;
        registry = registry_;
    }

    // ── Anyone ─────────────────────────────────────────────────────────────────────────────────────────────────────

    // The council is this contract's own maker, and calls nobody back while it makes a hand.
    // slither-disable-start reentrancy-benign,reentrancy-events
    /// @inheritdoc ICommunities
    function found(string calldata name, Rules calldata rules, uint32 timelock)
        external
        whenNotPaused
        returns (uint32 community)
    {
        if (bytes(name).length == 0 || bytes(name).length > 64) revert BadName(bytes(name).length);
        _check(rules);
        _range("timelock", timelock, 0, LONGEST);
        // The first is the league's own, whose hand is given its rights: nobody must be faster than the league's founder.
        if (count == 0) _checkRole(DEFAULT_ADMIN_ROLE);
        community = ++count;
        address hand = council.makeHand(timelock);
        byHand[hand] = community;
        Community storage one = _communities[community];
        (one.hand, one.rules, one.name) = (hand, rules, name);
        emit FoundedCommunity(community, msg.sender, hand, name, rules);
        // A hand cannot found: it would be a member without an invitation.
        bool its = byHand[msg.sender] == 0 && (rules.joining != Joining.Certified || registry.offered(msg.sender) != 0);
        if (its) _admit(community, msg.sender);
    }
    // slither-disable-end reentrancy-benign,reentrancy-events

    /// @inheritdoc ICommunities
    function join(uint32 community) external whenNotPaused {
        Community storage one = _of(community);
        uint32 child = byHand[msg.sender];
        if (child != 0 || one.rules.joining == Joining.Invited) {
            if (!_invited[community][msg.sender]) revert NotInvited(community, msg.sender);
            _invited[community][msg.sender] = false;
        } else if (one.rules.joining == Joining.Certified && registry.offered(msg.sender) == 0) {
            revert NotCertified(msg.sender);
        }
        if (child != 0) _attach(community, child);
        _admit(community, msg.sender);
    }

    /// @inheritdoc ICommunities
    function leave(uint32 community) external {
        _remove(community, msg.sender, false);
    }

    /// @inheritdoc ICommunities
    function delegate(uint32 community, address to) external {
        _checkMember(community, msg.sender);
        _checkMember(community, to);
        uint256 units = _units(community, msg.sender);
        _weigh(community, _delegate[community][msg.sender], units, 0);
        _delegate[community][msg.sender] = to;
        _weigh(community, to, 0, units);
        emit Delegated(community, msg.sender, to);
    }

    /// @inheritdoc ICommunities
    function contribute(uint32 community, uint128 amount) external whenNotPaused {
        _checkMember(community, msg.sender);
        uint32 child = byHand[msg.sender];
        if (child == 0) _lock(msg.sender, amount);
        else _spend(child, amount);
        _communities[community].treasury += amount;
        contributed[community][msg.sender] += amount;
        if (_communities[community].rules.weight == Measure.Contribution) {
            _weigh(community, _delegate[community][msg.sender], 0, amount);
            _count(community, 0, amount);
        }
        emit Contributed(community, msg.sender, amount);
    }

    /// @inheritdoc ICommunities
    function lapse(uint32 community, address member) external {
        bool certified = byHand[member] != 0 || registry.offered(member) != 0;
        if (certified || _of(community).rules.joining != Joining.Certified) revert StillCertified(member);
        _remove(community, member, true);
    }

    // ── A community's hand ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ICommunities
    function amend(uint32 community, Rules calldata rules) external {
        Community storage one = _byHand(community);
        _check(rules);
        if (rules.weight != one.rules.weight) revert WeightIsForGood();
        one.rules = rules;
        emit Amended(community, rules);
    }

    /// @inheritdoc ICommunities
    function invite(uint32 community, address account) external {
        _byHand(community);
        _invited[community][account] = true;
        emit Invited(community, account);
    }

    /// @inheritdoc ICommunities
    function expel(uint32 community, address member) external {
        _byHand(community);
        _remove(community, member, true);
    }

    /// @inheritdoc ICommunities
    function pay(uint32 community, address to, uint128 amount, bytes32 reason) external {
        _byHand(community);
        _spend(community, amount);
        _give(to, amount);
        emit Paid(community, to, amount, reason);
    }

    /// @inheritdoc ICommunities
    function share(uint32 community, uint128 amount) external {
        Community storage one = _byHand(community);
        _spend(community, amount);
        address[] memory members = _members[community];
        uint256[] memory measures = new uint256[](members.length);
        for (uint256 i = 0; i < members.length; ++i) {
            measures[i] = one.rules.sharing == Measure.Equal ? 1 : contributed[community][members[i]];
        }
        (uint256[] memory amounts, uint256 total) = SharingRule.divide(amount, measures);
        if (total == 0) revert NothingToShareBy(community);
        for (uint256 i = 0; i < members.length; ++i) {
            _give(members[i], amounts[i]);
        }
        emit Shared(community, amount, members, amounts);
    }

    // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ICommunities
    function communityOf(uint32 community) external view returns (Community memory) {
        return _communities[community];
    }

    /// @inheritdoc ICommunities
    function isMember(uint32 community, address account) public view returns (bool) {
        return _place[community][account] != 0;
    }

    /// @inheritdoc ICommunities
    function membersOf(uint32 community) external view returns (address[] memory) {
        return _members[community];
    }

    /// @inheritdoc ICommunities
    function membershipsOf(address account) external view returns (uint32[] memory) {
        return _memberships[account];
    }

    /// @inheritdoc ICommunities
    function delegateOf(uint32 community, address member) external view returns (address) {
        return _delegate[community][member];
    }

    /// @inheritdoc ICommunities
    function weightAt(uint32 community, address account, uint48 at) external view returns (uint256) {
        _checkOver(at);
        return _weights[community][account].upperLookupRecent(at);
    }

    /// @inheritdoc ICommunities
    function totalAt(uint32 community, uint48 at) external view returns (uint256) {
        _checkOver(at);
        return _totals[community].upperLookupRecent(at);
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _admit(uint32 community, address account) private {
        if (isMember(community, account)) revert AlreadyAMember(community, account);
        if (_members[community].length == MOST_MEMBERS) revert CommunityFull(MOST_MEMBERS);
        if (_memberships[account].length == MOST_MEMBERSHIPS) revert TooManyMemberships(account, MOST_MEMBERSHIPS);
        uint32 child = byHand[account];
        if (child == 0) _checkOneVoice(account, community, _root(community), 0);
        _members[community].push(account);
        _place[community][account] = _members[community].length;
        _memberships[account].push(community);
        _delegate[community][account] = account;
        if (_communities[community].rules.weight == Measure.Equal) {
            _weigh(community, account, 0, 1);
            _count(community, 0, 1);
        }
        emit Joined(community, account, child);
    }

    /// @dev The community `child` becomes a part of `community`.
    function _attach(uint32 community, uint32 child) private {
        Community storage one = _communities[child];
        if (one.parent != 0) revert AlreadyPartOf(child, one.parent);
        if (_children[child] != 0) revert HasCommunities(child);
        // Without children of its own it is above nobody, so the only cycle would be with itself.
        if (community == child) revert AlreadyPartOf(child, child);
        uint256 depth = 2;
        for (uint32 at = community; _communities[at].parent != 0; at = _communities[at].parent) ++depth;
        if (depth > MOST_DEPTH) revert TooDeep(MOST_DEPTH);
        uint32 root = _root(community);
        address[] memory members = _members[child];
        for (uint256 i = 0; i < members.length; ++i) {
            _checkOneVoice(members[i], community, root, child);
        }
        one.parent = community;
        ++_children[community];
    }

    /// @dev Whoever sits in two communities of one society would be counted twice in the end.
    function _checkOneVoice(address account, uint32 community, uint32 root, uint32 but) private view {
        uint32[] memory all = _memberships[account];
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] != but && _root(all[i]) == root) revert TwoVoices(account, community, all[i]);
        }
    }

    function _root(uint32 community) private view returns (uint32) {
        for (uint32 above = _communities[community].parent; above != 0; above = _communities[community].parent) {
            community = above;
        }
        return community;
    }

    function _remove(uint32 community, address member, bool expelled) private {
        _checkMember(community, member);
        uint256 units = _units(community, member);
        _weigh(community, _delegate[community][member], units, 0);
        _count(community, units, 0);
        delete contributed[community][member];
        delete _delegate[community][member];
        uint256 place = _place[community][member];
        address last = _members[community][_members[community].length - 1];
        (_members[community][place - 1], _place[community][last]) = (last, place);
        _members[community].pop();
        delete _place[community][member];
        _forget(member, community);
        uint32 child = byHand[member];
        if (child != 0) {
            _communities[child].parent = 0;
            --_children[community];
        }
        emit Left(community, member, expelled);
    }

    function _forget(address account, uint32 community) private {
        uint32[] storage all = _memberships[account];
        uint256 i = 0;
        while (all[i] != community) ++i;
        all[i] = all[all.length - 1];
        all.pop();
    }

    /// @dev What a member brings, itself or by who votes for it.
    function _units(uint32 community, address member) private view returns (uint256) {
        return _communities[community].rules.weight == Measure.Equal ? 1 : contributed[community][member];
    }

    function _weigh(uint32 community, address account, uint256 less, uint256 more) private {
        _move(_weights[community][account], less, more);
    }

    function _count(uint32 community, uint256 less, uint256 more) private {
        _move(_totals[community], less, more);
    }

    function _move(Checkpoints.Trace208 storage trace, uint256 less, uint256 more) private {
        // Sums of amounts of one token: far below 2^208.
        // slither-disable-next-line unused-return
        trace.push(uint48(block.timestamp), uint208(trace.latest() + more - less)); // forge-lint: disable-line(unsafe-typecast)
    }

    function _spend(uint32 community, uint128 amount) private {
        uint128 there = _communities[community].treasury;
        if (amount > there) revert TreasuryTooSmall(community, there, amount);
        _communities[community].treasury = there - amount;
    }

    /// @dev A community's money is in its treasury, wherever it came from.
    function _give(address to, uint256 amount) private {
        uint32 child = byHand[to];
        // Amounts come from treasuries, which have 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (child != 0) _communities[child].treasury += uint128(amount);
        else _credit(to, amount);
    }

    function _of(uint32 community) private view returns (Community storage one) {
        one = _communities[community];
        if (one.hand == address(0)) revert NoSuchCommunity(community);
    }

    function _byHand(uint32 community) private view returns (Community storage one) {
        one = _of(community);
        if (msg.sender != one.hand) revert NotTheHand(msg.sender, one.hand);
    }

    function _checkMember(uint32 community, address account) private view {
        if (!isMember(community, account)) revert NotAMember(community, account);
    }

    // slither-disable-start timestamp
    /// @dev Of this very block more may come.
    function _checkOver(uint48 at) private view {
        // forge-lint: disable-next-line(block-timestamp)
        if (at >= block.timestamp) revert NotOver(at, block.timestamp);
    }
    // slither-disable-end timestamp

    function _check(Rules calldata rules) private pure {
        _range("quorum", rules.quorum, 1, SharingRule.WHOLE);
        _range("delay", rules.delay, 0, LONGEST);
        _range("period", rules.period, SHORTEST, LONGEST);
    }

    function _range(string memory term, uint256 given, uint256 least, uint256 most) private pure {
        if (given < least || given > most) revert OutOfRange(term, given, least, most);
    }
}
