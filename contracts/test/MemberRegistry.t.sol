// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {LeagueTest} from "./LeagueTest.sol";

contract MemberRegistryTest is LeagueTest {
    function register(address account, uint256 services) internal {
        vm.prank(account);
        registry.register(services, METADATA);
    }

    function test_a_member_registers_itself_and_waits() public {
        vm.expectEmit(address(registry));
        emit IMemberRegistry.Registered(member, MILLING | TURNING, METADATA);
        register(member, MILLING | TURNING);
        (uint256 services, bool certified, bytes32 metadata) = registry.member(member);
        assertEq(services, MILLING | TURNING, "claimed");
        assertTrue(!certified, "not certified yet");
        assertEq(metadata, METADATA, "metadata");
        assertEq(registry.offered(member), 0, "nothing counts before certification");
    }

    function test_nobody_registers_without_services() public {
        refused(abi.encodeWithSelector(IMemberRegistry.NoServices.selector));
        register(member, 0);
    }

    function test_nobody_registers_twice() public {
        register(member, MILLING);
        refused(abi.encodeWithSelector(IMemberRegistry.AlreadyRegistered.selector, member));
        register(member, TURNING);
    }

    function test_nobody_registers_twice_not_even_after_being_revoked() public {
        aMember(member, MILLING);
        vm.prank(notary);
        registry.revoke(member, "reason");
        refused(abi.encodeWithSelector(IMemberRegistry.AlreadyRegistered.selector, member));
        register(member, MILLING);
    }

    function test_a_notary_certifies_what_it_has_seen() public {
        register(member, MILLING);
        vm.expectEmit(address(registry));
        emit IMemberRegistry.Certified(member, MILLING, notary);
        vm.prank(notary);
        registry.certify(member, MILLING);
        (, bool certified,) = registry.member(member);
        assertTrue(certified, "certified");
        assertEq(registry.offered(member), MILLING, "offered");
    }

    function test_a_claim_changed_behind_the_notarys_back_is_not_certified() public {
        register(member, MILLING);
        vm.prank(member);
        registry.update(MILLING | GRINDING, METADATA);
        refused(
            abi.encodeWithSelector(IMemberRegistry.ClaimChanged.selector, member, MILLING, MILLING | GRINDING)
        );
        vm.prank(notary);
        registry.certify(member, MILLING);
    }

    function test_only_members_are_certified() public {
        refused(abi.encodeWithSelector(IMemberRegistry.NotRegistered.selector, stranger));
        vm.prank(notary);
        registry.certify(stranger, 0);
    }

    function test_certifying_twice_is_refused() public {
        aMember(member, MILLING);
        refused(abi.encodeWithSelector(IMemberRegistry.AlreadyCertified.selector, member));
        vm.prank(notary);
        registry.certify(member, MILLING);
    }

    function test_neither_a_member_nor_the_admin_certifies() public {
        bytes32 role = registry.NOTARY_ROLE();
        register(member, MILLING);
        refusedWithout(role, member);
        vm.prank(member);
        registry.certify(member, MILLING);
        refusedWithout(role, admin);
        vm.prank(admin);
        registry.certify(member, MILLING);
    }

    function test_an_update_drops_the_certification() public {
        aMember(member, MILLING);
        vm.expectEmit(address(registry));
        emit IMemberRegistry.Updated(member, TURNING, bytes32("new"));
        vm.prank(member);
        registry.update(TURNING, "new");
        (uint256 services, bool certified, bytes32 metadata) = registry.member(member);
        assertEq(services, TURNING, "claimed");
        assertTrue(!certified, "dropped");
        assertEq(metadata, bytes32("new"), "metadata");
        assertEq(registry.offered(member), 0, "nothing counts");
    }

    function test_only_the_registered_update_and_never_to_nothing() public {
        refused(abi.encodeWithSelector(IMemberRegistry.NotRegistered.selector, stranger));
        vm.prank(stranger);
        registry.update(MILLING, METADATA);
        register(member, MILLING);
        refused(abi.encodeWithSelector(IMemberRegistry.NoServices.selector));
        vm.prank(member);
        registry.update(0, METADATA);
    }

    function test_a_notary_revokes_with_a_reason_and_may_certify_again() public {
        aMember(member, MILLING);
        vm.expectEmit(address(registry));
        emit IMemberRegistry.Revoked(member, "reason", notary);
        vm.prank(notary);
        registry.revoke(member, "reason");
        assertEq(registry.offered(member), 0, "revoked");
        vm.prank(notary);
        registry.certify(member, MILLING);
        assertEq(registry.offered(member), MILLING, "certified again");
    }

    function test_revoking_needs_the_role_and_a_certification() public {
        bytes32 role = registry.NOTARY_ROLE();
        refused(abi.encodeWithSelector(IMemberRegistry.NotCertified.selector, member));
        vm.prank(notary);
        registry.revoke(member, "reason");
        aMember(member, MILLING);
        refusedWithout(role, otherMember);
        vm.prank(otherMember);
        registry.revoke(member, "reason");
    }

    function test_while_paused_nothing_is_added_but_bad_members_still_leave() public {
        aMember(member, MILLING);
        register(otherMember, MILLING);
        vm.prank(pauser);
        registry.pause();
        refusedWhilePaused();
        register(stranger, MILLING);
        refusedWhilePaused();
        vm.prank(member);
        registry.update(TURNING, METADATA);
        refusedWhilePaused();
        vm.prank(notary);
        registry.certify(otherMember, MILLING);
        vm.prank(notary);
        registry.revoke(member, "reason");
        assertEq(registry.offered(member), 0, "revoked while paused");
    }

    function test_a_member_takes_at_most_three_slots() public {
        vm.record();
        aMember(member, MILLING);
        (, bytes32[] memory writes) = vm.accesses(address(registry));
        assertEq(writes.length, 3, "slots");
    }

    function testFuzz_many_are_read_as_each_is_read_alone(address[] calldata accounts, uint256 services) public {
        if (services != 0 && accounts.length != 0) {
            aMember(accounts[accounts.length / 2], services);
            if (registry.offered(accounts[0]) == 0) register(accounts[0], services);
        }
        uint256[] memory each = registry.offeredByEach(accounts);
        assertEq(each.length, accounts.length, "one answer per account");
        for (uint256 i = 0; i < accounts.length; ++i) {
            assertEq(each[i], registry.offered(accounts[i]), "the same alone");
        }
    }
}
