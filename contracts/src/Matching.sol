// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Answer, AnswerRule, BYTES, GATHER, NIBBLES, PAIRS, WORDS} from "./AnswerRule.sol";
import {IMatching} from "./interfaces/IMatching.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {IProductCatalogue} from "./interfaces/IProductCatalogue.sol";
import {Switchable} from "./Switchable.sol";

/// @title Matching: which member can make which order
/// @notice What it is: the answer rule applied to the registry and the catalogue. No one answers by hand, and nothing is stored: an
/// answer is an event, and the view gives it again at any time.
///
/// Who may do what: anyone asks, about open orders and certified members. An uncertified member is not asked at all.
///
/// How it is switched off: `pause()` stops recording answers; the view goes on. One order leaves by cancelling, one member by revoking.
contract Matching is IMatching, Switchable {
    /// @notice Who offers what.
    IMemberRegistry public immutable registry;
    /// @notice What a product requires.
    IProductCatalogue public immutable catalogue;
    /// @notice What is ordered.
    IOrderBook public immutable orders;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param registry_ Who offers what.
    /// @param catalogue_ What a product requires.
    /// @param orders_ What is ordered.
    constructor(address admin, IMemberRegistry registry_, IProductCatalogue catalogue_, IOrderBook orders_) Switchable(admin) {
        registry = registry_;
        catalogue = catalogue_;
        orders = orders_;
    }

    /// @inheritdoc IMatching
    function matchOne(uint256 order, address member) external whenNotPaused returns (Answer answer_) {
        uint256 offered = registry.offered(member);
        if (offered == 0) revert NotCertified(member);
        uint16 oc;
        uint16 ec;
        (answer_, oc, ec) = AnswerRule.answer(_required(order), offered);
        emit Matched(order, member, answer_, oc, ec);
    }

    /// @inheritdoc IMatching
    function matchMany(uint256 order, address[] calldata members) external whenNotPaused {
        if (members.length == 0) revert NobodyAsked();
        uint256 required = _required(order);
        address uncertified = _askAll(order, required, AnswerRule.popcount(required), members);
        if (uncertified != address(0)) revert NotCertified(uncertified);
    }

    /// @inheritdoc IMatching
    function answer(uint256 order, address member) external view returns (Answer answer_, uint16 oc, uint16 ec) {
        (uint32 product, IOrderBook.Status status) = orders.productAndStatus(order);
        if (status != IOrderBook.Status.Open) return (Answer.None, 0, 0);
        uint256 offered = registry.offered(member);
        (answer_, oc, ec) = AnswerRule.answer(catalogue.required(product), offered);
        if (offered == 0) answer_ = Answer.None;
    }

    /// @dev The services an open order requires.
    function _required(uint256 order) private view returns (uint256) {
        (uint32 product, IOrderBook.Status status) = orders.productAndStatus(order);
        if (status != IOrderBook.Status.Open) revert OrderNotOpen(order);
        return catalogue.required(product);
    }

    /// @dev Asks and emits MatchedMany. By hand, because a league asks everyone about every order and the compiler's copies would cost half as
    /// much again: addresses go to the registry as they came, its reply is replaced in place by the answers (23 bytes for 32: the
    /// writing never overtakes the reading), and those are the event's data. The twin in plain Solidity is `answer`; a test compares them.
    /// @return uncertified The first member that is not certified; nothing was emitted then. Zero if all are.
    // slither-disable-next-line assembly
    function _askAll(uint256 order, uint256 required, uint256 oc, address[] calldata members)
        private
        returns (address uncertified)
    {
        address target = address(registry);
        bytes4 selector = IMemberRegistry.offeredByEach.selector;
        bytes32 topic = MatchedMany.selector;
        assembly ("memory-safe") {
            // The question: selector, offset, length, addresses.
            let data := mload(0x40)
            let reply := add(data, 0x20)
            let size := shl(5, members.length)
            mstore(reply, selector)
            mstore(add(reply, 0x04), 0x20)
            mstore(add(reply, 0x24), members.length)
            calldatacopy(add(reply, 0x44), members.offset, size)
            if iszero(staticcall(gas(), target, reply, add(size, 0x44), reply, add(size, 0x40))) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
            if lt(returndatasize(), add(size, 0x40)) { revert(0, 0) }

            // The reply: offset, length, words. The event's data: oc, offset, length, answers.
            let from := add(data, 0x60)
            let to := from
            let end := add(from, size)
            for { let asked := members.offset } lt(from, end) { asked := add(asked, 0x20) } {
                let set := mload(from)
                if iszero(set) {
                    uncertified := calldataload(asked)
                    break
                }
                // AnswerRule.popcount
                set := and(set, required)
                set := sub(set, and(shr(1, set), PAIRS))
                set := add(and(set, NIBBLES), and(shr(2, set), NIBBLES))
                set := and(add(set, shr(4, set)), BYTES)
                set := and(add(set, shr(8, set)), WORDS)
                let ec := shr(240, mul(set, GATHER))
                // AnswerRule.judge: Reject is 3, Partial 2, Accept 1.
                let given := sub(sub(3, iszero(iszero(ec))), eq(ec, oc))
                mstore(to, or(shl(96, calldataload(asked)), shl(72, or(shl(16, given), ec))))
                from := add(from, 0x20)
                to := add(to, 23)
            }
            if iszero(uncertified) {
                mstore(data, oc)
                mstore(add(data, 0x20), 0x40)
                mstore(add(data, 0x40), mul(members.length, 23))
                // The last bytes are padded with zeros to a whole word. Nothing is kept in memory: the free pointer stays.
                mstore(to, 0)
                log2(data, add(0x60, and(add(mul(members.length, 23), 31), not(31))), topic, order)
            }
        }
    }
}
