// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Communities} from "./Communities.sol";
import {Hands} from "./Hands.sol";
import {ICommunities} from "./interfaces/ICommunities.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {SharingRule} from "./SharingRule.sol";
import {Switchable} from "./Switchable.sol";

/// @title Council: proposals and votes of all communities
/// @notice What it is: who decides what the hands of communities do. A proposal keeps quorum and times as they were when it was made, and
/// counts the weights of the second before. What the hand then does waits in its timelock, where everybody sees it.
///
/// Who may do what: a member proposes to its community and votes there, once, itself or by signature; anyone queues and executes what was
/// decided; a proposer takes its proposal back before votes are taken, the community's hand any proposal of its own until it is executed.
///
/// How it is switched off: `pause()` stops proposing. Votes and what follows go on: a pause would decide what people have to decide.
contract Council is ICouncil, EIP712, Nonces, Switchable {
    using SafeCast for uint256;

    bytes32 internal constant BALLOT =
        keccak256("Ballot(bytes32 digest,uint8 support,address voter,uint256 nonce,uint256 deadline)");

    /// @notice A proposal does at most so many things.
    uint256 public constant MOST_ACTIONS = 16;
    /// @notice Their data has at most so many bytes, together.
    uint256 public constant MOST_DATA = 8192;
    /// @notice A description has at most so many bytes.
    uint256 public constant MOST_WORDS = 2000;

    /// @notice So long a decision can be queued, and so long it can be executed after its timelock. Members who have come and gone since do
    /// not find themselves under something that was forgotten.
    uint256 public constant GRACE = 14 days;

    /// @inheritdoc ICouncil
    ICommunities public immutable communities;

    Hands private immutable _hands;

    /// @inheritdoc ICouncil
    uint256 public count;
    /// @inheritdoc ICouncil
    mapping(uint256 number => mapping(address account => bool)) public hasVoted;

    mapping(uint256 number => Proposal) private _proposals;

    /// @notice Makes the book of communities too: they must know each other for good.
    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE of both.
    /// @param token The league's money. @param registry Its members.
    constructor(address admin, IERC20 token, IMemberRegistry registry) Switchable(admin) EIP712("Hanse council", "1") {
        communities = new Communities(admin, token, registry, this);
        _hands = new Hands();
    }

    /// @inheritdoc ICouncil
    function makeHand(uint256 timelock) external returns (address) {
        if (msg.sender != address(communities)) revert NotYours(0, msg.sender);
        return _hands.make(timelock);
    }

    // ── Proposing ──────────────────────────────────────────────────────────────────────────────────────────────────

    // The book of communities is the council's own, and asked only.
    // slither-disable-start timestamp
    /// @inheritdoc ICouncil
    function propose(uint32 community, Action[] calldata actions, string calldata description)
        external
        whenNotPaused
        returns (uint256 number)
    {
        _check(actions, description);
        number = ++count;
        Proposal storage one = _proposals[number];
        uint48 made = uint48(block.timestamp);
        (one.made, one.community, one.proposer) = (made, community, msg.sender);
        if (_weight(one, msg.sender) == 0) revert NoWeight(number, msg.sender);
        ICommunities.Rules memory rules = communities.communityOf(community).rules;
        one.start = made + rules.delay;
        one.end = one.start + rules.period;
        one.quorum = SharingRule.quorum(communities.totalAt(community, made - 1), rules.quorum).toUint128();
        one.actions = keccak256(abi.encode(actions));
        one.digest = keccak256(
            abi.encode(
                block.chainid, this, number, community, msg.sender, made, one.actions, keccak256(bytes(description))
            )
        );
        emit Proposed(
            number, community, msg.sender, one.digest, actions, description, made, one.start, one.end, one.quorum
        );
    }

    /// @inheritdoc ICouncil
    function cancel(uint256 number) external {
        Proposal storage one = _proposals[number];
        State state = stateOf(number);
        address hand = communities.communityOf(one.community).hand;
        if (msg.sender != hand) {
            if (msg.sender != one.proposer) revert NotYours(number, msg.sender);
            if (state != State.Pending) revert WrongState(number, state);
        } else if (state == State.None || state >= State.Executed) {
            revert WrongState(number, state);
        }
        one.cancelled = true;
        emit Cancelled(number);
    }

    // ── Voting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ICouncil
    function vote(uint256 number, bytes32 digest, Support support) external {
        _vote(number, digest, support, msg.sender);
    }

    /// @inheritdoc ICouncil
    function voteBySig(
        uint256 number,
        bytes32 digest,
        Support support,
        address voter,
        uint256 deadline,
        bytes calldata signature
    ) external {
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > deadline) revert Expired(deadline);
        bytes32 signed =
            _hashTypedDataV4(keccak256(abi.encode(BALLOT, digest, support, voter, _useNonce(voter), deadline)));
        if (!SignatureChecker.isValidSignatureNow(voter, signed, signature)) revert BadSignature(voter);
        _vote(number, digest, support, voter);
    }

    // ── Doing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ICouncil
    function queue(uint256 number, Action[] calldata actions) external {
        Proposal storage one = _in(number, State.Succeeded, actions);
        TimelockController hand = _hand(one);
        uint256 delay = hand.getMinDelay();
        (one.queued, one.eta) = (true, (block.timestamp + delay).toUint48());
        emit Queued(number, block.timestamp + delay);
        (address[] memory targets, uint256[] memory values, bytes[] memory data) = _spread(actions);
        hand.scheduleBatch(targets, values, data, 0, one.digest, delay);
    }

    /// @inheritdoc ICouncil
    function execute(uint256 number, Action[] calldata actions) external {
        Proposal storage one = _in(number, State.Queued, actions);
        one.executed = true;
        emit Executed(number);
        (address[] memory targets, uint256[] memory values, bytes[] memory data) = _spread(actions);
        // Refused by the timelock before its time. No money of a chain's own goes along.
        _hand(one).executeBatch(targets, values, data, 0, one.digest);
    }

    // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ICouncil
    function proposalOf(uint256 number) external view returns (Proposal memory) {
        return _proposals[number];
    }

    /// @inheritdoc ICouncil
    function timelockOf(uint32 community) external view returns (uint256) {
        return TimelockController(payable(communities.communityOf(community).hand)).getMinDelay();
    }

    /// @inheritdoc ICouncil
    function stateOf(uint256 number) public view returns (State) {
        Proposal storage one = _proposals[number];
        if (one.made == 0) return State.None;
        if (one.cancelled) return State.Cancelled;
        if (one.executed) return State.Executed;
        bool queued = one.queued;
        // forge-lint: disable-start(block-timestamp)
        if (!queued) {
            if (block.timestamp < one.start) return State.Pending;
            if (block.timestamp < one.end) return State.Active;
            if (one.yes <= one.no || uint256(one.yes) + one.abstained < one.quorum) return State.Defeated;
        }
        if (block.timestamp >= (queued ? one.eta : one.end) + GRACE) return State.Lapsed;
        // forge-lint: disable-end(block-timestamp)
        return queued ? State.Queued : State.Succeeded;
    }
    // slither-disable-end timestamp

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _vote(uint256 number, bytes32 digest, Support support, address voter) private {
        Proposal storage one = _proposals[number];
        if (one.digest != digest || digest == 0) revert AnotherProposal(number, one.digest);
        State state = stateOf(number);
        if (state != State.Active) revert WrongState(number, state);
        if (hasVoted[number][voter]) revert AlreadyVoted(number, voter);
        uint128 weight = _weight(one, voter).toUint128();
        if (weight == 0) revert NoWeight(number, voter);
        hasVoted[number][voter] = true;
        if (support == Support.For) one.yes += weight;
        else if (support == Support.Against) one.no += weight;
        else one.abstained += weight;
        emit Voted(number, voter, support, weight);
    }

    /// @dev Of the second before the proposal; nothing for who is no member any more.
    function _weight(Proposal storage one, address account) private view returns (uint256) {
        if (!communities.isMember(one.community, account)) return 0;
        return communities.weightAt(one.community, account, one.made - 1);
    }

    function _in(uint256 number, State state, Action[] calldata actions) private view returns (Proposal storage one) {
        one = _proposals[number];
        State now_ = stateOf(number);
        if (now_ != state) revert WrongState(number, now_);
        if (keccak256(abi.encode(actions)) != one.actions) revert OtherActions(number);
    }

    function _hand(Proposal storage one) private view returns (TimelockController) {
        return TimelockController(payable(communities.communityOf(one.community).hand));
    }

    function _spread(Action[] calldata actions)
        private
        pure
        returns (address[] memory targets, uint256[] memory values, bytes[] memory data)
    {
        targets = new address[](actions.length);
        values = new uint256[](actions.length);
        data = new bytes[](actions.length);
        for (uint256 i = 0; i < actions.length; ++i) {
            (targets[i], data[i]) = (actions[i].target, actions[i].data);
        }
    }

    function _check(Action[] calldata actions, string calldata description) private pure {
        _range("actions", actions.length, 1, MOST_ACTIONS);
        _range("description", bytes(description).length, 1, MOST_WORDS);
        uint256 size = 0;
        for (uint256 i = 0; i < actions.length; ++i) {
            size += actions[i].data.length;
        }
        _range("data", size, 0, MOST_DATA);
    }

    function _range(string memory what, uint256 given, uint256 least, uint256 most) private pure {
        if (given < least || given > most) revert BadProposal(what, given, least, most);
    }
}
