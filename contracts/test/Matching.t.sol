// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Answer, AnswerRule} from "../src/AnswerRule.sol";
import {IMatching} from "../src/interfaces/IMatching.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {Matching} from "../src/Matching.sol";
import {LeagueTest} from "./LeagueTest.sol";
import {Vm} from "./Vm.sol";

/// @notice The answer rule as one would say it: bit by bit.
library NaiveRule {
    function popcount(uint256 set) internal pure returns (uint256 ones) {
        for (uint256 i = 0; i < 256; ++i) {
            if (set & (1 << i) != 0) ++ones;
        }
    }

    function answer(uint256 required, uint256 offered) internal pure returns (Answer) {
        uint256 oc = popcount(required);
        uint256 ec = popcount(required & offered);
        if (ec == oc && oc > 0) return Answer.Accept;
        if (0 < ec && ec < oc) return Answer.Partial;
        return Answer.Reject;
    }
}

/// @notice A registry whose batch answer is too short.
contract ForgetfulRegistry {
    function offeredByEach(uint32[] calldata) external pure returns (uint256[] memory) {
        return new uint256[](0);
    }
}

/// @notice A registry whose batch answer is an error.
contract BrokenRegistry {
    error Broken(uint256 how);

    function offeredByEach(uint32[] calldata) external pure returns (uint256[] memory) {
        revert Broken(7);
    }
}

