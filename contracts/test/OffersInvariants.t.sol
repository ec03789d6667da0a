// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Charter} from "../src/Charter.sol";
import {ICharter} from "../src/interfaces/ICharter.sol";
import {IOffers} from "../src/interfaces/IOffers.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {Offers} from "../src/Offers.sol";
import {Window, WindowWord} from "../src/WindowWord.sol";
import {OffersStories} from "./OffersStories.sol";
import {Purses} from "./Purses.sol";

/// @notice Everything that anyone may try with windows, in any order and at any time. What is not allowed is tried as well.
contract OffersHandler is OffersStories, Purses {
    struct Known {
        address host;
        uint64 id;
    }

    address[] private _people;
    Known[] public known;
    uint256 public stolen;
    uint256 public takenTwice;

    constructor(Offers offers_, LeagueToken token_, MemberRegistry registry_, Charter charter_) {
        (offers, token, registry, charter) = (offers_, token_, registry_, charter_);
        _people = [host, guest, third, stranger];
    }

    function people() external view returns (address[] memory) {
        return _people;
    }

    function setUp() public override {}

    function count() external view returns (uint256) {
        return known.length;
    }

    function later(uint256 time) external {
        // Mostly minutes, so that holds and windows are met; sometimes days, so that reviews and decisions are.
        vm.warp(block.timestamp + (time % 4 == 0 ? time % 8 days : time % 40 minutes));
    }

    function money(uint256 who, uint256 amount, bool out) external {
        moved(offers, _people[who % 4], amount % STAKE, out);
    }

    /// @dev The league decides otherwise, while windows are held, confirmed and disputed.
    function legislate(uint256 which, uint64 value) external {
        ICharter.Term term = ICharter.Term(uint256(ICharter.Term.OfferHold) + which % 4);
        vm.prank(admin);
        try charter.set(term, term == ICharter.Term.OfferPenalty ? value % 1_100_000 : value % 10 days) {} catch {}
    }

    /// @dev Soon, so that all of its life fits into a run.
    function publish(uint256 who, uint32 number, uint32 soon, uint40 price) external {
        address person = _people[who % 4];
        (uint32 start, uint32 one) = (minute() + soon % 600, number % 4);
        vm.prank(person);
        try offers.publish(one, 7, MILLS, start, start + 200, price % 500) {
            known.push(Known(person, one));
        } catch {}
    }

    function claim(uint256 which, uint256 who, uint32 offset, uint16 length) external {
        if (known.length == 0) return;
        Known memory one = known[which % known.length];
        Window memory before = offers.windowOf(one.host, one.id);
        (uint32 from, address person) = (before.start + offset % 100, _people[who % 4]);
        vm.prank(person);
        try offers.claim(one.host, one.id, from, length % 120, need(from)) {
            if (before.guest != 0 || before.until != 0) ++takenTwice;
        } catch {}
    }

    /// @dev One of the steps that only one party may take, by anyone.
    function step(uint256 which, uint256 who, uint256 what, uint256 amount) external {
        if (known.length == 0) return;
        Known memory one = known[which % known.length];
        Window memory before = offers.windowOf(one.host, one.id);
        address holder = holderOf(before);
        // Every second time whoever may, so that windows come to their ends.
        address person = who % 2 == 0 && holder != address(0) ? holder : _people[who / 2 % 4];
        vm.prank(person);
        if (what % 6 == 0) {
            try offers.release(one.host, one.id) {
                if (person != holder) ++stolen;
            }
                catch {}
        } else if (what % 6 == 1) {
            try offers.accept(one.host, one.id) {
                if (person != holder) ++stolen;
            }
                catch {}
        } else if (what % 6 == 2) {
            try offers.dispute(one.host, one.id, METADATA) {
                if (person != holder) ++stolen;
            }
                catch {}
        } else if (what % 6 == 3) {
            try offers.expire(one.host, one.id, holder) {} catch {}
        } else if (what % 6 == 4) {
            try offers.lapse(one.host, one.id, holder) {} catch {}
        } else {
            try offers.decide(one.host, one.id, holder, amount) {
                ++stolen;
            }
                catch {}
        }
    }

    function hostStep(uint256 which, uint256 what) external {
        if (known.length == 0) return;
        Known memory one = known[which % known.length];
        address holder = holderOf(offers.windowOf(one.host, one.id));
        vm.prank(one.host);
        if (what % 3 == 0) {
            try offers.takeBack(one.id, holder) {} catch {}
        } else if (what % 3 == 1) {
            try offers.collect(one.id, holder) {} catch {}
        } else {
            try offers.confirm(one.id) {} catch {}
        }
    }

    function decide(uint256 which, uint256 amount) external {
        if (known.length == 0) return;
        Known memory one = known[which % known.length];
        address holder = holderOf(offers.windowOf(one.host, one.id));
        vm.prank(arbiter);
        try offers.decide(one.host, one.id, holder, amount % 50_000) {} catch {}
    }

    function holderOf(Window memory one) public view returns (address) {
        for (uint256 i = 0; i < 3; ++i) {
            if (one.guest != 0 && registry.number(_people[i]) == one.guest) return _people[i];
        }
        return address(0);
    }

    function minute() public view returns (uint32) {
        return uint32(block.timestamp / 60);
    }

    function need(uint32 from) private pure returns (IOffers.Need memory) {
        return IOffers.Need({service: MILLS, release: from, due: from + 500, there: 0, back: 0});
    }
}

