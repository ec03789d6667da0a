// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAgreements} from "./interfaces/IAgreements.sol";
import {Conditions, Deal, Milestone} from "./interfaces/Deal.sol";
import {LiabilityRule} from "./LiabilityRule.sol";
import {SettlementRule} from "./SettlementRule.sol";

/// @title Deals: what a deal must be, and what each party of it signs
/// @notice What it is: pure functions over deals. Ranges are wide; they keep out what could hang, overflow or never end.
library Deals {
    /// @notice An agreement has at most so many milestones.
    uint256 internal constant MOST_MILESTONES = 32;
    /// @notice No negotiation, review, ruling or appeal is longer, nor the patience with late work.
    uint256 internal constant LONGEST_WINDOW = 90 days;
    /// @notice Work is due at most so long after the deadline, so that no escrow outlives its people.
    uint256 internal constant LONGEST_WORK = 1000 days;

    uint256 private constant WHOLE = SettlementRule.WHOLE;

    bytes32 internal constant ACCEPTANCE = keccak256(
        "Acceptance(bytes32 deal,bytes32 plan,uint64 order,address party,bytes32 operations,uint256 price,uint256 compensation,uint40 deadline,uint256 nonce)"
    );

    /// @notice Everything that a party sees when it signs.
    /// @param party Who signs.
    /// @param operations Hash of the operations of its milestones, one after the other; zero for the customer.
    /// @param price Sum of its prices; for the customer all it pays at most, but for its part of the compensations.
    /// @param compensation Sum of its compensations; for the customer its part of all.
    struct Share {
        address party;
        bytes32 operations;
        uint256 price;
        uint256 compensation;
    }

    // By hand, because every step of every agreement begins with it, and the compiler copies field by field.
    // slither-disable-start assembly
    /// @notice keccak256(abi.encode(agreement, deal)).
    /// @dev A deal in the transaction's data is written as `abi.encode` writes it: 23 words, where the milestones are, how many, and 8
    /// words each. It is taken as it stands there. If the milestones were elsewhere, what is hashed were not what is read,
    /// so that is refused. A field with bits beyond its type gives another hash, and is refused where it is read.
    function digest(Deal calldata deal, uint256 agreement) internal pure returns (bytes32 hash) {
        uint256 milestones = deal.milestones.length;
        if (milestones > MOST_MILESTONES) revert IAgreements.OutOfRange("milestones", milestones, 1, MOST_MILESTONES);
        bool inPlace;
        assembly ("memory-safe") {
            inPlace := eq(calldataload(add(deal, 0x2e0)), 0x300)
            let size := add(0x320, mul(milestones, 0x100))
            let words := mload(0x40)
            mstore(words, agreement)
            mstore(add(words, 0x20), 0x40)
            calldatacopy(add(words, 0x40), deal, size)
            hash := keccak256(words, add(size, 0x40))
        }
        if (!inPlace) revert IAgreements.NotInPlace();
    }
    // slither-disable-end assembly

    /// @notice Hash of what a party signs, without the domain.
    function acceptance(bytes32 digest_, Deal calldata deal, Share memory share, uint256 nonce)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(ACCEPTANCE, digest_, deal.plan, deal.order, share, deal.deadline, nonce));
    }

    /// @notice What the customer signs for.
    function ofCustomer(Deal calldata deal) internal pure returns (Share memory share) {
        share.party = deal.customer;
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            Milestone calldata one = deal.milestones[i];
            // What the proposer pays is none of the customer's business.
            // slither-disable-next-line unused-return
            (uint256 pays,) = SettlementRule.escrow(one, deal.conditions);
            uint256 compensation = one.compensation - one.subsidy;
            share.price += pays - compensation;
            share.compensation += compensation;
        }
    }

    /// @notice What the member of milestone `from` signs for: all its milestones, which follow each other.
    /// @return share All that it signs.
    /// @return next The next member's first milestone.
    function ofMember(Deal calldata deal, uint256 from) internal pure returns (Share memory share, uint256 next) {
        share.party = deal.milestones[from].member;
        bytes memory operations = "";
        for (next = from; next < deal.milestones.length && deal.milestones[next].member == share.party; ++next) {
            Milestone calldata one = deal.milestones[next];
            operations = bytes.concat(operations, one.operations);
            share.price += one.price;
            share.compensation += one.compensation;
        }
        share.operations = keccak256(operations);
    }

    /// @notice Refuses a deal that could hang, overflow or never end, and says what is wrong with it.
    /// @param now_ Seconds since 1970.
    function check(Deal calldata deal, uint256 now_) internal pure {
        if (deal.plan == 0) revert IAgreements.Missing("plan");
        if (deal.document == 0) revert IAgreements.Missing("document");
        if (deal.customer == address(0)) revert IAgreements.Missing("customer");
        _range("deadline", deal.deadline, now_ + 1, now_ + LONGEST_WINDOW);
        _range("version", deal.version, 1, deal.rounds);
        _range("milestones", deal.milestones.length, 1, MOST_MILESTONES);
        _checkConditions(deal.conditions);
        _checkArbiter(deal, deal.customer);
        _checkArbiter(deal, deal.proposer);
        (address before, bool first) = (address(0), false);
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            Milestone calldata one = deal.milestones[i];
            if (one.member == address(0)) revert IAgreements.Missing("member");
            if (one.operations == 0) revert IAgreements.Missing("operations");
            if (one.member < before) revert IAgreements.NotInOrder(i);
            before = one.member;
            _range("subsidy", one.subsidy, 0, one.compensation);
            _range("startBy", one.startBy, deal.deadline, one.due);
            _range("due", one.due, one.startBy, uint256(deal.deadline) + LONGEST_WORK);
            if (one.fundBy == 0) first = true;
            else _range("fundBy", one.fundBy, deal.deadline, one.startBy);
            _checkArbiter(deal, one.member);
            if (one.member == deal.customer) revert IAgreements.WorksForItself(one.member);
        }
        // Whoever pays nothing at first has bound others and not itself.
        if (!first) revert IAgreements.Missing("first instalment");
    }

    function _checkConditions(Conditions calldata one) private pure {
        _range("review", one.review, 1, LONGEST_WINDOW);
        _range("patience", one.patience, 1, LONGEST_WINDOW);
        _range("ruling", one.ruling, 1, LONGEST_WINDOW);
        _range("appeal", one.appeal, 1, LONGEST_WINDOW);
        _range("fallbackShare", one.fallbackShare, 0, WHOLE);
        _range("unit", one.unit, 1, type(uint32).max);
        _range("cap", one.cap, 0, WHOLE);
        _range("reward", one.reward, 0, WHOLE);
        _range("fee", one.fee, 0, WHOLE);
        if (!LiabilityRule.wellFormed(one.liability)) revert IAgreements.NotAClause(one.liability);
        if (one.reward != 0 && one.solver == address(0)) revert IAgreements.Missing("solver");
        if (one.arbiter == address(0) || one.secondArbiter == address(0)) revert IAgreements.Missing("arbiter");
        if (one.arbiter == one.secondArbiter) revert IAgreements.NotImpartial(one.arbiter);
    }

    /// @dev Nobody decides about itself.
    function _checkArbiter(Deal calldata deal, address party) private pure {
        if (party == deal.conditions.arbiter || party == deal.conditions.secondArbiter) {
            revert IAgreements.NotImpartial(party);
        }
    }

    function _range(string memory term, uint256 given, uint256 least, uint256 most) private pure {
        if (given < least || given > most) revert IAgreements.OutOfRange(term, given, least, most);
    }
}
