// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IBeacon} from "./interfaces/IBeacon.sol";
import {Switchable} from "./Switchable.sol";

/// @title Beacon: what a league on another chain has recorded
/// @notice What it is: a place on a second chain that keeps roots over the events of one league on a first one. A root is believed because k of
/// n named attestors, each with its own node of the first chain, have signed it; the contract cannot see the other chain. With a path to the
/// root, anyone shows here that the league recorded something.
///
/// Who may do what: the admin names and dismisses attestors and sets how many must sign, always more than half; anyone posts, retracts and
/// exposes with the attestors' signatures, and proves. It holds no money.
///
/// How it is switched off: `pause()` stops `post` and `prove`. Retracting and exposing are always possible.
contract Beacon is IBeacon, Switchable, EIP712 {
    struct Kept {
        bytes32 digest;
        bytes32 root;
        uint64 last;
        uint64 postedAt;
    }

    /// @notice Most attestors there can be: a bound on the work of a statement.
    uint256 public constant MOST_ATTESTORS = 32;

    bytes32 private constant STATEMENT = keccak256(
        "Statement(uint256 sourceChain,address league,uint64 number,uint64 revision,bytes32 previous,uint64 first,uint64 last,bytes32 blockHash,bytes32 root)"
    );
    bytes32 private constant RETRACTION =
        keccak256("Retraction(uint256 sourceChain,address league,uint64 number,uint64 revision,bytes32 reason)");

    /// @notice The chain whose records are kept here.
    uint256 public immutable sourceChain;
    /// @notice Address book of the league on that chain.
    address public immutable league;

    /// @notice Whether an account's signature counts.
    mapping(address account => bool) public isAttestor;
    /// @notice Whether an account has signed two statements for one place.
    mapping(address account => bool) public struck;
    /// @notice How many attestors there are.
    uint256 public attestors;
    /// @notice How many must sign.
    uint256 public threshold;
    /// @notice Number of the newest statement that counts, zero before the first.
    uint64 public head;
    /// @notice How many retractions there were.
    uint64 public revision;
    /// @notice Statements by number; beyond `head` they do not count.
    mapping(uint64 number => Kept) public kept;

    /// @param admin Names attestors. @param sourceChain_ Id of the league's chain. @param league_ Its address book there.
    constructor(address admin, uint256 sourceChain_, address league_, address[] memory first, uint256 threshold_)
        Switchable(admin)
        EIP712("Hanse beacon", "1")
    {
        if (sourceChain_ == 0 || league_ == address(0)) revert NoSource();
        sourceChain = sourceChain_;
        league = league_;
        for (uint256 i = 0; i < first.length; ++i) {
            _name(first[i]);
        }
        _require(threshold_, first.length);
    }

    /// @notice Names an attestor, and says how many must sign from then on. DEFAULT_ADMIN_ROLE.
    function name(address attestor, uint256 threshold_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _name(attestor);
        _require(threshold_, attestors);
    }

    /// @notice Dismisses an attestor, and says how many must sign from then on. DEFAULT_ADMIN_ROLE.
    function dismiss(address attestor, uint256 threshold_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (!isAttestor[attestor]) revert NoAttestor(attestor);
        isAttestor[attestor] = false;
        --attestors;
        emit AttestorDismissed(attestor);
        _require(threshold_, attestors);
    }

    /// @inheritdoc IBeacon
    function post(Statement calldata statement, bytes[] calldata signatures) external whenNotPaused {
        Kept storage before = kept[head];
        uint64 first = head == 0 ? statement.first : before.last + 1;
        if (
            statement.number != head + 1 || statement.revision != revision || statement.first != first
                || statement.previous != (head == 0 ? bytes32(0) : before.digest)
        ) revert NotNext(head + 1, revision, head == 0 ? bytes32(0) : before.digest, first);
        if (statement.last < statement.first || statement.root == 0) revert NoStretch();
        bytes32 digest = digestOf(statement);
        _enough(digest, signatures);
        head = statement.number;
        kept[statement.number] = Kept(digest, statement.root, statement.last, uint64(block.timestamp));
        emit Posted(statement.number, digest, statement, signatures);
    }

    /// @inheritdoc IBeacon
    function retract(uint64 number, bytes32 reason, bytes[] calldata signatures) external {
        if (number == 0 || number > head + 1) revert NoStatement(number);
        _enough(retractionOf(number, reason), signatures);
        head = number - 1;
        emit Retracted(number, revision, reason);
        ++revision;
    }

    /// @inheritdoc IBeacon
    function expose(
        Statement calldata one,
        bytes calldata signatureOfOne,
        Statement calldata other,
        bytes calldata signatureOfOther
    ) external {
        (bytes32 left, bytes32 right) = (digestOf(one), digestOf(other));
        address attestor = _signer(left, signatureOfOne);
        if (
            left == right || one.number != other.number || one.revision != other.revision
                || attestor != _signer(right, signatureOfOther)
        ) revert NoContradiction();
        if (!isAttestor[attestor]) revert NoAttestor(attestor);
        isAttestor[attestor] = false;
        struck[attestor] = true;
        --attestors;
        emit Equivocated(attestor, one.number, left, right);
    }

    /// @inheritdoc IBeacon
    function prove(uint64 number, Record calldata record, uint256 position, bytes32[] calldata siblings)
        external
        whenNotPaused
    {
        if (!holds(number, record, position, siblings)) revert NotProven();
        emit Proven(_leaf(record), number, revision, msg.sender);
    }

    /// @inheritdoc IBeacon
    function holds(uint64 number, Record calldata record, uint256 position, bytes32[] calldata siblings)
        public
        view
        returns (bool)
    {
        if (number == 0 || number > head || siblings.length > 32 || position >> siblings.length != 0) return false;
        bytes32 node = _leaf(record);
        for (uint256 i = 0; i < siblings.length; ++i) {
            bool right = (position >> i) & 1 == 1;
            node = right
                ? keccak256(abi.encodePacked(bytes1(0x01), siblings[i], node))
                : keccak256(abi.encodePacked(bytes1(0x01), node, siblings[i]));
        }
        return node == kept[number].root;
    }

    /// @notice What attestors sign of a statement; bound to this contract and both chains.
    function digestOf(Statement calldata statement) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(STATEMENT, sourceChain, league, statement)));
    }

    /// @notice What attestors sign to take back the statements from `number` on; of this revision alone.
    function retractionOf(uint64 number, bytes32 reason) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RETRACTION, sourceChain, league, number, revision, reason)));
    }

    function _name(address attestor) private {
        if (attestor == address(0)) revert NoAttestor(attestor);
        if (isAttestor[attestor]) revert AlreadyAttestor(attestor);
        if (struck[attestor]) revert Struck(attestor);
        if (attestors == MOST_ATTESTORS) revert TooManyAttestors();
        isAttestor[attestor] = true;
        // slither-disable-next-line costly-loop
        ++attestors;
        emit AttestorNamed(attestor);
    }

    function _require(uint256 threshold_, uint256 all) private {
        if (threshold_ > all || 2 * threshold_ <= all) revert BadThreshold(threshold_, all);
        threshold = threshold_;
        emit ThresholdSet(threshold_);
    }

    /// @dev A signature that is none of an attestor's counts for nothing; the order makes each signer count once.
    function _enough(bytes32 digest, bytes[] calldata signatures) private view {
        if (signatures.length > MOST_ATTESTORS) revert TooManyAttestors();
        uint256 valid = 0;
        address before = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = _signer(digest, signatures[i]);
            if (signer <= before) revert SignersNotAscending();
            before = signer;
            if (isAttestor[signer]) ++valid;
        }
        if (valid < threshold) revert TooFew(valid, threshold);
    }

    function _signer(bytes32 digest, bytes calldata signature) private pure returns (address signer) {
        // slither-disable-next-line unused-return
        (signer,,) = ECDSA.tryRecover(digest, signature);
    }

    function _leaf(Record calldata record) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0x00), abi.encode(record)));
    }
}
