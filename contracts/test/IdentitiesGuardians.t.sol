// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {IdentitiesStories} from "./IdentitiesStories.sol";

contract IdentitiesGuardiansTest is IdentitiesStories {
    function notRecoverable(uint256 readyAt) internal {
        refused(abi.encodeWithSelector(IIdentities.NotRecoverable.selector, firm, readyAt));
        identities.recover(firm);
    }

    function test_enough_guardians_and_enough_time_give_an_identity_another_owner() public {
        guarded(2);
        supported(0, newKey);
        notRecoverable(0);
        vm.expectEmit(address(identities));
        emit IIdentities.RecoveryBegun(firm, newKey, uint40(START) + DELAY);
        supported(2, newKey);
        vm.warp(START + DELAY - 1);
        notRecoverable(START + DELAY);
        vm.warp(START + DELAY);
        vm.prank(thief);
        identities.recover(firm);
        assertEq(identities.identityOwner(firm), newKey, "recovered");
        notRecoverable(0);
    }

    function test_a_minority_can_do_nothing_however_often_it_says_it() public {
        guarded(2);
        supported(0, thief);
        supported(0, thief);
        supported(1, newKey);
        vm.warp(START + 80 days);
        notRecoverable(0);
        refused(abi.encodeWithSelector(IIdentities.NotAGuardian.selector, firm, thief));
        vm.prank(thief);
        identities.support(firm, thief, thief);
        notTheOwner(guardians[1], thief);
        vm.prank(thief);
        identities.support(firm, guardians[1], thief);
        refused(abi.encodeWithSelector(IIdentities.NotAGuardian.selector, newKey, guardians[0]));
        vm.prank(guardians[0]);
        identities.support(newKey, guardians[0], thief);
    }

    function test_the_owner_objects_and_what_was_said_before_counts_no_more() public {
        guarded(2);
        supported(0, thief);
        supported(1, thief);
        vm.warp(START + DELAY - 1);
        vm.prank(firm);
        identities.cancelRecovery(firm);
        vm.warp(START + DELAY);
        notRecoverable(0);
        supported(2, thief);
        vm.warp(START + 3 * DELAY);
        notRecoverable(0);
        assertEq(identities.identityOwner(firm), firm, "still its own");
    }

    function test_other_guardians_and_another_owner_void_what_was_begun() public {
        guarded(2);
        supported(0, thief);
        guarded(2);
        supported(1, thief);
        vm.warp(START + DELAY);
        notRecoverable(0);
        supported(2, thief);
        rotated(newKey);
        vm.warp(START + 3 * DELAY);
        notRecoverable(0);
        vm.prank(newKey);
        identities.guard(firm, new address[](0), 0, 0);
        refused(abi.encodeWithSelector(IIdentities.NotAGuardian.selector, firm, guardians[0]));
        supported(0, thief);
    }

    function test_a_second_candidate_does_not_replace_one_that_waits() public {
        guarded(1);
        supported(0, newKey);
        supported(1, thief);
        vm.warp(START + DELAY);
        identities.recover(firm);
        assertEq(identities.identityOwner(firm), newKey, "the first");
    }

    function test_a_guardian_that_was_given_to_another_key_speaks_with_that_one() public {
        guarded(1);
        address other = vm.addr(0x99);
        vm.prank(guardians[0]);
        identities.changeOwner(guardians[0], other);
        notTheOwner(guardians[0], guardians[0]);
        supported(0, thief);
        vm.prank(other);
        identities.support(firm, guardians[0], newKey);
        assertEq(identities.guardOf(firm).candidate, newKey, "begun");
    }

    function test_guardians_that_make_no_sense_are_refused() public {
        address[] memory some = new address[](2);
        vm.startPrank(firm);
        (some[0], some[1]) = (guardians[1], guardians[0]);
        refused(abi.encodeWithSelector(IIdentities.NotInOrder.selector, 1));
        identities.guard(firm, some, 1, DELAY);
        (some[0], some[1]) = (guardians[0], guardians[0]);
        refused(abi.encodeWithSelector(IIdentities.NotInOrder.selector, 1));
        identities.guard(firm, some, 1, DELAY);
        (some[0], some[1]) = (address(0), guardians[0]);
        refused(abi.encodeWithSelector(IIdentities.NotInOrder.selector, 0));
        identities.guard(firm, some, 1, DELAY);
        outOfRange("threshold", 4, 1, 3);
        identities.guard(firm, guardians, 4, DELAY);
        outOfRange("threshold", 0, 1, 3);
        identities.guard(firm, guardians, 0, DELAY);
        outOfRange("delay", 1 hours - 1, 1 hours, 90 days);
        identities.guard(firm, guardians, 2, 1 hours - 1);
        outOfRange("guardians", 17, 0, 16);
        identities.guard(firm, new address[](17), 1, DELAY);
        vm.stopPrank();
    }
}
