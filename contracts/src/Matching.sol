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
    function matchMany(uint256 order, uint32[] calldata members) external whenNotPaused {
        if (members.length == 0) revert NobodyAsked();
        uint256 required = _required(order);
        uint16 oc = AnswerRule.popcount(required);
        emit MatchedMany(order, oc, _answers(required, oc, members, _offeredByEach(members)));
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

    // A league asks everyone about every order, and the compiler's own copying and checking would cost half as much again as the reading.
    // So the two steps of a batch are by hand; the twin of both in plain Solidity is `answer`, and a test compares them.

    /// @dev registry.offeredByEach(members): the question is copied as it came, and the reply is used where it lies.
    // slither-disable-next-line assembly
    function _offeredByEach(uint32[] calldata members) private view returns (uint256[] memory offered) {
        address target = address(registry);
        bytes4 selector = IMemberRegistry.offeredByEach.selector;
        assembly ("memory-safe") {
            // The question: selector, offset, length, numbers. The reply over it: offset, length, sets.
            let data := mload(0x40)
            let size := shl(5, members.length)
            mstore(data, selector)
            mstore(add(data, 0x04), 0x20)
            mstore(add(data, 0x24), members.length)
            calldatacopy(add(data, 0x44), members.offset, size)
            if iszero(staticcall(gas(), target, data, add(size, 0x44), data, add(size, 0x40))) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
            if iszero(eq(returndatasize(), add(size, 0x40))) { revert(0, 0) }
            offered := add(data, 0x20)
            mstore(0x40, add(data, add(size, 0x40)))
        }
    }

    /// @dev AnswerRule.answer for each member, packed as MatchedMany tells it. The registry has refused numbers beyond 32 bits.
    // slither-disable-next-line assembly
    function _answers(uint256 required, uint16 oc, uint32[] calldata members, uint256[] memory offered)
        private
        pure
        returns (bytes memory packed)
    {
        // A word is written for each seven bytes: the last one reaches 25 bytes beyond the end.
        packed = new bytes(7 * members.length + 25);
        bool certified = true;
        uint32 who = 0;
        assembly ("memory-safe") {
            let asked := members.offset
            let to := add(packed, 0x20)
            let from := add(offered, 0x20)
            let end := add(from, shl(5, members.length))
            for {} lt(from, end) { from := add(from, 0x20) } {
                let set := mload(from)
                if iszero(set) {
                    certified := false
                    who := calldataload(asked)
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
                mstore(to, shl(200, or(shl(24, calldataload(asked)), or(shl(16, given), ec))))
                asked := add(asked, 0x20)
                to := add(to, 7)
            }
            mstore(packed, mul(7, members.length))
        }
        if (!certified) revert NumberNotCertified(who);
    }
}