/// @notice Whatever is tried, the money is where the windows say, and all of it can be had out in the end.
contract OffersInvariantsTest is OffersStories, Purses {
    using WindowWord for Window;

    OffersHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new OffersHandler(offers, token, registry, charter);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = OffersHandler.later.selector;
        selectors[1] = OffersHandler.money.selector;
        selectors[2] = OffersHandler.publish.selector;
        selectors[3] = OffersHandler.claim.selector;
        selectors[4] = OffersHandler.step.selector;
        selectors[5] = OffersHandler.hostStep.selector;
        selectors[6] = OffersHandler.decide.selector;
        selectors[7] = OffersHandler.legislate.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_the_balance_is_what_is_free_and_what_windows_hold() public view {
        uint256 owed = freeOf(offers, handler.people());
        for (uint256 i = 0; i < handler.count(); ++i) {
            (address whose, uint64 id) = handler.known(i);
            owed += heldBy(offers.windowOf(whose, id));
        }
        assertEq(token.balanceOf(address(offers)), owed, "to the cent");
    }

    function invariant_nobody_acts_for_another_and_nothing_is_booked_twice() public view {
        assertEq(handler.stolen(), 0, "stolen");
        assertEq(handler.takenTwice(), 0, "taken twice");
    }

    /// @dev Long after everything, whoever likes ends what is open, and all money can be withdrawn.
    function afterInvariant() public {
        vm.warp(block.timestamp + 60 days);
        for (uint256 i = 0; i < handler.count(); ++i) {
            (address whose, uint64 id) = handler.known(i);
            Window memory one = offers.windowOf(whose, id);
            address holder = handler.holderOf(one);
            if (one.guest == 0 || one.until >= WindowWord.OVER) continue;
            if (one.isConfirmed()) {
                vm.prank(whose);
                offers.collect(id, holder);
            } else if (one.isDisputed()) {
                offers.lapse(whose, id, holder);
            } else {
                offers.expire(whose, id, holder);
            }
        }
        emptied(offers, token, handler.people());
    }

    function heldBy(Window memory one) private pure returns (uint256) {
        if (one.guest == 0 || one.until >= WindowWord.OVER) return 0;
        uint256 price = uint256(one.price) * one.length;
        return one.isHeld() ? price : price + (price * one.penalty() + 99) / 100;
    }
}
