// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal, Milestone} from "../src/interfaces/Deal.sol";
import {Designs} from "../src/Designs.sol";
import {IDesigns} from "../src/interfaces/IDesigns.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {RoyaltyRule} from "../src/RoyaltyRule.sol";
import {DesignStories} from "./DesignStories.sol";

/// @notice Gives the rule to tests, which have no calldata.
contract Royalties {
    function due(uint256 amount, Milestone[] calldata milestones, uint256[] memory shares) external pure returns (uint256) {
        return RoyaltyRule.due(amount, milestones, shares);
    }
}

/// @notice Who made it, who may make it, and who is paid: each success beside the ways to spoil it.
contract DesignsTest is DesignStories {
    // ── Authorship ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_design_has_its_author_and_time_for_ever() public {
        registered(author, DRAWING);
        vm.prank(author);
        designs.transfer(DRAWING, otherMember);
        IDesigns.Design memory one = designs.designOf(DRAWING);
        assertEq(one.author, author, "author");
        assertEq(one.owner, otherMember, "owner");
        assertEq(one.registered, block.timestamp, "time");
    }

    function test_the_same_file_is_not_registered_again() public {
        registered(author, DRAWING);
        sealedBy(stranger, DRAWING);
        vm.prank(stranger);
        refused(
            abi.encodeWithSelector(
                IDesigns.AlreadyRegistered.selector, DRAWING, author, designs.designOf(DRAWING).registered
            )
        );
        designs.register(DRAWING, none(), SALT);
    }

    function test_whoever_sees_a_registration_pass_by_cannot_overtake_it() public {
        sealedBy(author, DRAWING);
        // The thief has learned the hash from the author's transaction, which waits in the same block.
        bytes32 seal = designs.sealOf(DRAWING, stranger, SALT);
        vm.startPrank(stranger);
        designs.seal(seal);
        refused(abi.encodeWithSelector(IDesigns.NotSealed.selector, seal));
        designs.register(DRAWING, none(), SALT);
        vm.stopPrank();
        vm.prank(author);
        designs.register(DRAWING, none(), SALT);
        assertEq(designs.designOf(DRAWING).author, author, "first");
    }

    function test_a_seal_is_its_accounts_and_its_leagues() public {
        sealedBy(author, DRAWING);
        bytes32 own = designs.sealOf(DRAWING, stranger, SALT);
        vm.prank(stranger);
        refused(abi.encodeWithSelector(IDesigns.NotSealed.selector, own));
        designs.register(DRAWING, none(), SALT);
        Designs elsewhere = new Designs(admin, token, orders, settlement);
        assertTrue(elsewhere.sealOf(DRAWING, author, SALT) != designs.sealOf(DRAWING, author, SALT), "another contract");
        bytes32 here = designs.sealOf(DRAWING, author, SALT);
        vm.chainId(4);
        assertTrue(designs.sealOf(DRAWING, author, SALT) != here, "another chain");
    }

    function test_copying_a_seal_does_not_make_it_younger() public {
        sealedBy(author, DRAWING);
        bytes32 seal = designs.sealOf(DRAWING, author, SALT);
        vm.prank(stranger);
        designs.seal(seal);
        vm.prank(author);
        designs.register(DRAWING, none(), SALT);
    }

    function test_parents_are_registered_designs() public {
        bytes32[] memory parents = new bytes32[](1);
        parents[0] = DRAWING;
        sealedBy(author, PLAN);
        vm.prank(author);
        refused(abi.encodeWithSelector(IDesigns.NotRegistered.selector, DRAWING));
        designs.register(PLAN, parents, SALT);
        registered(otherMember, DRAWING);
        vm.prank(author);
        designs.register(PLAN, parents, SALT);
        vm.prank(author);
        refused(abi.encodeWithSelector(IDesigns.TooManyParents.selector, 17, 16));
        designs.register(REASON, new bytes32[](17), SALT);
    }

    function test_only_the_owner_transfers_and_licenses() public {
        registered(author, DRAWING);
        vm.startPrank(stranger);
        refused(abi.encodeWithSelector(IDesigns.NotTheOwner.selector, DRAWING, stranger));
        designs.transfer(DRAWING, stranger);
        refused(abi.encodeWithSelector(IDesigns.NotTheOwner.selector, DRAWING, stranger));
        designs.license(terms());
        vm.stopPrank();
        vm.startPrank(author);
        refused(abi.encodeWithSelector(IDesigns.Nobody.selector));
        designs.transfer(DRAWING, address(0));
    }

    function test_a_contest_is_decided_by_an_arbiter_and_nobody_else() public {
        registered(stranger, DRAWING);
        vm.prank(author);
        designs.contest(DRAWING, EVIDENCE);
        refusedWithout(designs.ARBITER_ROLE(), author);
        vm.prank(author);
        designs.decide(DRAWING, author, true, REASON);
        vm.startPrank(arbiter);
        refused(abi.encodeWithSelector(IDesigns.NotContested.selector, DRAWING, arbiter));
        designs.decide(DRAWING, arbiter, true, REASON);
        designs.decide(DRAWING, author, true, REASON);
        assertEq(designs.designOf(DRAWING).owner, author, "upheld");
        refused(abi.encodeWithSelector(IDesigns.NotContested.selector, DRAWING, author));
        designs.decide(DRAWING, author, false, REASON);
    }

    function test_no_arbiter_decides_about_its_own_design_or_claim() public {
        registered(author, DRAWING);
        vm.startPrank(arbiter);
        designs.contest(DRAWING, EVIDENCE);
        refused(abi.encodeWithSelector(IDesigns.NotImpartial.selector, DRAWING, arbiter));
        designs.decide(DRAWING, arbiter, true, REASON);
        vm.stopPrank();
        vm.prank(author);
        designs.transfer(DRAWING, arbiter);
        vm.prank(author);
        designs.contest(DRAWING, EVIDENCE);
        vm.prank(arbiter);
        refused(abi.encodeWithSelector(IDesigns.NotImpartial.selector, DRAWING, arbiter));
        designs.decide(DRAWING, author, false, REASON);
    }

    /// @dev Whoever registered what was another's would else leave free licences for ever to its friends.
    function test_licences_of_an_owner_who_was_found_wrong_are_over() public {
        registered(stranger, DRAWING);
        IDesigns.Licence memory free_ = terms();
        (free_.left, free_.royalty, free_.until) = (type(uint32).max, 0, type(uint40).max);
        vm.prank(stranger);
        uint64 licence = designs.license(free_);
        vm.prank(author);
        designs.contest(DRAWING, EVIDENCE);
        vm.prank(arbiter);
        designs.decide(DRAWING, author, true, REASON);
        assertEq(designs.licenceOf(licence).until, 0, "over");
        uint64 order = uint64(anOrder(product));
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.Expired.selector, licence, 0));
        designs.use(licence, order);
        used(aLicence(terms()), order);
    }

    function test_a_contest_that_is_not_upheld_changes_nothing() public {
        registered(author, DRAWING);
        vm.prank(stranger);
        designs.contest(DRAWING, EVIDENCE);
        vm.prank(arbiter);
        designs.decide(DRAWING, stranger, false, REASON);
        assertEq(designs.designOf(DRAWING).owner, author, "still");
    }

    // ── Licences ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_an_order_counts_a_licence_down_and_holds_the_royalty() public {
        registered(author, DRAWING);
        uint64 licence = aLicence(terms());
        uint256 before = designs.free(customer);
        uint256 order = anOrder(product);
        used(licence, order);
        assertEq(designs.licenceOf(licence).left, PIECES - ORDERED, "left");
        assertEq(before - designs.free(customer), ORDERED * ROYALTY, "held");
        assertEq(designs.useOf(uint64(order), DRAWING).owner, author, "who is paid");
    }

    function test_an_exhausted_licence_refuses_the_order() public {
        registered(author, DRAWING);
        IDesigns.Licence memory its = terms();
        its.left = ORDERED + 1;
        uint64 licence = aLicence(its);
        used(licence, anOrder(product));
        uint256 order = anOrder(product);
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.Exhausted.selector, licence, ORDERED, 1));
        designs.use(licence, uint64(order));
    }

    function test_an_expired_licence_refuses_the_order() public {
        registered(author, DRAWING);
        IDesigns.Licence memory its = terms();
        uint64 licence = aLicence(its);
        uint256 order = anOrder(product);
        vm.warp(its.until);
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.Expired.selector, licence, its.until));
        designs.use(licence, uint64(order));
        vm.prank(author);
        refused(abi.encodeWithSelector(IDesigns.EmptyLicence.selector, its.left, its.until));
        designs.license(its);
    }

    function test_a_licence_is_for_its_order_its_licensee_and_once() public {
        registered(author, DRAWING);
        uint256 order = anOrder(product);
        IDesigns.Licence memory its = terms();
        its.order = uint64(order);
        uint64 licence = aLicence(its);
        uint256 second = anOrder(product);
        uint256 foreign = anOrderBy(otherCustomer, product, DEPOSIT);
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.AnotherOrder.selector, licence, second, order));
        designs.use(licence, uint64(second));
        vm.prank(otherCustomer);
        refused(abi.encodeWithSelector(IDesigns.NotYourLicence.selector, licence, otherCustomer));
        designs.use(licence, uint64(foreign));
        used(licence, order);
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.AlreadyUsed.selector, order, DRAWING));
        designs.use(licence, uint64(order));
        licence = aLicence(terms());
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.NotYourOrder.selector, foreign, customer));
        designs.use(licence, uint64(foreign));
    }

    function test_without_the_royalty_nothing_is_used() public {
        registered(author, DRAWING);
        IDesigns.Licence memory its = terms();
        its.licensee = otherCustomer;
        uint64 licence = aLicence(its);
        uint256 order = anOrderBy(otherCustomer, product, DEPOSIT);
        vm.prank(otherCustomer);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, otherCustomer, 0, ORDERED * ROYALTY));
        designs.use(licence, uint64(order));
        assertEq(designs.licenceOf(licence).left, PIECES, "nothing counted");
    }

    // ── Royalties ──────────────────────────────────────────────────────────────────────────────────────────────────

    function test_what_was_made_and_accepted_pays_the_owner_all() public {
        (uint256 number, Deal memory deal,) = aLicensedAgreement();
        made(number, deal, 0);
        vm.prank(stranger);
        refused(abi.encodeWithSelector(IDesigns.NotSettled.selector, number, 1));
        designs.collect(number, deal, DRAWING);
        made(number, deal, 1);
        uint256 before = designs.free(customer);
        vm.prank(stranger);
        designs.collect(number, deal, DRAWING);
        assertEq(designs.free(author), ORDERED * ROYALTY, "paid");
        assertEq(designs.free(customer), before, "all of it");
        refused(abi.encodeWithSelector(IDesigns.NothingHeld.selector, deal.order, DRAWING));
        designs.collect(number, deal, DRAWING);
        vm.prank(author);
        designs.withdraw(ORDERED * ROYALTY);
        assertEq(token.balanceOf(author), ORDERED * ROYALTY, "in the purse");
    }

    function test_half_of_the_work_pays_half_and_the_cents_add_up() public {
        (uint256 number, Deal memory deal,) = aLicensedAgreement();
        made(number, deal, 0);
        givenUp(number, deal, 1);
        uint256 before = designs.free(customer);
        designs.collect(number, deal, DRAWING);
        assertEq(designs.free(author), uint256(ORDERED) * ROYALTY / 2, "half, rounded down");
        assertEq(designs.free(author) + designs.free(customer) - before, ORDERED * ROYALTY, "conserved");
    }

    function test_what_a_ruling_takes_from_the_work_it_takes_from_the_royalty() public {
        (uint256 number, Deal memory deal,) = aLicensedAgreement();
        started(number, deal, 0);
        delivered(number, deal, 0);
        disputed(number, deal, 0);
        ruled(arbiter, number, deal, 0, 250_000);
        vm.warp(block.timestamp + deal.conditions.appeal);
        settled(number, deal, 0);
        givenUp(number, deal, 1);
        designs.collect(number, deal, DRAWING);
        assertEq(designs.free(author), uint256(ORDERED) * ROYALTY / 8, "a quarter of a half");
    }

    function test_nothing_made_gives_money_and_pieces_back() public {
        (uint256 number, Deal memory deal, uint64 licence) = aLicensedAgreement();
        givenUp(number, deal, 0);
        givenUp(number, deal, 1);
        designs.collect(number, deal, DRAWING);
        assertEq(designs.free(author), 0, "nothing");
        assertEq(designs.licenceOf(licence).left, PIECES, "as before");
    }

    function test_a_royalty_is_the_owners_of_the_time() public {
        (uint256 number, Deal memory deal,) = aLicensedAgreement();
        vm.prank(author);
        designs.transfer(DRAWING, otherMember);
        made(number, deal, 0);
        made(number, deal, 1);
        designs.collect(number, deal, DRAWING);
        assertEq(designs.free(author), ORDERED * ROYALTY, "earned before");
        assertEq(designs.free(otherMember), 0, "not after");
    }

    function test_a_deal_of_another_order_ends_no_royalty() public {
        (uint256 number, Deal memory deal,) = aLicensedAgreement();
        made(number, deal, 0);
        made(number, deal, 1);
        Deal memory other = dealFor(aPlannedOrder());
        refused(abi.encodeWithSelector(IDesigns.WrongDeal.selector, number));
        designs.collect(number, other, DRAWING);
        uint256 second = proposed(other);
        activated(second, other);
        givenUp(second, other, 0);
        givenUp(second, other, 1);
        refused(abi.encodeWithSelector(IDesigns.NothingHeld.selector, other.order, DRAWING));
        designs.collect(second, other, DRAWING);
    }

    function test_a_planned_order_keeps_its_licence_and_a_refunded_one_does_not() public {
        registered(author, DRAWING);
        uint64 licence = aLicence(terms());
        uint256 before = designs.free(customer);
        uint256 order = aPlannedOrder();
        used(licence, order);
        vm.prank(customer);
        refused(abi.encodeWithSelector(IDesigns.WrongOrder.selector, order));
        designs.giveBack(uint64(order), DRAWING);
        vm.prank(coordinator);
        orders.refund(order);
        vm.prank(stranger);
        designs.giveBack(uint64(order), DRAWING);
        assertEq(designs.free(customer), before, "all back");
        assertEq(designs.licenceOf(licence).left, PIECES, "pieces too");
    }

    function test_an_open_order_gives_its_licence_back_by_its_customer_only() public {
        registered(author, DRAWING);
        uint64 licence = aLicence(terms());
        uint256 order = anOrder(product);
        used(licence, order);
        vm.prank(stranger);
        refused(abi.encodeWithSelector(IDesigns.WrongOrder.selector, order));
        designs.giveBack(uint64(order), DRAWING);
        vm.startPrank(customer);
        designs.giveBack(uint64(order), DRAWING);
        designs.use(licence, uint64(order));
        assertEq(designs.licenceOf(licence).left, PIECES - ORDERED, "used again, once");
    }

    function test_a_royalty_is_never_more_than_was_held(uint96 amount, uint96[4] memory pays, uint32[4] memory shares)
        public
    {
        Milestone[] memory all = new Milestone[](4);
        uint256[] memory parts = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            (all[i].price, all[i].compensation) = (pays[i], pays[3 - i]);
            parts[i] = shares[i] % (WHOLE + 1);
        }
        uint256 some = new Royalties().due(amount, all, parts);
        assertLe(some, amount, "part of it");
        for (uint256 i = 0; i < 4; ++i) {
            parts[i] = WHOLE;
        }
        assertEq(new Royalties().due(amount, all, parts), amount, "all of it");
    }

    // ── The off switch ─────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_pause_stops_new_rights_and_no_money() public {
        (uint256 number, Deal memory deal, uint64 licence) = aLicensedAgreement();
        made(number, deal, 0);
        made(number, deal, 1);
        sealedBy(author, PLAN);
        uint256 order = anOrder(product);
        vm.prank(pauser);
        designs.pause();
        vm.startPrank(author);
        refusedWhilePaused();
        designs.register(PLAN, none(), SALT);
        refusedWhilePaused();
        designs.license(terms());
        vm.stopPrank();
        vm.prank(customer);
        refusedWhilePaused();
        designs.use(licence, uint64(order));
        designs.collect(number, deal, DRAWING);
        vm.prank(author);
        designs.withdraw(ORDERED * ROYALTY);
    }
}
