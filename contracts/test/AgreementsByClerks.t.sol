// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {DealStories} from "./DealStories.sol";

/// @notice Agreements signed by clerks and by keys that were changed.
contract AgreementsByClerksTest is DealStories {
    uint256 private constant CLERK_KEY = 0xC7;
    address private clerk = vm.addr(CLERK_KEY);

    /// @dev What the customer is committed to: two milestones with reward and fee on top, and its part of compensations.
    uint96 private constant ALL = 2 * (PRICE + PRICE * 3 / 100) + 2 * (COMPENSATION - SUBSIDY);

    function aDeal() private returns (uint256 number, Deal memory deal) {
        deal = dealFor(aPlannedOrder());
        number = proposed(deal);
    }

    function mandated(address party, uint96 perDeal, uint96 perPeriod) private {
        vm.prank(party);
        identities.mandate(
            party,
            clerk,
            address(agreements),
            IIdentities.Mandate(perDeal, perPeriod, 30 days, uint40(block.timestamp) + 900)
        );
    }

    /// @dev All signatures, the customer's by its clerk.
    function byClerk(uint256 number, Deal memory deal) private view returns (bytes[] memory all) {
        all = signatures(number, deal);
        bytes32 said = toSign(number, deal, customer, agreements.nonces(customer));
        all[0] = abi.encodePacked(clerk, signature(CLERK_KEY, said));
    }

    function activate(uint256 number, Deal memory deal, bytes[] memory all) private {
        vm.prank(stranger);
        agreements.activate(number, deal, all);
    }

    function notSigned(uint256 number, Deal memory deal, address party) private {
        refused(
            abi.encodeWithSelector(
                IAgreements.NotSigned.selector, party, toSign(number, deal, party, agreements.nonces(party))
            )
        );
    }

    function test_a_clerk_signs_up_to_the_last_cent_and_is_charged_for_all_of_it() public {
        (uint256 number, Deal memory deal) = aDeal();
        mandated(customer, ALL, ALL);
        vm.expectEmit(address(identities));
        emit IIdentities.Charged(customer, clerk, address(agreements), ALL, ALL);
        activate(number, deal, byClerk(number, deal));
        assertStatus(number, IAgreements.Status.Active, "active");
        (number, deal) = aDeal();
        bytes[] memory all = byClerk(number, deal);
        refused(abi.encodeWithSelector(IIdentities.AboveMandate.selector, customer, clerk, ALL, ALL, 0));
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Open, "not a second time in the period");
    }

    function test_a_clerk_above_its_limit_without_mandate_late_or_dismissed_commits_nobody() public {
        (uint256 number, Deal memory deal) = aDeal();
        bytes[] memory all = byClerk(number, deal);
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, customer, clerk, address(agreements), 0));
        activate(number, deal, all);
        mandated(customer, ALL - 1, ALL);
        refused(abi.encodeWithSelector(IIdentities.AboveMandate.selector, customer, clerk, ALL, ALL - 1, ALL));
        activate(number, deal, all);
        mandated(customer, ALL, ALL);
        uint256 end = block.timestamp + 900;
        vm.warp(end);
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, customer, clerk, address(agreements), end));
        activate(number, deal, all);
        vm.warp(end - 1);
        vm.prank(customer);
        identities.mandate(customer, clerk, address(agreements), IIdentities.Mandate(0, 0, 0, 0));
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, customer, clerk, address(agreements), 0));
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Open, "still open");
    }

    function test_a_clerk_of_one_party_is_no_clerk_of_another_nor_can_it_let_others_sign() public {
        (uint256 number, Deal memory deal) = aDeal();
        bytes[] memory all = byClerk(number, deal);
        mandated(otherCustomer, ALL, ALL);
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, customer, clerk, address(agreements), 0));
        activate(number, deal, all);

        // A clerk of the clerk.
        mandated(customer, ALL, ALL);
        uint256 helper = 0xC8;
        vm.prank(clerk);
        identities.mandate(
            clerk, vm.addr(helper), address(agreements), IIdentities.Mandate(ALL, ALL, 30 days, uint40(block.timestamp) + 900)
        );
        bytes32 said = toSign(number, deal, customer, 0);
        all[0] = abi.encodePacked(vm.addr(helper), signature(helper, said));
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, customer, vm.addr(helper), address(agreements), 0));
        activate(number, deal, all);
        all[0] = abi.encodePacked(clerk, signature(helper, said));
        notSigned(number, deal, customer);
        activate(number, deal, all);
        all[0] = abi.encodePacked(clerk);
        notSigned(number, deal, customer);
        activate(number, deal, all);
    }

    function test_a_clerk_signs_for_a_member_as_well_and_withdrawing_voids_it() public {
        (uint256 number, Deal memory deal) = aDeal();
        address party = vm.addr(keys[0]);
        mandated(party, PRICE + COMPENSATION, PRICE + COMPENSATION);
        bytes[] memory all = signatures(number, deal);
        all[1] = abi.encodePacked(clerk, signature(CLERK_KEY, toSign(number, deal, party, 0)));
        vm.prank(party);
        agreements.withdrawSignatures();
        notSigned(number, deal, party);
        activate(number, deal, all);
        all[1] = abi.encodePacked(clerk, signature(CLERK_KEY, toSign(number, deal, party, 1)));
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Active, "active");
    }

    function test_a_refused_activation_charges_nobody() public {
        (uint256 number, Deal memory deal) = aDeal();
        mandated(customer, ALL, ALL);
        bytes[] memory all = byClerk(number, deal);
        all[1] = all[2];
        notSigned(number, deal, vm.addr(keys[0]));
        activate(number, deal, all);
        (, IIdentities.Used memory used) = identities.mandateOf(customer, clerk, address(agreements));
        assertEq(used.spent, 0, "nothing");
    }

    function test_after_its_key_was_changed_a_party_signs_with_the_new_one_only() public {
        (uint256 number, Deal memory deal) = aDeal();
        uint256 newKey = 0xFE;
        vm.prank(customer);
        identities.changeOwner(customer, vm.addr(newKey));
        bytes[] memory all = signatures(number, deal);
        notSigned(number, deal, customer);
        activate(number, deal, all);
        all[0] = signature(newKey, toSign(number, deal, customer, 0));
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Active, "the new key's");
    }
}
