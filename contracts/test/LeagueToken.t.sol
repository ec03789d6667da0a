// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {Switchable} from "../src/Switchable.sol";
import {LeagueTest} from "./LeagueTest.sol";
import {permitDigest} from "./Permits.sol";

contract LeagueTokenTest is LeagueTest {
    bytes32 internal constant NO_ROLE = 0x00;

    function test_amounts_are_cents() public view {
        assertEq(token.decimals(), 2, "two decimals");
        assertEq(token.name(), "Hanse cent", "name");
        assertEq(token.symbol(), "HNS", "symbol");
    }

    function test_the_minter_mints() public {
        uint256 supply = token.totalSupply();
        vm.prank(minter);
        token.mint(stranger, 7, "reason");
        assertEq(token.balanceOf(stranger), 7, "received");
        assertEq(token.totalSupply(), supply + 7, "supply");
    }

    function test_nobody_else_mints_not_even_the_admin() public {
        bytes32 role = token.MINTER_ROLE();
        refusedWithout(role, admin);
        vm.prank(admin);
        token.mint(admin, 1, "reason");
        refusedWithout(role, stranger);
        vm.prank(stranger);
        token.mint(stranger, 1, "reason");
    }

    function test_transfers_and_mints_stop_while_paused_and_go_on_afterwards() public {
        vm.prank(pauser);
        token.pause();
        refusedWhilePaused();
        vm.prank(customer);
        token.transfer(stranger, 1);
        refusedWhilePaused();
        vm.prank(minter);
        token.mint(stranger, 1, "reason");
        refusedWhilePaused();
        vm.prank(customer);
        token.retire(1, "reason");
        vm.prank(customer);
        token.approve(stranger, 1);
        refusedWhilePaused();
        vm.prank(stranger);
        token.transferFrom(customer, stranger, 1);
        vm.prank(admin);
        token.unpause();
        vm.prank(stranger);
        token.transferFrom(customer, stranger, 1);
        assertEq(token.balanceOf(stranger), 1, "moved after the pause");
    }

    function test_a_record_justifies_money_once_whoever_it_is_for() public {
        vm.startPrank(minter);
        token.mint(stranger, 7, "bank 1");
        refused(abi.encodeWithSelector(LeagueToken.AlreadyJustified.selector, bytes32("bank 1")));
        token.mint(stranger, 7, "bank 1");
        refused(abi.encodeWithSelector(LeagueToken.AlreadyJustified.selector, bytes32("bank 1")));
        token.mint(customer, 1, "bank 1");
        refused(abi.encodeWithSelector(LeagueToken.NoReason.selector));
        token.mint(stranger, 7, 0);
        vm.stopPrank();
        assertEq(token.balanceOf(stranger), 7, "once");
        assertTrue(token.minted("bank 1"), "kept");
    }

    function test_whoever_is_paid_out_destroys_its_own_once_for_a_record() public {
        give(stranger, 10);
        uint256 supply = token.totalSupply();
        vm.startPrank(stranger);
        token.retire(4, "payout 1");
        refused(abi.encodeWithSelector(LeagueToken.AlreadyJustified.selector, bytes32("payout 1")));
        token.retire(4, "payout 1");
        refused(abi.encodeWithSelector(LeagueToken.NoReason.selector));
        token.retire(4, 0);
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, stranger, 6, 7));
        token.retire(7, "payout 2");
        vm.stopPrank();
        assertEq(token.balanceOf(stranger), 6, "its own");
        assertEq(token.totalSupply(), supply - 4, "gone");
    }

    function test_nobody_uses_up_the_records_of_others() public {
        vm.prank(stranger);
        token.retire(0, "bank 2");
        vm.prank(customer);
        token.retire(1, "bank 2");
        vm.prank(minter);
        token.mint(stranger, 7, "bank 2");
        assertEq(token.balanceOf(stranger), 7, "minted");
    }

    function test_no_more_than_the_limit_is_created_in_a_period() public {
        uint256 before = token.mintedIn(block.timestamp / token.PERIOD());
        vm.prank(admin);
        token.setLimit(before + 10);
        vm.startPrank(minter);
        token.mint(stranger, 6, "a");
        refused(abi.encodeWithSelector(LeagueToken.OverLimit.selector, 5, 4));
        token.mint(stranger, 5, "b");
        token.mint(stranger, 4, "c");
        refused(abi.encodeWithSelector(LeagueToken.OverLimit.selector, 1, 0));
        token.mint(stranger, 1, "d");
        vm.warp((block.timestamp / token.PERIOD() + 1) * token.PERIOD());
        token.mint(stranger, 10, "e");
        vm.stopPrank();
        assertEq(token.balanceOf(stranger), 20, "ten in each period");
    }

    function test_a_limit_below_what_was_created_stops_and_takes_nothing() public {
        give(stranger, 7);
        vm.prank(admin);
        token.setLimit(0);
        refused(abi.encodeWithSelector(LeagueToken.OverLimit.selector, 1, 0));
        vm.prank(minter);
        token.mint(stranger, 1, "a");
        assertEq(token.balanceOf(stranger), 7, "kept");
        refusedWithout(NO_ROLE, minter);
        vm.prank(minter);
        token.setLimit(1);
    }

    function test_a_stranger_cannot_pause() public {
        bytes32 role = token.PAUSER_ROLE();
        refusedWithout(role, stranger);
        vm.prank(stranger);
        token.pause();
    }

    function test_a_pauser_can_stop_but_not_start_again() public {
        vm.prank(pauser);
        token.pause();
        refusedWithout(NO_ROLE, pauser);
        vm.prank(pauser);
        token.unpause();
    }

    function test_a_stranger_cannot_grant_itself_a_role() public {
        bytes32 role = token.MINTER_ROLE();
        refusedWithout(NO_ROLE, stranger);
        vm.prank(stranger);
        token.grantRole(role, stranger);
    }

    function test_without_an_admin_there_is_no_contract() public {
        refused(abi.encodeWithSelector(Switchable.NoAdmin.selector));
        new LeagueToken("Hanse cent", "HNS", address(0));
    }

    function test_nobody_spends_more_than_it_has() public {
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, stranger, 0, 1));
        vm.prank(stranger);
        token.transfer(customer, 1);
    }

    function test_a_signed_approval_works_once() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(CUSTOMER_KEY, permitDigest(token, customer, stranger, 9, type(uint256).max));
        token.permit(customer, stranger, 9, type(uint256).max, v, r, s);
        assertEq(token.allowance(customer, stranger), 9, "approved");
        vm.expectRevert();
        token.permit(customer, stranger, 9, type(uint256).max, v, r, s);
    }

    function test_a_signed_approval_expires() public {
        vm.warp(1_000);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(CUSTOMER_KEY, permitDigest(token, customer, stranger, 9, 999));
        refused(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, 999));
        token.permit(customer, stranger, 9, 999, v, r, s);
    }

    function test_a_signed_approval_is_for_one_chain() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(CUSTOMER_KEY, permitDigest(token, customer, stranger, 9, type(uint256).max));
        vm.chainId(4242);
        vm.expectRevert();
        token.permit(customer, stranger, 9, type(uint256).max, v, r, s);
    }

    function testFuzz_a_signed_approval_is_for_exactly_its_amount_and_spender(
        uint256 amount,
        uint256 other,
        address spender
    ) public {
        vm.assume(spender != address(0));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(CUSTOMER_KEY, permitDigest(token, customer, spender, amount, type(uint256).max));
        if (other != amount) {
            vm.expectRevert();
            token.permit(customer, spender, other, type(uint256).max, v, r, s);
        }
        token.permit(customer, spender, amount, type(uint256).max, v, r, s);
        assertEq(token.allowance(customer, spender), amount, "approved");
    }
}
