// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal, Milestone} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice A solver whose claim was accepted proposes its own plan to the people in it; nobody else does so, and for nothing else.
contract AgreementsOfSolversTest is RoundsStories {
    uint256 private _round;
    bytes private _claim;

    function setUp() public override {
        super.setUp();
        _round = aRound();
        _claim = bytesOf(draft(1, 60));
        committed(_round, solver, _claim);
        committed(_round, otherSolver, 2, 60);
        untilReveal(_round);
        revealed(_round, 0, solver, _claim, cover(1));
        revealed(_round, 1, otherSolver, 2, 60);
        untilAward(_round);
    }

    function aDeal() private view returns (Deal memory deal) {
        (deal.plan, deal.document, deal.order) = (keccak256("plan"), keccak256("document"), 1);
        (deal.customer, deal.proposer) = (customer, solver);
        (deal.deadline, deal.rounds, deal.version) = (uint40(block.timestamp + 100), 1, 1);
        (deal.conditions.arbiter, deal.conditions.secondArbiter, deal.conditions.unit) = (arbiter, secondArbiter, 1);
        (deal.conditions.review, deal.conditions.patience) = (1, 1);
        (deal.conditions.ruling, deal.conditions.appeal) = (1, 1);
        deal.milestones = new Milestone[](1);
        deal.milestones[0] = Milestone(member, keccak256("operations"), 100, 0, 0, deal.deadline, deal.deadline, 0);
    }

    function notItsPlan(uint8 index) private {
        refused(abi.encodeWithSelector(IAgreements.NotYourPlan.selector, _round, index));
    }

    function test_the_solver_of_an_accepted_claim_proposes_its_plan() public {
        awarded(_round, set(0, 1));
        vm.prank(solver);
        assertEq(agreements.proposeAsSolver(aDeal(), _round, 0, _claim), 1, "proposed");
        assertEq(agreements.agreementOf(1).proposer, solver, "in its own name");
    }

    function test_not_before_the_award_not_anothers_and_no_other_plan() public {
        Deal memory deal = aDeal();
        notItsPlan(0);
        vm.prank(solver);
        agreements.proposeAsSolver(deal, _round, 0, _claim);
        awarded(_round, set(0, 1));
        notItsPlan(0);
        vm.prank(otherSolver);
        agreements.proposeAsSolver(deal, _round, 0, _claim);
        notItsPlan(1);
        vm.prank(solver);
        agreements.proposeAsSolver(deal, _round, 1, _claim);
        notItsPlan(0);
        vm.prank(solver);
        agreements.proposeAsSolver(deal, _round, 0, bytesOf(draft(1, 61)));
        deal.plan = keccak256("another plan");
        notItsPlan(0);
        vm.prank(solver);
        agreements.proposeAsSolver(deal, _round, 0, _claim);
    }
}
