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
        token.mint(stranger, 7);
        assertEq(token.balanceOf(stranger), 7, "received");
        assertEq(token.totalSupply(), supply + 7, "supply");
    }

    function test_nobody_else_mints_not_even_the_admin() public {
        bytes32 role = token.MINTER_ROLE();
        refusedWithout(role, admin);
        vm.prank(admin);
        token.mint(admin, 1);
        refusedWithout(role, stranger);
        vm.prank(stranger);
        token.mint(stranger, 1);
    }

    function test_transfers_and_mints_stop_while_paused_and_go_on_afterwards() public {
        vm.prank(pauser);
        token.pause();
        refusedWhilePaused();
        vm.prank(customer);
        token.transfer(stranger, 1);
        refusedWhilePaused();
        vm.prank(minter);
        token.mint(stranger, 1);
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
