// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IBlocks} from "../src/interfaces/IBlocks.sol";
import {LeagueTest} from "./LeagueTest.sol";
import {Measured} from "./Measured.sol";

/// @notice What each transaction costs, whole: 21,000 for being one, its data, and every slot and account touched for the first time.
/// gas.mjs makes GAS.md of what is logged here. Needs forge's isolation, which foundry.toml sets.
contract GasTest is LeagueTest, Measured {
    uint256 internal constant ALL_SERVICES = type(uint256).max;

    function setUp() public override {
        super.setUp();
        // The book already holds a deposit: only the first customer ever pays for that slot.
        anOrderBy(otherCustomer, aProduct(MILLING), DEPOSIT);
    }

    function test_register_the_first_member_and_another() public {
        vm.prank(member);
        registry.register(ALL_SERVICES, METADATA);
        measured("register the first member", 100_000);
        vm.prank(otherMember);
        registry.register(ALL_SERVICES, METADATA);
        measured("register a further member", 100_000);
    }

    function test_certify_update_and_revoke_a_member() public {
        vm.prank(member);
        registry.register(ALL_SERVICES, METADATA);
        vm.prank(notary);
        registry.certify(member, ALL_SERVICES, METADATA);
        measured("certify a member", 0);
        vm.prank(notary);
        registry.revoke(member, METADATA);
        measured("revoke a member", 0);
        vm.prank(member);
        registry.update(MILLING, METADATA);
        measured("update a claim", 0);
    }

    function test_add_a_product() public {
        vm.prank(coordinator);
        catalogue.add(ALL_SERVICES, PLANS);
        measured("add a product", 0);
    }

    function test_place_a_customers_first_order_with_an_unlimited_allowance() public {
        vm.prank(customer);
        orders.place(1, 3, SPECIFICATION, DUE, DEPOSIT);
        measured("place an order (allowance unlimited)", 121_500);
    }

    function test_place_a_customers_first_order_with_an_allowance_of_the_deposit() public {
        vm.prank(customer);
        token.approve(address(orders), DEPOSIT);
        vm.prank(customer);
        orders.place(1, 3, SPECIFICATION, DUE, DEPOSIT);
        measured("place an order (allowance of exactly the deposit)", 120_000);
    }

    function test_place_a_customers_first_order_with_an_allowance_above_the_deposit() public {
        vm.prank(customer);
        token.approve(address(orders), PURSE);
        vm.prank(customer);
        orders.place(1, 3, SPECIFICATION, DUE, DEPOSIT);
        measured("place an order (allowance above the deposit)", 125_000);
    }

    function test_place_an_order_without_a_deposit() public {
        vm.prank(customer);
        orders.place(1, 3, SPECIFICATION, DUE, 0);
        measured("place an order (no deposit)", 120_000);
    }

    function test_cancel_and_refund() public {
        uint256 id = anOrder(1);
        vm.prank(customer);
        orders.cancel(id);
        measured("cancel an order", 0);
        id = anOrder(1);
        planned(id);
        vm.prank(coordinator);
        orders.refund(id);
        measured("refund an order", 0);
    }

    function test_match_one_member_over_one_service() public {
        aMember(member, MILLING);
        matching.matchOne(1, member);
        measured("match one member, 1 service", 55_000);
    }

    function test_match_one_member_over_every_service() public {
        aMember(member, ALL_SERVICES);
        uint256 id = anOrder(aProduct(ALL_SERVICES));
        matching.matchOne(id, member);
        measured("match one member, 256 services", 55_000);
    }

    function test_match_a_hundred_members() public {
        hundred(ALL_SERVICES, "256 services");
    }

    function test_match_a_hundred_members_over_one_service() public {
        hundred(MILLING, "1 service");
    }

    /// @dev Every byte of a number that is not zero costs; no number costs more than these.
    function test_match_a_hundred_of_four_thousand_million_members() public {
        nextNumber(0xFEFEFE01);
        hundred(ALL_SERVICES, "the largest numbers");
    }

    /// @dev Everything counts, and is divided by the members.
    function hundred(uint256 services, string memory sentence) private {
        uint256 id = anOrder(aProduct(services));
        uint32[] memory members = new uint32[](100);
        for (uint256 i = 0; i < members.length; ++i) {
            address account = address(uint160(uint256(keccak256(abi.encode("member", i)))));
            members[i] = aMember(account, services >> i == 0 ? services : services >> i);
        }
        matching.matchMany(id, members);
        measured(string.concat("match a hundred members, ", sentence), 100 * 3_200);
        matching.matchMany(id, numbers(members[0]));
        measured(string.concat("match a batch of one member, ", sentence), 55_000);
    }

    function test_append_blocks() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        vm.prank(coordinator);
        blocks.append(plan, list(1));
        measured("append a block of one order", 0);
        uint256[] memory ids = new uint256[](50);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = anOrder(1);
        }
        plan = aPlan();
        vm.prank(coordinator);
        blocks.append(plan, ids);
        measured("append a block of fifty orders", 0);
    }

    function test_mint_and_transfer() public {
        bytes32 reason = aReason();
        vm.prank(minter);
        token.mint(customer, PURSE, reason);
        measured("mint to a holder", 0);
        vm.prank(customer);
        token.retire(1, reason);
        measured("retire own money", 0);
        vm.prank(customer);
        token.transfer(otherCustomer, 1);
        measured("transfer to a holder", 0);
    }
}
