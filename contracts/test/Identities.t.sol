// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Identities} from "../src/Identities.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {IdentitiesStories} from "./IdentitiesStories.sol";
import {Measured} from "./Measured.sol";

contract IdentitiesTest is IdentitiesStories {
    // Owners.

    function test_an_identity_owns_itself_until_it_is_given_away_and_then_its_first_key_is_nobody() public {
        assertEq(identities.identityOwner(firm), firm, "itself");
        vm.expectEmit(address(identities));
        emit IIdentities.DIDOwnerChanged(firm, newKey, 0);
        rotated(newKey);
        assertEq(identities.identityOwner(firm), newKey, "another key");
        assertEq(identities.changed(firm), block.number, "changed in this block");
        notTheOwner(firm, firm);
        vm.prank(firm);
        identities.changeOwner(firm, thief);
        vm.prank(newKey);
        identities.changeOwner(firm, firm);
        assertEq(identities.identityOwner(firm), firm, "and back");
    }

    function test_nobody_can_own_an_identity_because_that_would_give_it_back_to_its_first_key() public {
        refused(abi.encodeWithSelector(IIdentities.Nobody.selector));
        rotated(address(0));
    }

    function test_strangers_and_delegates_and_clerks_decide_nothing_about_an_identity() public {
        mandated(100, 100);
        vm.prank(firm);
        identities.addDelegate(firm, READINGS, machine, 1 days);
        address[3] memory others = [thief, machine, clerk];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.startPrank(others[i]);
            notTheOwner(firm, others[i]);
            identities.changeOwner(firm, others[i]);
            notTheOwner(firm, others[i]);
            identities.addDelegate(firm, READINGS, others[i], 1 days);
            notTheOwner(firm, others[i]);
            identities.revokeDelegate(firm, READINGS, machine);
            notTheOwner(firm, others[i]);
            identities.setAttribute(firm, "hanse/machine", "M1", 1 days);
            notTheOwner(firm, others[i]);
            identities.revokeAttribute(firm, "hanse/machine", "M1");
            notTheOwner(firm, others[i]);
            identities.mandate(firm, others[i], venue, IIdentities.Mandate(1, 1, 1 days, uint40(START + 1 days)));
            notTheOwner(firm, others[i]);
            identities.guard(firm, new address[](0), 0, 0);
            notTheOwner(firm, others[i]);
            identities.cancelRecovery(firm);
            notTheOwner(firm, others[i]);
            identities.revokeCredential(firm, DIGEST, machine, 0);
            vm.stopPrank();
        }
    }

    // Delegates and attributes.

    function test_a_delegate_acts_until_its_time_and_not_at_it() public {
        vm.expectEmit(address(identities));
        emit IIdentities.DIDDelegateChanged(firm, READINGS, machine, START + 1 days, 0);
        vm.prank(firm);
        identities.addDelegate(firm, READINGS, machine, 1 days);
        assertTrue(!identities.validDelegate(firm, "hanse/other", machine), "only of this type");
        vm.warp(START + 1 days - 1);
        assertTrue(identities.validDelegate(firm, READINGS, machine), "the second before");
        vm.warp(START + 1 days);
        assertTrue(!identities.validDelegate(firm, READINGS, machine), "over");
    }

    function test_a_revoked_delegate_acts_no_more_in_the_same_second() public {
        vm.startPrank(firm);
        identities.addDelegate(firm, READINGS, machine, 1 days);
        vm.expectEmit(address(identities));
        emit IIdentities.DIDDelegateChanged(firm, READINGS, machine, START, block.number);
        identities.revokeDelegate(firm, READINGS, machine);
        vm.stopPrank();
        assertTrue(!identities.validDelegate(firm, READINGS, machine), "revoked");
    }

    function test_nothing_is_for_ever_and_attributes_are_short() public {
        uint256 longest = identities.LONGEST();
        vm.startPrank(firm);
        outOfRange("validity", longest + 1, 1, longest);
        identities.addDelegate(firm, READINGS, machine, longest + 1);
        outOfRange("validity", 0, 1, longest);
        identities.addDelegate(firm, READINGS, machine, 0);
        outOfRange("validity", type(uint256).max, 1, longest);
        identities.setAttribute(firm, "hanse/machine", "M1", type(uint256).max);
        outOfRange("value", 1025, 0, 1024);
        identities.setAttribute(firm, "hanse/machine", new bytes(1025), 1 days);
        refused(abi.encodeWithSelector(IIdentities.Nobody.selector));
        identities.addDelegate(firm, READINGS, address(0), 1 days);
        vm.stopPrank();
    }

    function test_attributes_are_told_and_taken_back() public {
        vm.startPrank(firm);
        vm.expectEmit(address(identities));
        emit IIdentities.DIDAttributeChanged(firm, "hanse/machine", "M1", START + 1 days, 0);
        identities.setAttribute(firm, "hanse/machine", "M1", 1 days);
        vm.expectEmit(address(identities));
        emit IIdentities.DIDAttributeChanged(firm, "hanse/machine", "M1", 0, block.number);
        identities.revokeAttribute(firm, "hanse/machine", "M1");
        vm.stopPrank();
    }

    // Signed changes.

    function test_anyone_brings_what_the_owner_has_signed_and_only_once() public {
        bytes memory signed = signature(FIRM_KEY, toSign(identities, ownerChange(newKey, 0, START + 1)));
        vm.prank(thief);
        identities.changeOwnerSigned(firm, newKey, START + 1, signed);
        assertEq(identities.identityOwner(firm), newKey, "changed");
        assertEq(identities.nonces(firm), 1, "used up");
        vm.prank(newKey);
        identities.changeOwner(firm, firm);
        notSigned(newKey, 1, START + 1);
        identities.changeOwnerSigned(firm, newKey, START + 1, signed);
        assertEq(identities.identityOwner(firm), firm, "not again");
    }

    function notSigned(address newOwner, uint256 nonce, uint256 deadline) private {
        bytes32 digest = toSign(identities, ownerChange(newOwner, nonce, deadline));
        refused(abi.encodeWithSelector(IIdentities.NotSignedByOwner.selector, firm, firm, digest));
    }

    function test_what_was_signed_by_another_for_another_chain_contract_or_key_is_worth_nothing() public {
        uint256 until = START + 1;
        bytes memory stolen = signature(THIEF_KEY, toSign(identities, ownerChange(thief, 0, until)));
        notSigned(thief, 0, until);
        identities.changeOwnerSigned(firm, thief, until, stolen);

        bytes memory signed = signature(FIRM_KEY, toSign(identities, ownerChange(newKey, 0, until)));
        notSigned(thief, 0, until);
        identities.changeOwnerSigned(firm, thief, until, signed);

        Identities others = new Identities();
        bytes32 there = toSign(others, ownerChange(newKey, 0, until));
        refused(abi.encodeWithSelector(IIdentities.NotSignedByOwner.selector, firm, firm, there));
        others.changeOwnerSigned(firm, newKey, until, signed);

        uint256 here = block.chainid;
        vm.chainId(here + 1);
        notSigned(newKey, 0, until);
        identities.changeOwnerSigned(firm, newKey, until, signed);
        vm.chainId(here);
        assertEq(identities.nonces(firm), 0, "a refusal uses nothing up");
        identities.changeOwnerSigned(firm, newKey, until, signed);
        assertEq(identities.identityOwner(firm), newKey, "here it counts");
    }

    function test_a_signed_change_ends_at_its_deadline() public {
        bytes memory signed = signature(FIRM_KEY, toSign(identities, ownerChange(newKey, 0, START)));
        refused(abi.encodeWithSelector(IIdentities.TooLate.selector, START, START));
        identities.changeOwnerSigned(firm, newKey, START, signed);
    }

    function test_delegates_and_attributes_are_changed_by_signature_too() public {
        uint256 until = START + 1 hours;
        bytes32 kind = keccak256(
            "AddDelegate(address identity,bytes32 delegateType,address delegate,uint256 validity,uint256 nonce,uint256 deadline)"
        );
        bytes32 said = keccak256(abi.encode(kind, firm, READINGS, machine, 1 days, 0, until));
        identities.addDelegateSigned(
            firm, READINGS, machine, 1 days, until, signature(FIRM_KEY, toSign(identities, said))
        );
        assertTrue(identities.validDelegate(firm, READINGS, machine), "added");

        kind = keccak256(
            "SetAttribute(address identity,bytes32 name,bytes value,uint256 validity,uint256 nonce,uint256 deadline)"
        );
        bytes32 name = "hanse/machine";
        said = keccak256(abi.encode(kind, firm, name, keccak256("M1"), 1 days, 1, until));
        vm.expectEmit(address(identities));
        emit IIdentities.DIDAttributeChanged(firm, name, "M1", START + 1 days, block.number);
        identities.setAttributeSigned(firm, name, "M1", 1 days, until, signature(FIRM_KEY, toSign(identities, said)));

        kind = keccak256("RevokeAttribute(address identity,bytes32 name,bytes value,uint256 nonce,uint256 deadline)");
        said = keccak256(abi.encode(kind, firm, name, keccak256("M1"), 2, until));
        vm.expectEmit(address(identities));
        emit IIdentities.DIDAttributeChanged(firm, name, "M1", 0, block.number);
        identities.revokeAttributeSigned(firm, name, "M1", until, signature(FIRM_KEY, toSign(identities, said)));

        kind = keccak256(
            "RevokeDelegate(address identity,bytes32 delegateType,address delegate,uint256 nonce,uint256 deadline)"
        );
        said = keccak256(abi.encode(kind, firm, READINGS, machine, 3, until));
        identities.revokeDelegateSigned(firm, READINGS, machine, until, signature(FIRM_KEY, toSign(identities, said)));
        assertTrue(!identities.validDelegate(firm, READINGS, machine), "revoked");
    }

    // Clerks.

    function test_a_clerk_commits_up_to_an_amount_at_once_and_in_a_period() public {
        mandated(100, 250);
        vm.expectEmit(address(identities));
        emit IIdentities.Charged(firm, clerk, venue, 100, 100);
        charged(100);
        refused(abi.encodeWithSelector(IIdentities.AboveMandate.selector, firm, clerk, 101, 100, 150));
        charged(101);
        charged(100);
        refused(abi.encodeWithSelector(IIdentities.AboveMandate.selector, firm, clerk, 51, 100, 50));
        charged(51);
        charged(50);
        vm.warp(START + 1 days - 1);
        refused(abi.encodeWithSelector(IIdentities.AboveMandate.selector, firm, clerk, 1, 100, 0));
        charged(1);
        vm.warp(START + 1 days);
        charged(100);
    }

    function test_a_mandate_is_for_one_venue_ends_at_its_time_and_when_it_is_taken_back() public {
        mandated(100, 250);
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, firm, clerk, thief, 0));
        vm.prank(thief);
        identities.charge(firm, clerk, 1);
        vm.warp(START + 30 days - 1);
        charged(1);
        vm.warp(START + 30 days);
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, firm, clerk, venue, START + 30 days));
        charged(1);
        vm.warp(START);
        vm.prank(firm);
        identities.mandate(firm, clerk, venue, IIdentities.Mandate(0, 0, 0, 0));
        refused(abi.encodeWithSelector(IIdentities.NoMandate.selector, firm, clerk, venue, 0));
        charged(0);
    }

    function test_a_mandate_that_says_nothing_sensible_is_refused() public {
        uint256 longest = identities.LONGEST();
        vm.startPrank(firm);
        outOfRange("perDeal", 11, 0, 10);
        identities.mandate(firm, clerk, venue, IIdentities.Mandate(11, 10, 1 days, uint40(START + 1)));
        outOfRange("period", 60, 1 hours, longest);
        identities.mandate(firm, clerk, venue, IIdentities.Mandate(1, 10, 60, uint40(START + 1)));
        outOfRange("validTo", START, START + 1, START + longest);
        identities.mandate(firm, clerk, venue, IIdentities.Mandate(1, 10, 1 days, uint40(START)));
        refused(abi.encodeWithSelector(IIdentities.Nobody.selector));
        identities.mandate(firm, address(0), venue, IIdentities.Mandate(1, 10, 1 days, uint40(START + 1)));
        vm.stopPrank();
    }

    function test_no_sequence_of_charges_exceeds_a_period(uint96[8] memory amounts, uint32[8] memory pauses) public {
        mandated(400, 1000);
        (uint256 since, uint256 spent) = (0, 0);
        for (uint256 i = 0; i < amounts.length; ++i) {
            vm.warp(block.timestamp + pauses[i] % 1 days);
            uint256 amount = amounts[i] % 600;
            vm.prank(venue);
            try identities.charge(firm, clerk, amount) {
                if (since == 0 || block.timestamp >= since + 1 days) (since, spent) = (block.timestamp, 0);
                spent += amount;
                assertLe(amount, 400, "of one deal");
                assertLe(spent, 1000, "of a period");
            } catch {}
        }
        (, IIdentities.Used memory used) = identities.mandateOf(firm, clerk, venue);
        assertEq(used.spent, spent, "as counted here");
    }

    // Credentials.

    function test_only_its_issuer_takes_a_credential_back_and_once() public {
        vm.prank(thief);
        identities.revokeCredential(thief, DIGEST, machine, "mine");
        assertEq(identities.revokedIn(firm, DIGEST), 0, "what others say of their own means nothing for this issuer's");
        vm.expectEmit(address(identities));
        emit IIdentities.CredentialRevoked(firm, DIGEST, machine, "stolen");
        vm.prank(firm);
        identities.revokeCredential(firm, DIGEST, machine, "stolen");
        assertEq(identities.revokedIn(firm, DIGEST), block.number, "in this block");
        refused(abi.encodeWithSelector(IIdentities.AlreadyRevoked.selector, firm, DIGEST, block.number));
        vm.prank(firm);
        identities.revokeCredential(firm, DIGEST, machine, "again");
    }
}

/// @notice Gas, for the table.
contract IdentitiesGasTest is IdentitiesStories, Measured {
    function test_identities() public {
        rotated(newKey);
        measured("give an identity to another key", 0);
        vm.prank(newKey);
        identities.addDelegate(firm, READINGS, machine, 1 days);
        measured("make a delegate", 0);
        vm.prank(newKey);
        identities.changeOwner(firm, firm);
        mandated(100, 100);
        measured("give a clerk a mandate", 0);
        vm.prank(firm);
        identities.revokeCredential(firm, DIGEST, machine, "stolen");
        measured("take a credential back", 0);
        guarded(2);
        measured("name three guardians", 0);
    }
}
