// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ICharter: what the league has decided of its own parameters
interface ICharter {
    /// @notice Seconds, cents, millionths, as each says.
    /// @dev Four to a slot, in this order: what a contract looks at together lies together.
    enum Term {
        RoundWindowLeast, // seconds; each of committing and revealing
        RoundBondLeast, // millionths of the pot
        RoundImprovementLeast, // in the unit of what is measured
        RoundPotMost, // millionths of the baseline; R_max of the reward curve
        DealReviewLeast, // seconds a customer has to look at what was delivered
        DealRulingLeast, // seconds an arbiter has
        DealAppealLeast, // seconds both have to appeal
        DealFeeMost, // millionths of the price
        RoundChallengeLeast, // seconds
        OrderDepositLeast, // cents; looked at by the service alone, as are the next four
        RoundReachMost, // millionths of the way from the baseline to the cheapest plan: the reward curve's target
        AdmissionLeast, // millionths; standing that a member needs for an order
        AdmissionTrial, // cents; up to here newcomers need none
        NotaryCredentials, // how many other notaries have to say who a notary is
        OfferHold, // seconds in which a host confirms, rounded up to minutes; as the next three, what holds and no bound
        OfferReview, // seconds in which a guest looks at the work, rounded up to hours
        OfferDecision, // seconds in which an arbiter decides, rounded up to hours
        OfferPenalty // millionths of the price, rounded up to per cents: what withdrawing costs
    }

    /// @notice A parameter is another from now on.
    event TermSet(Term indexed term, uint64 before, uint64 value);

    /// @notice No decision can leave these bounds.
    error BeyondBounds(Term term, uint64 given, uint64 least, uint64 most);
    /// @notice What is given breaks the charter.
    error AgainstCharter(Term term, uint256 given, uint256 needed);

    /// @notice Changes a parameter. DEFAULT_ADMIN_ROLE: the league's timelock, once it is handed over.
    function set(Term term, uint64 value) external;

    function valueOf(Term term) external view returns (uint64);

    /// @notice All of them, in order.
    function values() external view returns (uint64[] memory);

    /// @notice What a parameter can be at all.
    function boundsOf(Term term) external pure returns (uint64 least, uint64 most);

    /// @notice Refuses a round against the charter. What is asked in millionths is rounded down; a pot of one cent is never too much.
    function checkRound(
        uint256 window, uint256 challenge, uint256 bond, uint256 improvement, uint256 pot, uint256 baseline
    ) external view;

    /// @notice Refuses a deal against the charter.
    function checkDeal(uint256 review, uint256 ruling, uint256 appeal, uint256 fee) external view;
}
