// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Deal} from "../src/interfaces/Deal.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {Offices} from "../src/Offices.sol";
import {Switchable} from "../src/Switchable.sol";
import {DealStories} from "./DealStories.sol";

/// @notice An office is an identity's: a key that gave its identity up has it no more, and the one that owns it now takes its seat.
contract OfficesTest is DealStories {
    address private newKey = vm.addr(0x1234);
    address private thirdKey = vm.addr(0x1235);

    function rotated(address identity, address to) private {
        vm.prank(identities.identityOwner(identity));
        identities.changeOwner(identity, to);
    }

    function sits(address key, address identity) private {
        vm.prank(key);
        identities.sit(identity);
    }

    function seatOf(address key) private view returns (address seat) {
        (, seat) = identities.seatsOf(key);
    }

    function aClaim(address account) private {
        vm.prank(account);
        registry.register(MILLING, METADATA);
    }

    function certifiedBy(address who, address account) private {
        vm.prank(who);
        registry.certify(account, MILLING, METADATA);
    }

    function test_a_key_that_gave_its_identity_up_certifies_and_revokes_nobody() public {
        aClaim(member);
        certifiedBy(notary, member);
        aClaim(otherMember);
        rotated(notary, newKey);
        bytes32 role = registry.NOTARY_ROLE();
        refusedWithout(role, notary);
        certifiedBy(notary, otherMember);
        refusedWithout(role, notary);
        vm.prank(notary);
        registry.revoke(member, 0);
        assertTrue(registry.hasRole(role, notary), "the office is the identity's still");
    }

    function test_the_new_key_acts_as_soon_as_it_sits_and_in_every_contract_at_once() public {
        aClaim(member);
        rotated(coordinator, newKey);
        rotated(notary, newKey);
        bytes32 role = registry.NOTARY_ROLE();
        refusedWithout(role, newKey);
        certifiedBy(newKey, member);
        vm.expectEmit(address(identities));
        emit IIdentities.Seated(newKey, notary);
        sits(newKey, notary);
        certifiedBy(newKey, member);
        // One key of two identities sits in the offices of one of them at a time.
        refusedWithout(catalogue.COORDINATOR_ROLE(), newKey);
        vm.prank(newKey);
        catalogue.add(MILLING, PLANS);
        sits(newKey, coordinator);
        vm.startPrank(newKey);
        uint32 added = catalogue.add(MILLING, PLANS);
        catalogue.retire(added);
        vm.stopPrank();
        Deal memory deal = dealFor(anOrder(product));
        deal.proposer = newKey;
        vm.prank(newKey);
        agreements.propose(deal);
    }

    function test_with_the_next_rotation_the_seat_is_gone_as_well() public {
        aClaim(member);
        rotated(notary, newKey);
        sits(newKey, notary);
        rotated(notary, thirdKey);
        bytes32 role = registry.NOTARY_ROLE();
        refusedWithout(role, newKey);
        certifiedBy(newKey, member);
        assertEq(seatOf(newKey), address(0), "no seat");
        sits(thirdKey, notary);
        certifiedBy(thirdKey, member);
    }

    function test_nobody_sits_for_an_identity_that_is_anothers_and_an_old_key_not_for_its_own() public {
        rotated(notary, newKey);
        refused(abi.encodeWithSelector(IIdentities.NotTheOwner.selector, notary, stranger, newKey));
        sits(stranger, notary);
        refused(abi.encodeWithSelector(IIdentities.NotTheOwner.selector, notary, notary, newKey));
        sits(notary, notary);
        refused(abi.encodeWithSelector(IIdentities.NotTheOwner.selector, coordinator, notary, coordinator));
        sits(notary, coordinator);
    }

    function test_an_identity_that_is_given_to_somebody_unasked_changes_none_of_its_offices() public {
        aClaim(member);
        rotated(stranger, notary);
        assertEq(seatOf(notary), address(0), "it took no seat");
        certifiedBy(notary, member);
        sits(notary, stranger);
        aClaim(otherMember);
        certifiedBy(notary, otherMember);
        sits(notary, notary);
        assertEq(seatOf(notary), notary, "it stood up");
    }

    function test_taking_an_office_from_an_identity_takes_it_from_whoever_sits_there() public {
        aClaim(member);
        rotated(notary, newKey);
        sits(newKey, notary);
        bytes32 role = registry.NOTARY_ROLE();
        vm.prank(admin);
        registry.revokeRole(role, notary);
        refusedWithout(role, newKey);
        certifiedBy(newKey, member);
    }

    function test_an_old_admin_key_grants_pauses_and_changes_nothing_anywhere() public {
        rotated(admin, newKey);
        Switchable[16] memory all = offices();
        for (uint256 i = 0; i < all.length; ++i) {
            bytes32 admins = all[i].DEFAULT_ADMIN_ROLE();
            refusedWithout(admins, admin);
            vm.prank(admin);
            all[i].grantRole(admins, stranger);
            refusedWithout(all[i].PAUSER_ROLE(), admin);
            vm.prank(admin);
            all[i].pause();
            refusedWithout(admins, admin);
            vm.prank(admin);
            all[i].recognise(IIdentities(address(0)));
        }
        sits(newKey, admin);
        for (uint256 i = 0; i < all.length; ++i) {
            vm.startPrank(newKey);
            all[i].pause();
            all[i].unpause();
            vm.stopPrank();
        }
    }

    function test_a_deal_names_an_arbiters_identity_and_its_present_key_rules() public {
        (uint256 number, Deal memory deal) = aDelivery();
        disputed(number, deal, 0);
        rotated(arbiter, newKey);
        bytes32 role = settlement.ARBITER_ROLE();
        refusedWithout(role, arbiter);
        ruled(arbiter, number, deal, 0, 0);
        sits(newKey, arbiter);
        ruled(newKey, number, deal, 0, 700_000);
        assertEq(settlement.progressOf(number, 0).share, 700_000, "ruled");
        // What one arbiter's key may, it may not in the place of the other.
        appealed(customer, number, deal, 0);
        notYours(newKey, secondArbiter);
        ruled(newKey, number, deal, 0, 0);
    }

    function test_the_admin_alone_says_where_keys_are_looked_up_and_without_each_account_is_its_own() public {
        refusedWithout(registry.DEFAULT_ADMIN_ROLE(), stranger);
        vm.prank(stranger);
        registry.recognise(IIdentities(address(0)));
        aClaim(member);
        rotated(notary, newKey);
        sits(newKey, notary);
        vm.expectEmit(address(registry));
        emit Offices.Recognises(IIdentities(address(0)));
        vm.prank(admin);
        registry.recognise(IIdentities(address(0)));
        refusedWithout(registry.NOTARY_ROLE(), newKey);
        certifiedBy(newKey, member);
        certifiedBy(notary, member);
    }

    function test_a_renounced_office_is_gone_for_every_key() public {
        rotated(notary, newKey);
        sits(newKey, notary);
        bytes32 role = registry.NOTARY_ROLE();
        refused(abi.encodeWithSelector(IAccessControl.AccessControlBadConfirmation.selector));
        vm.prank(newKey);
        registry.renounceRole(role, notary);
        vm.prank(notary);
        registry.renounceRole(role, notary);
        aClaim(member);
        refusedWithout(role, newKey);
        certifiedBy(newKey, member);
    }
}
