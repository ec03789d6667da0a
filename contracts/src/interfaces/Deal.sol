// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice One piece of work by one member, paid on its own: an operation, several, or the whole delivery.
/// @param member Who works and is paid.
/// @param operations Merkle root, or hash of the list, of the operations of the plan it stands for.
/// @param price Cents for work that is delivered in time and accepted.
/// @param compensation Cents on top, that make the work worth doing for this member (promotion).
/// @param subsidy How much of the compensation the proposer pays; the customer pays the rest.
/// @param startBy Seconds since 1970: work that has not been reported as begun before this is given back.
/// @param due Seconds since 1970: later than this is late; not before `startBy`.
/// @param fundBy Zero if the customer pays into escrow with the agreement; else an instalment, to be paid in before this.
struct Milestone {
    address member;
    bytes32 operations;
    uint96 price;
    uint96 compensation;
    uint96 subsidy;
    uint40 startBy;
    uint40 due;
    uint40 fundBy;
}

/// @notice How it is settled. Shares and rates are in millionths, durations in seconds.
/// @param solver Who made the plan; may be nobody if its reward is zero.
/// @param arbiter Who decides disputes.
/// @param secondArbiter Who decides appeals; another than the arbiter.
/// @param review A delivery that nobody disputes for so long counts as accepted.
/// @param patience Work that is not delivered so long after it was due is given back.
/// @param ruling How long an arbiter has, each of the two.
/// @param appeal How long a ruling can be appealed.
/// @param fallbackShare What the member gets of a disputed milestone if the arbiter is silent.
/// @param grace So much lateness costs nothing.
/// @param unit Length of the penalty's unit of time, not zero.
/// @param perUnit Penalty for each unit beyond grace, of the price.
/// @param cap Most that the penalty can be, of the price.
/// @param reward What the solver gets on top, of what is paid of the price.
/// @param fee What the league's treasury gets on top, of what is paid of the price.
/// @param liability Who bears which failure (LiabilityRule): rulings go by it; zero leaves the share to the arbiter.
struct Conditions {
    address solver;
    address arbiter;
    address secondArbiter;
    uint32 review;
    uint32 patience;
    uint32 ruling;
    uint32 appeal;
    uint32 fallbackShare;
    uint32 grace;
    uint32 unit;
    uint32 perUnit;
    uint32 cap;
    uint32 reward;
    uint32 fee;
    uint128 liability;
}

/// @notice All that the parties agree on: one order, whoever works for it, and how it ends. Contracts keep its hash alone; whoever
/// acts on an agreement sends the deal along.
/// @param plan Root of the plan.
/// @param document Content hash: where operations and prices can be read in words.
/// @param order Number in the order book.
/// @param customer Who ordered and pays.
/// @param proposer Who proposed it and pays the subsidies.
/// @param deadline Seconds since 1970: it is active before this, or never.
/// @param rounds How many versions there can be, k.
/// @param version Which of them this is, from one.
/// @param conditions How it is settled.
/// @param milestones At least one, ordered by the members' addresses.
struct Deal {
    bytes32 plan;
    bytes32 document;
    uint64 order;
    address customer;
    address proposer;
    uint40 deadline;
    uint8 rounds;
    uint8 version;
    Conditions conditions;
    Milestone[] milestones;
}