contract MatchingTest is LeagueTest {
    uint256 internal id;

    function setUp() public override {
        super.setUp();
        id = anOrder(aProduct(MILLING | TURNING));
    }

    function assertAnswer(address account, Answer wanted, uint256 oc, uint256 ec) internal view {
        (Answer given, uint16 required, uint16 met) = matching.answer(id, account);
        assertEq(uint256(given), uint256(wanted), "answer");
        assertEq(required, oc, "oc");
        assertEq(met, ec, "ec");
    }

    function test_a_member_with_all_services_accepts() public {
        aMember(member, MILLING | TURNING | GRINDING);
        vm.expectEmit(address(matching));
        emit IMatching.Matched(id, member, Answer.Accept, 2, 2);
        vm.prank(stranger);
        assertTrue(matching.matchOne(id, member) == Answer.Accept, "accept");
        assertAnswer(member, Answer.Accept, 2, 2);
    }

    function test_a_member_with_some_services_accepts_partially() public {
        aMember(member, TURNING | GRINDING);
        vm.expectEmit(address(matching));
        emit IMatching.Matched(id, member, Answer.Partial, 2, 1);
        assertTrue(matching.matchOne(id, member) == Answer.Partial, "partial");
        assertAnswer(member, Answer.Partial, 2, 1);
    }

    function test_a_member_with_none_rejects() public {
        aMember(member, GRINDING);
        vm.expectEmit(address(matching));
        emit IMatching.Matched(id, member, Answer.Reject, 2, 0);
        assertTrue(matching.matchOne(id, member) == Answer.Reject, "reject");
        assertAnswer(member, Answer.Reject, 2, 0);
    }

    function test_the_uncertified_are_not_asked() public {
        vm.prank(member);
        registry.register(MILLING, METADATA);
        refused(abi.encodeWithSelector(IMatching.NotCertified.selector, member));
        matching.matchOne(id, member);
        refused(abi.encodeWithSelector(IMatching.NotCertified.selector, stranger));
        matching.matchOne(id, stranger);
        uint32 other = aMember(otherMember, MILLING);
        refused(abi.encodeWithSelector(IMatching.NumberNotCertified.selector, 1));
        matching.matchMany(id, numbers(other, 1));
        assertAnswer(member, Answer.None, 2, 0);
    }

    function test_numbers_that_nobody_has_are_not_asked() public {
        uint32 one = aMember(member, MILLING);
        uint32[4] memory strangers = [0, one + 1, type(uint32).max, 1 << 31];
        for (uint256 i = 0; i < strangers.length; ++i) {
            refused(abi.encodeWithSelector(IMatching.NumberNotCertified.selector, strangers[i]));
            matching.matchMany(id, numbers(one, strangers[i]));
        }
    }

    function test_the_revoked_and_the_changed_are_not_asked() public {
        uint32 one = aMember(member, MILLING);
        uint32 other = aMember(otherMember, MILLING);
        vm.prank(notary);
        registry.revoke(member, "reason");
        vm.prank(otherMember);
        registry.update(MILLING | TURNING, METADATA);
        refused(abi.encodeWithSelector(IMatching.NotCertified.selector, member));
        matching.matchOne(id, member);
        refused(abi.encodeWithSelector(IMatching.NumberNotCertified.selector, other));
        matching.matchMany(id, numbers(other, one));
        refused(abi.encodeWithSelector(IMatching.NumberNotCertified.selector, one));
        matching.matchMany(id, numbers(one, other));
    }

    function test_only_open_orders_are_matched() public {
        aMember(member, MILLING);
        refused(abi.encodeWithSelector(IMatching.OrderNotOpen.selector, 99));
        matching.matchOne(99, member);
        uint256 cancelled = anOrder(1);
        vm.prank(customer);
        orders.cancel(cancelled);
        refused(abi.encodeWithSelector(IMatching.OrderNotOpen.selector, cancelled));
        matching.matchOne(cancelled, member);
        planned(id);
        refused(abi.encodeWithSelector(IMatching.OrderNotOpen.selector, id));
        matching.matchMany(id, numbers(1, 1));
        assertAnswer(member, Answer.None, 0, 0);
    }

    function test_a_retired_product_is_still_matched_for_the_orders_it_has() public {
        aMember(member, MILLING | TURNING);
        vm.prank(coordinator);
        catalogue.retire(1);
        assertTrue(matching.matchOne(id, member) == Answer.Accept, "accept");
    }

    function test_a_batch_asks_someone() public {
        refused(abi.encodeWithSelector(IMatching.NobodyAsked.selector));
        matching.matchMany(id, new uint32[](0));
    }

    function test_many_answers_are_one_event_of_packed_bytes() public {
        uint32 one = aMember(member, MILLING | TURNING);
        nextNumber(0x89ABCDEF);
        uint32 other = aMember(otherMember, TURNING);
        vm.expectEmit(address(matching));
        emit IMatching.MatchedMany(id, 2, hex"0000000101000289abcdef020001");
        matching.matchMany(id, numbers(one, other));
    }

    function test_a_member_with_every_service_is_counted_to_256() public {
        uint32 one = aMember(member, type(uint256).max);
        uint256 all = anOrder(aProduct(type(uint256).max));
        vm.expectEmit(address(matching));
        emit IMatching.Matched(all, member, Answer.Accept, 256, 256);
        matching.matchOne(all, member);
        vm.expectEmit(address(matching));
        emit IMatching.MatchedMany(all, 256, abi.encodePacked(one, uint8(1), uint16(256)));
        matching.matchMany(all, numbers(one));
    }

    function test_while_paused_no_answer_is_recorded_but_the_view_goes_on() public {
        aMember(member, MILLING);
        vm.prank(pauser);
        matching.pause();
        refusedWhilePaused();
        matching.matchOne(id, member);
        refusedWhilePaused();
        matching.matchMany(id, numbers(1, 1));
        assertAnswer(member, Answer.Partial, 2, 1);
    }

    function test_a_number_beyond_32_bits_is_nobodys() public {
        uint32 one = aMember(member, MILLING);
        bytes memory question = abi.encodeCall(matching.matchMany, (id, numbers(one, one)));
        (bool done,) = address(matching).call(question);
        assertTrue(done, "the question itself is right");
        for (uint256 place = 0; place < 28; ++place) {
            question[4 + 3 * 32 + place] = 0x01;
            (done,) = address(matching).call(question);
            assertTrue(!done, "refused");
            question[4 + 3 * 32 + place] = 0x00;
        }
    }

    function test_a_length_beyond_the_data_is_refused() public {
        uint32 one = aMember(member, MILLING);
        bytes memory question = abi.encodeCall(matching.matchMany, (id, numbers(one, one)));
        question[4 + 3 * 32 - 1] = 0x03;
        (bool done,) = address(matching).call(question);
        assertTrue(!done, "one more than there are");
        question[4 + 2 * 32] = 0xFF;
        (done,) = address(matching).call(question);
        assertTrue(!done, "nearly all there could be");
    }

    function test_a_registry_that_answers_wrongly_is_not_believed() public {
        aMember(member, MILLING);
        Matching other =
            new Matching(admin, IMemberRegistry(address(new ForgetfulRegistry())), catalogue, orders);
        vm.expectRevert();
        other.matchMany(id, numbers(1, 1));
        other = new Matching(admin, IMemberRegistry(address(new BrokenRegistry())), catalogue, orders);
        refused(abi.encodeWithSelector(BrokenRegistry.Broken.selector, 7));
        other.matchMany(id, numbers(1, 1));
    }

    function testFuzz_the_rule_is_the_naive_rule(uint256 required, uint256 offered) public pure {
        assertEq(AnswerRule.popcount(required), NaiveRule.popcount(required), "popcount");
        if (required == 0) return;
        (Answer given, uint256 oc, uint256 ec) = AnswerRule.answer(required, offered);
        assertEq(uint256(given), uint256(NaiveRule.answer(required, offered)), "answer");
        assertEq(oc, NaiveRule.popcount(required), "oc");
        assertEq(ec, NaiveRule.popcount(required & offered), "ec");
    }

    function test_popcount_is_right_for_every_single_bit_and_every_prefix() public pure {
        for (uint256 i = 0; i < 256; ++i) {
            assertEq(AnswerRule.popcount(1 << i), 1, "one bit");
            assertEq(AnswerRule.popcount(type(uint256).max >> i), 256 - i, "prefix");
        }
        assertEq(AnswerRule.popcount(0), 0, "none");
    }

    function testFuzz_a_batch_answers_as_each_alone(uint256 required, uint256[] calldata offers, uint256 more) public {
        vm.assume(required != 0 && offers.length != 0);
        uint256 order = anOrder(aProduct(required));
        uint256 length = bound(more, 1, offers.length < 40 ? offers.length : 40);
        address[] memory accounts = new address[](length);
        uint32[] memory members = new uint32[](length);
        for (uint256 i = 0; i < length; ++i) {
            accounts[i] = address(uint160(uint256(keccak256(abi.encode("member", i)))));
            members[i] = aMember(accounts[i], offers[i] == 0 ? 1 : offers[i]);
        }
        bytes memory wanted;
        uint16 wantedOc;
        for (uint256 i = 0; i < length; ++i) {
            (Answer given, uint16 oc, uint16 ec) = matching.answer(order, accounts[i]);
            wanted = abi.encodePacked(wanted, members[i], uint8(given), ec);
            wantedOc = oc;
        }
        vm.recordLogs();
        matching.matchMany(order, members);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1, "one event");
        assertEq(logs[0].topics[0], IMatching.MatchedMany.selector, "its name");
        assertEq(logs[0].topics[1], bytes32(order), "its order");
        assertEq(keccak256(logs[0].data), keccak256(abi.encode(wantedOc, wanted)), "its data, padding included");
    }
}
