// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Answer} from "../AnswerRule.sol";

/// @title IMatching: which member can make which order
/// @notice `oc` counts the services an order requires, `ec` those of them that a member offers (Ramakurthi 2022).
interface IMatching {
    /// @notice One member was asked.
    event Matched(uint256 indexed order, address indexed member, Answer answer, uint16 oc, uint16 ec);
    /// @notice Many members were asked.
    /// @param order The order.
    /// @param oc Services it requires.
    /// @param answers 7 bytes per member, in the order asked: its number (4), its answer (1), ec (2), each big-endian.
    event MatchedMany(uint256 indexed order, uint16 oc, bytes answers);

    /// @notice Only open orders are matched.
    error OrderNotOpen(uint256 order);
    /// @notice Only certified members are asked.
    error NotCertified(address member);
    /// @notice Only certified members are asked; this number belongs to none, or to nobody.
    error NumberNotCertified(uint32 number);
    /// @notice A batch asks at least one member.
    error NobodyAsked();

    /// @notice Asks one certified member about an open order and records the answer as an event. Anyone.
    function matchOne(uint256 order, address member) external returns (Answer answer_);

    /// @notice Asks many certified members about an open order and records the answers as one event. Anyone.
    /// @param members Their numbers in the registry.
    function matchMany(uint256 order, uint32[] calldata members) external;

    /// @notice What the member would answer, without recording it. None if the order is not open or the member not certified.
    /// @return answer_ The answer.
    /// @return oc Services the order requires, zero if it is not open.
    /// @return ec Services of them that the member offers.
    function answer(uint256 order, address member) external view returns (Answer answer_, uint16 oc, uint16 ec);
}
