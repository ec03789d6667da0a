// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Conditions, Milestone} from "./interfaces/Deal.sol";

/// @title SettlementRule: who gets what of a milestone's escrow
/// @notice What it is: pure functions, the twins of `hanse.value.settlement`, equal to the last cent. Whatever is paid is rounded
/// down and the rest goes back to whoever put it there, so every escrow is paid out exactly.
///
/// Why unchecked: amounts are below 2^96, rates below 2^32 and seconds below 2^40, so that no product reaches 2^169; a cap, a share
/// and the rates on top are at most the whole (`Deals.check`, and `Escrow` for what is only asked), so that no part is above
/// what it is taken from. That a subsidy is part of its compensation is checked again.
library SettlementRule {
    /// @notice The whole, in millionths.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice What becomes of a milestone's escrow.
    /// @param member For the work: price less penalty, and compensation.
    /// @param solver Its reward.
    /// @param treasury The league's fee.
    /// @param customer What goes back to the customer.
    /// @param proposer What goes back to the proposer.
    struct Parts {
        uint256 member;
        uint256 solver;
        uint256 treasury;
        uint256 customer;
        uint256 proposer;
    }

    /// @notice What lateness costs: nothing within grace, then a line, then the cap. Rounded down, and never above the cap.
    /// @param late Seconds after the due time, below 2^40.
    function penalty(uint96 price, uint256 late, Conditions calldata terms) internal pure returns (uint256) {
        if (late <= terms.grace) return 0;
        uint256 most = _share(price, terms.cap);
        unchecked {
            uint256 line = uint256(price) * terms.perUnit * (late - terms.grace) / (WHOLE * terms.unit);
            return line < most ? line : most;
        }
    }

    /// @notice What a milestone locks: the customer's part and the proposer's.
    function escrow(Milestone calldata one, Conditions calldata terms)
        internal
        pure
        returns (uint256 customer, uint256 proposer)
    {
        uint256 onTop = _share(one.price, terms.reward) + _share(one.price, terms.fee);
        return (uint256(one.price) + (one.compensation - one.subsidy) + onTop, one.subsidy);
    }

    /// @notice Divides a milestone's escrow.
    /// @param share What the member gets of what it earned, in millionths: all if it was accepted, nothing if it never began.
    /// @param late Seconds after the due time, below 2^40.
    function split(Milestone calldata one, Conditions calldata terms, uint256 share, uint256 late)
        internal
        pure
        returns (Parts memory parts)
    {
        (uint256 customer, uint256 proposer) = escrow(one, terms);
        unchecked {
            uint256 own = _share(one.compensation - one.subsidy, share);
            uint256 subsidy = _share(proposer, share);
            uint256 earned = _share(one.price - penalty(one.price, late, terms), share);
            parts.member = earned + own + subsidy;
            parts.solver = _share(earned, terms.reward);
            parts.treasury = _share(earned, terms.fee);
            parts.customer = customer - earned - own - parts.solver - parts.treasury;
            parts.proposer = proposer - subsidy;
        }
    }

    function _share(uint256 amount, uint256 millionths) private pure returns (uint256) {
        unchecked {
            return amount * millionths / WHOLE;
        }
    }
}
