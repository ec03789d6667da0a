// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Identities} from "../src/Identities.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {IdentitiesStories} from "./IdentitiesStories.sol";

/// @notice Everything that anyone may try with the firm's identity, in any order and at any time. Two guardians must agree; the firm
/// and one guardian are honest, and never name the thief.
contract IdentitiesHandler is IdentitiesStories {
    uint256 public spent;
    uint256 public since;
    uint256 public granted;
    bool public exceeded;
    bytes private _signed;
    uint256 private _number;
    uint256 private constant _until = type(uint256).max;

    constructor(Identities identities_, address[] memory guardians_) {
        (identities, guardians) = (identities_, guardians_);
    }

    function setUp() public override {}

    function later(uint256 time) external {
        vm.warp(block.timestamp + time % 3 days);
    }

    function owner() public view returns (address) {
        return identities.identityOwner(firm);
    }

    /// @dev Anybody brings what the firm's first key has signed, now and again: it counts once, while that key decides.
    function bring(bool anew) external {
        uint256 nonce = identities.nonces(firm);
        if (anew) (_signed, _number) = (signature(FIRM_KEY, toSign(identities, ownerChange(newKey, nonce, _until))), nonce);
        if (_signed.length == 0) return;
        bool counts = owner() == firm && nonce == _number;
        try identities.changeOwnerSigned(firm, newKey, _until, _signed) {
            if (!counts) exceeded = true;
        } catch {}
    }

    /// @dev The honest owner objects, rotates, names guardians anew or gives a mandate.
    function decide(uint256 what, uint96 amount) external {
        vm.startPrank(owner());
        if (what % 4 == 0) identities.cancelRecovery(firm);
        if (what % 4 == 1) identities.changeOwner(firm, owner() == firm ? newKey : firm);
        if (what % 4 == 2 && owner() == firm) identities.guard(firm, guardians, 2, DELAY);
        if (what % 4 == 3) {
            uint40 validTo = uint40(block.timestamp) + 10 days;
            identities.mandate(firm, clerk, venue, IIdentities.Mandate(amount / 2, amount, 1 days, validTo));
            (granted, spent, since) = (amount, 0, 0);
        }
        vm.stopPrank();
    }

    function guardian(uint256 which) external {
        address candidate = which % 3 == 0 ? thief : newKey;
        vm.prank(guardians[which % 3]);
        try identities.support(firm, guardians[which % 3], candidate) {} catch {}
    }

    function recover() external {
        try identities.recover(firm) {} catch {}
    }

    function charge(uint96 amount) external {
        vm.prank(venue);
        try identities.charge(firm, clerk, amount) {
            if (since == 0 || block.timestamp >= since + 1 days) (since, spent) = (block.timestamp, 0);
            spent += amount;
            if (amount > granted / 2 || spent > granted) exceeded = true;
        } catch {}
    }

    /// @dev The thief tries everything.
    function steal(uint256 what) external {
        vm.startPrank(thief);
        if (what % 9 == 0) try identities.changeOwner(firm, thief) {} catch {}
        if (what % 9 == 1) try identities.guard(firm, guardians, 1, DELAY) {} catch {}
        if (what % 9 == 2) try identities.support(firm, guardians[1], thief) {} catch {}
        if (what % 9 == 3) try identities.charge(firm, clerk, 1) { exceeded = true; } catch {}
        if (what % 9 == 4) try identities.revokeCredential(firm, DIGEST, firm, 0) { exceeded = true; } catch {}
        if (what % 9 == 5) try identities.addDelegate(firm, READINGS, thief, 1 days) {} catch {}
        if (what % 9 == 6) try identities.revokeDelegate(firm, READINGS, machine) { exceeded = true; } catch {}
        if (what % 9 == 7) {
            IIdentities.Mandate memory all = IIdentities.Mandate(1, 1, 1 days, uint40(block.timestamp) + 1 days);
            try identities.mandate(firm, thief, venue, all) {} catch {}
        }
        if (what % 9 == 8) {
            bytes memory forged = signature(THIEF_KEY, toSign(identities, ownerChange(thief, identities.nonces(firm), _until)));
            try identities.changeOwnerSigned(firm, thief, _until, forged) {} catch {}
        }
        vm.stopPrank();
    }
}

contract IdentitiesInvariantsTest is IdentitiesStories {
    IdentitiesHandler private handler;

    function setUp() public override {
        super.setUp();
        guarded(2);
        handler = new IdentitiesHandler(identities, guardians);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_one_guardian_and_a_thief_never_get_the_identity() public view {
        address owner = identities.identityOwner(firm);
        assertTrue(owner == firm || owner == newKey, "the firm's keys");
    }

    function invariant_no_clerk_exceeds_its_mandate() public view {
        assertTrue(!handler.exceeded(), "within");
        assertTrue(!identities.validDelegate(firm, READINGS, thief), "no delegate of its own making");
        (IIdentities.Mandate memory its,) = identities.mandateOf(firm, thief, venue);
        assertEq(its.validTo, 0, "nor a clerk");
    }
}
