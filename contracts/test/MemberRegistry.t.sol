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
        emit IMemberRegistry.Registered(member, 1, MILLING | TURNING, METADATA);
        register(member, MILLING | TURNING);
        (uint32 number, uint256 services, bool certified, bytes32 metadata) = registry.member(member);
        assertEq(number, 1, "number");
        assertEq(services, MILLING | TURNING, "claimed");
        assertTrue(!certified, "not certified yet");
        assertEq(metadata, METADATA, "metadata");
        assertEq(registry.offered(member), 0, "nothing counts before certification");
    }

    function test_members_are_numbered_in_the_order_of_registration() public {
        assertEq(registry.number(member), 0, "nobody has number zero");
        assertEq(aMember(otherMember, MILLING), 1, "first");
        assertEq(aMember(member, TURNING), 2, "second");
        vm.prank(notary);
        registry.revoke(otherMember, "reason");
        vm.prank(otherMember);
        registry.update(GRINDING, "new");
        assertEq(registry.number(otherMember), 1, "kept");
        assertEq(aMember(stranger, MILLING), 3, "third");
    }

    function test_a_refused_registration_takes_no_number() public {
        refused(abi.encodeWithSelector(IMemberRegistry.NoServices.selector));
        register(member, 0);
        assertEq(aMember(member, MILLING), 1, "number");
    }

    function test_when_the_numbers_are_used_up_nobody_registers() public {
        nextNumber(type(uint32).max - 1);
        assertEq(aMember(member, MILLING), type(uint32).max - 1, "the last");
        refused(abi.encodeWithSignature("Panic(uint256)", 0x11));
        register(otherMember, MILLING);
        assertEq(registry.offered(member), MILLING, "and nothing changes for the others");
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
        emit IMemberRegistry.Certified(member, MILLING, METADATA, notary);
        vm.prank(notary);
        registry.certify(member, MILLING, METADATA);
        (,, bool certified,) = registry.member(member);
        assertTrue(certified, "certified");
        assertEq(registry.offered(member), MILLING, "offered");
    }

    function test_a_claim_changed_behind_the_notarys_back_is_not_certified() public {
        register(member, MILLING);
        vm.prank(member);
        registry.update(MILLING | GRINDING, METADATA);
        refused(
            abi.encodeWithSelector(IMemberRegistry.ClaimChanged.selector, member, MILLING | GRINDING, METADATA)
        );
        vm.prank(notary);
        registry.certify(member, MILLING, METADATA);
    }

    function test_a_description_replaced_behind_the_notarys_back_is_not_certified() public {
        register(member, MILLING);
        vm.prank(member);
        registry.update(MILLING, "something else");
        refused(
            abi.encodeWithSelector(IMemberRegistry.ClaimChanged.selector, member, MILLING, bytes32("something else"))
        );
        vm.prank(notary);
        registry.certify(member, MILLING, METADATA);
        assertEq(registry.offered(member), 0, "nothing counts");
    }

    function testFuzz_exactly_the_claim_is_certified(uint256 services, bytes32 metadata, uint256 seen, bytes32 read) public {
        vm.assume(services != 0 && (services != seen || metadata != read));
        vm.prank(member);
        registry.register(services, metadata);
        refused(abi.encodeWithSelector(IMemberRegistry.ClaimChanged.selector, member, services, metadata));
        vm.prank(notary);
        registry.certify(member, seen, read);
        vm.prank(notary);
        registry.certify(member, services, metadata);
        assertEq(registry.offered(member), services, "certified");
    }

    function test_only_members_are_certified() public {
        refused(abi.encodeWithSelector(IMemberRegistry.NotRegistered.selector, stranger));
        vm.prank(notary);
        registry.certify(stranger, 0, 0);
    }

    function test_certifying_twice_is_refused() public {
        aMember(member, MILLING);
        refused(abi.encodeWithSelector(IMemberRegistry.AlreadyCertified.selector, member));
        vm.prank(notary);
        registry.certify(member, MILLING, METADATA);
    }

    function test_neither_a_member_nor_the_admin_certifies() public {
        bytes32 role = registry.NOTARY_ROLE();
        register(member, MILLING);
        refusedWithout(role, member);
        vm.prank(member);
        registry.certify(member, MILLING, METADATA);
        refusedWithout(role, admin);
        vm.prank(admin);
        registry.certify(member, MILLING, METADATA);
    }

    function test_an_update_drops_the_certification() public {
        aMember(member, MILLING);
        vm.expectEmit(address(registry));
        emit IMemberRegistry.Updated(member, TURNING, bytes32("new"));
        vm.prank(member);
        registry.update(TURNING, "new");
        (, uint256 services, bool certified, bytes32 metadata) = registry.member(member);
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
        registry.certify(member, MILLING, METADATA);
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
        registry.certify(otherMember, MILLING, METADATA);
        vm.prank(notary);
        registry.revoke(member, "reason");
        assertEq(registry.offered(member), 0, "revoked while paused");
    }

    function test_a_member_takes_four_slots_of_its_own_and_one_counter() public {
        vm.record();
        aMember(member, MILLING);
        (, bytes32[] memory writes) = vm.accesses(address(registry));
        assertEq(writes.length, 5, "slots");
        assertEq(writes[0], bytes32(uint256(2)), "the counter, beside the pause flag");
    }

    function test_a_number_beyond_32_bits_reads_no_foreign_slot() public {
        aMember(member, MILLING);
        bytes memory question = abi.encodeCall(registry.offeredByEach, (numbers(1, 1)));
        for (uint256 place = 0; place < 28; ++place) {
            question[4 + 3 * 32 + place] = 0x01;
            (bool done,) = address(registry).staticcall(question);
            assertTrue(!done, "refused");
            question[4 + 3 * 32 + place] = 0x00;
        }
        (bool answered,) = address(registry).staticcall(question);
        assertTrue(answered, "the question itself is right");
    }

    function test_nothing_asked_is_nothing_answered() public view {
        assertEq(registry.offeredByEach(new uint32[](0)).length, 0, "empty");
    }

    function testFuzz_many_are_read_as_each_is_read_alone(uint256[] calldata offers, uint32[] calldata asked) public {
        uint256 count = offers.length < 20 ? offers.length : 20;
        address[] memory accounts = new address[](count + 1);
        for (uint256 i = 1; i <= count; ++i) {
            accounts[i] = address(uint160(uint256(keccak256(abi.encode("member", i)))));
            if (offers[i - 1] % 3 == 0) register(accounts[i], offers[i - 1] | 1);
            else aMember(accounts[i], offers[i - 1]);
        }
        // Half of the questions are about members, the others about numbers that nobody has.
        uint32[] memory questions = new uint32[](asked.length);
        for (uint256 i = 0; i < asked.length; ++i) {
            questions[i] = i % 2 == 0 ? asked[i] % uint32(count + 1) : asked[i];
        }
        uint256[] memory each = registry.offeredByEach(questions);
        assertEq(each.length, asked.length, "one answer per number");
        for (uint256 i = 0; i < asked.length; ++i) {
            bool known = questions[i] != 0 && questions[i] <= count;
            assertEq(each[i], known ? registry.offered(accounts[questions[i]]) : 0, "the same alone");
        }
    }
}
