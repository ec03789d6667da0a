// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICharter} from "../src/interfaces/ICharter.sol";
import {IOffers} from "../src/interfaces/IOffers.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {Window, WindowWord} from "../src/WindowWord.sol";
import {OffersStories} from "./OffersStories.sol";

/// @notice Gives the library's root to tests, which have no calldata.
contract Roots {
    function root(uint256 word, uint256 place, bytes32[] calldata siblings) external pure returns (bytes32) {
        return WindowWord.root(word, place, siblings);
    }
}

/// @notice The life of a window, each success beside the ways to spoil it.
contract OffersTest is OffersStories {
    Roots private roots = new Roots();

    // ── Offering ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_window_is_published_in_one_slot() public {
        uint64 id = aWindow(1);
        Window memory one = offers.windowOf(host, id);
        assertEq(one.host, registry.number(host), "host");
        assertEq(one.machine, 7, "machine");
        assertEq(one.start, START, "start");
        assertEq(one.end, END, "end");
        assertEq(one.price, CENTS, "price");
        assertEq(one.guest, 0, "free");
    }

    function test_a_word_keeps_every_field(uint256 word) public pure {
        assertEq(WindowWord.pack(WindowWord.unpack(word)), word, "the same word");
    }

    function test_a_number_is_used_once_whatever_became_of_it() public {
        uint64 id = aWindow(1);
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, id));
        aWindow(1);
        vm.prank(host);
        offers.takeBack(id, address(0));
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, id));
        aWindow(1);
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, 0));
        aWindow(0);
    }

    function test_only_members_offer() public {
        vm.prank(stranger);
        refused(abi.encodeWithSelector(IOffers.NotAMember.selector, stranger));
        offers.publish(1, 7, MILLS, START, END, CENTS);
    }

    function test_a_window_has_a_length() public {
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.EmptyWindow.selector, START, START));
        offers.publish(1, 7, MILLS, START, START, CENTS);
    }

    function test_a_book_has_a_root_and_a_number() public {
        vm.startPrank(host);
        refused(abi.encodeWithSelector(IOffers.NoRoot.selector));
        offers.publishBook(1, 0);
        refused(abi.encodeWithSelector(IOffers.NoRoot.selector));
        offers.publishBook(1, bytes32(uint256(1)));
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, 0));
        offers.publishBook(0, METADATA);
        offers.publishBook(1, METADATA);
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, uint64(1) << 32));
        offers.publishBook(1, PLANS);
        vm.stopPrank();
        assertEq(offers.bookOf(host, 1), METADATA, "root");
    }

    // ── Taking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_guest_holds_a_part_and_its_price_is_locked() public {
        uint64 id = aHold();
        Window memory one = offers.windowOf(host, id);
        assertEq(one.guest, registry.number(guest), "guest");
        assertEq(one.from, START + 10, "from");
        assertEq(one.length, LENGTH, "length");
        assertEq(one.until, NOW + HOLD, "hold");
        assertEq(offers.free(guest), STAKE - PRICE, "locked");
    }

    function test_the_second_guest_is_told_that_it_is_not_free() public {
        uint64 id = aHold();
        vm.prank(third);
        refused(abi.encodeWithSelector(IOffers.NotFree.selector, host, id));
        offers.claim(host, id, START + 200, 10, need());
    }

    function test_nobody_takes_its_own_window_or_one_without_money() public {
        uint64 id = aWindow(1);
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NotFree.selector, host, id));
        offers.claim(host, id, START, LENGTH, need());
        vm.startPrank(guest);
        offers.withdraw(STAKE - PRICE + 1);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, guest, PRICE - 1, PRICE));
        offers.claim(host, id, START, LENGTH, need());
        vm.stopPrank();
    }

    function test_a_host_that_lost_its_certificate_is_not_taken_from() public {
        uint64 id = aWindow(1);
        vm.prank(notary);
        registry.revoke(host, METADATA);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotCertified.selector, host, MILLS));
        offers.claim(host, id, START, LENGTH, need());
    }

    function test_what_does_not_fit_is_named() public {
        uint64 id = aWindow(1);
        unfit(id, START, LENGTH, IOffers.Need(1, NOW, END, 0, 0), "service");
        unfit(id, START, 0, need(), "length");
        unfit(id, END - LENGTH + 1, LENGTH, need(), "length");
        unfit(id, START - 1, LENGTH, need(), "start");
        unfit(id, START, LENGTH, IOffers.Need(MILLS, START - 29, END, 30, 0), "release");
        unfit(id, START, LENGTH, IOffers.Need(MILLS, NOW, START + LENGTH + 29, 0, 30), "due");
        vm.prank(guest);
        offers.claim(host, id, START, LENGTH, IOffers.Need(MILLS, START - 30, START + LENGTH + 30, 30, 30));
    }

    function test_what_is_past_cannot_be_taken() public {
        uint64 id = aWindow(1);
        at(START + 10);
        unfit(id, START + 10, LENGTH, need(), "start");
        vm.prank(guest);
        offers.claim(host, id, START + 11, LENGTH, need());
        assertEq(offers.windowOf(host, id).until, START + 10, "to be confirmed before it begins");
    }

    function unfit(uint64 id, uint32 from, uint16 length, IOffers.Need memory some, string memory why) private {
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.DoesNotFit.selector, why));
        offers.claim(host, id, from, length, some);
    }

    // ── Books ──────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_window_of_a_book_is_taken_once() public {
        (uint256 terms, bytes32[] memory path) = aBook(host, 5, 3);
        take(terms, 5, path);
        assertEq(offers.windowOf(host, (uint64(9) << 32) | 5).guest, registry.number(guest), "taken");
        vm.prank(third);
        refused(abi.encodeWithSelector(IOffers.NotFree.selector, host, (uint64(9) << 32) | 5));
        offers.claimFromBook(host, 9, 5, terms, path, START, LENGTH, need());
    }

    function test_a_leaf_has_one_number() public {
        (uint256 terms, bytes32[] memory path) = aBook(host, 5, 3);
        bytes32 root = offers.bookOf(host, 9);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotInBook.selector, root));
        offers.claimFromBook(host, 9, 5 + 8, terms, path, START, LENGTH, need());
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotInBook.selector, root));
        offers.claimFromBook(host, 9, 4, terms, path, START, LENGTH, need());
    }

    function test_other_terms_or_another_members_time_are_not_in_the_book() public {
        (uint256 terms, bytes32[] memory path) = aBook(host, 5, 3);
        bytes32 root = offers.bookOf(host, 9);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotInBook.selector, root));
        offers.claimFromBook(host, 9, 5, terms ^ (1 << 104), path, START, LENGTH, need());
        // A host whose book has a leaf of another member sells nothing.
        uint256 foreign = leaf(third, START, END);
        bytes32 false_ = roots.root(foreign, 5, path);
        vm.prank(host);
        offers.publishBook(10, false_);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotInBook.selector, false_));
        offers.claimFromBook(host, 10, 5, foreign, path, START, LENGTH, need());
    }

    function test_a_leaf_with_somebody_in_it_is_refused() public {
        bytes32[] memory path = siblings(3);
        uint256 dirty = leaf(host, START, END) | 1;
        bytes32 root = roots.root(dirty, 0, path);
        vm.prank(host);
        offers.publishBook(9, root);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotInBook.selector, root));
        offers.claimFromBook(host, 9, 0, dirty, path, START, LENGTH, need());
    }

    function test_nothing_new_is_taken_from_a_closed_book_and_what_was_stays() public {
        (uint256 terms, bytes32[] memory path) = aBook(host, 5, 3);
        take(terms, 5, path);
        vm.startPrank(host);
        offers.closeBook(9);
        offers.confirm((uint64(9) << 32) | 5);
        refused(abi.encodeWithSelector(IOffers.NoSuchBook.selector, host, 8));
        offers.closeBook(8);
        vm.stopPrank();
        vm.prank(third);
        refused(abi.encodeWithSelector(IOffers.NoSuchBook.selector, host, 9));
        offers.claimFromBook(host, 9, 6, terms, path, START, LENGTH, need());
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NumberTaken.selector, uint64(9) << 32));
        offers.publishBook(9, METADATA);
    }

    function test_a_window_of_a_book_that_was_given_back_is_taken_again_without_a_proof() public {
        (uint256 terms, bytes32[] memory path) = aBook(host, 5, 3);
        take(terms, 5, path);
        uint64 id = (uint64(9) << 32) | 5;
        vm.prank(guest);
        offers.release(host, id);
        vm.prank(third);
        offers.claim(host, id, START, LENGTH, need());
        assertEq(offers.windowOf(host, id).guest, registry.number(third), "the third has it");
    }

    function aBook(address whose, uint32 place, uint256 depth) private returns (uint256 terms, bytes32[] memory path) {
        (terms, path) = (leaf(whose, START, END), siblings(depth));
        bytes32 root = roots.root(terms, place, path);
        vm.prank(whose);
        offers.publishBook(9, root);
    }

    function take(uint256 terms, uint32 place, bytes32[] memory path) private {
        vm.prank(guest);
        offers.claimFromBook(host, 9, place, terms, path, START, LENGTH, need());
    }

    // ── Between hold and work ──────────────────────────────────────────────────────────────────────────────────────

    function test_a_hold_that_is_given_back_or_runs_out_costs_nothing() public {
        uint64 id = aHold();
        uint32 until = NOW + HOLD;
        vm.prank(guest);
        offers.release(host, id);
        assertEq(offers.free(guest), STAKE, "all back");
        vm.prank(guest);
        offers.claim(host, id, START, LENGTH, need());
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, until));
        offers.expire(host, id, guest);
        at(until + 1);
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, until));
        offers.confirm(id);
        vm.prank(stranger);
        offers.expire(host, id, guest);
        assertEq(offers.free(guest), STAKE, "all back again");
        assertEq(offers.windowOf(host, id).guest, 0, "free");
    }

    function test_confirming_puts_the_penalty_down() public {
        aConfirmed();
        assertEq(offers.free(host), STAKE - PENALTY, "guarantee");
        assertEq(offers.windowOf(host, 1).until, CONFIRMED, "confirmed");
    }

    // ── By the league's rules ──────────────────────────────────────────────────────────────────────────────────────

    function decided(ICharter.Term term, uint64 value) private {
        vm.prank(admin);
        charter.set(term, value);
    }

    function test_the_charter_says_how_long_all_have_and_what_withdrawing_costs() public {
        decided(ICharter.Term.OfferHold, 30 minutes + 1);
        decided(ICharter.Term.OfferReview, 5 hours);
        decided(ICharter.Term.OfferDecision, 2 days - 1);
        vm.expectEmit(address(offers));
        emit IOffers.Adopted(4, 31, 5, 48, 51);
        decided(ICharter.Term.OfferPenalty, 500_001);
        uint64 id = aHold();
        assertEq(offers.windowOf(host, id).until, uint256(4) << 27 | NOW + 31, "half an hour and a second is 31 minutes");
        vm.prank(host);
        offers.confirm(id);
        uint256 penalty = (PRICE * 51 + 99) / 100;
        assertEq(offers.free(host), STAKE - penalty, "guarantee");
        at(START + 10);
        vm.prank(guest);
        offers.dispute(host, id, METADATA);
        uint32 end = START + 10 + LENGTH + 5 * 60 + 48 * 60;
        at(end - 1);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, offers.windowOf(host, id).until));
        offers.lapse(host, id, guest);
        at(end);
        offers.lapse(host, id, guest);
        assertEq(offers.free(host), STAKE + PRICE / 2, "half of the price, and its guarantee");
    }

    function test_what_is_confirmed_ends_by_the_rules_it_was_confirmed_by() public {
        uint64 id = aConfirmed();
        decided(ICharter.Term.OfferPenalty, 1_000_000);
        decided(ICharter.Term.OfferReview, 1 hours);
        at(START + 10 + LENGTH + 61);
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED));
        offers.collect(id, guest);
        vm.prank(host);
        offers.takeBack(id, guest);
        assertEq(offers.free(guest), STAKE + PENALTY, "not all of the price");
    }

    function test_no_host_confirms_by_rules_that_its_guest_has_not_seen() public {
        uint64 id = aHold();
        decided(ICharter.Term.OfferPenalty, 1_000_000);
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.OtherRules.selector, host, id));
        offers.confirm(id);
        vm.prank(guest);
        offers.release(host, id);
        assertEq(offers.free(guest), STAKE, "all back");
        vm.prank(guest);
        offers.claim(host, id, START + 10, LENGTH, need());
        vm.prank(host);
        offers.confirm(id);
        assertEq(offers.free(host), STAKE - PRICE, "by the new ones");
    }

    function test_rules_come_from_the_charter_alone() public {
        vm.prank(stranger);
        offers.adopt();
        (uint8 number,,,,) = offers.rules();
        assertEq(number, 0, "nothing new");
        refusedWithout(offers.DEFAULT_ADMIN_ROLE(), stranger);
        vm.prank(stranger);
        offers.follow(charter);
        // Whoever follows none keeps what it has.
        vm.prank(admin);
        offers.follow(ICharter(address(0)));
        decided(ICharter.Term.OfferHold, 2 hours);
        uint16 hold;
        (number, hold,,,) = offers.rules();
        assertEq(number + hold, 60, "as before");
        vm.prank(admin);
        offers.follow(charter);
        (number, hold,,,) = offers.rules();
        assertEq(hold, 120, "and takes it over with the charter");
    }

    function test_any_rules_within_the_bounds_keep_every_cent(uint64 penalty, uint64 review, uint256 toHost) public {
        decided(ICharter.Term.OfferPenalty, uint64(bound(penalty, 0, 1_000_000)));
        decided(ICharter.Term.OfferReview, uint64(bound(review, 1 hours, 80 days)));
        uint64 id = aDisputed();
        uint256 there = 2 * STAKE - offers.free(host) - offers.free(guest);
        vm.prank(arbiter);
        offers.decide(host, id, guest, bound(toHost, 0, there));
        assertEq(offers.free(host) + offers.free(guest), 2 * STAKE, "conserved");
    }

    function test_a_host_that_withdraws_pays() public {
        uint64 id = aConfirmed();
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NotTheGuest.selector, third));
        offers.takeBack(id, third);
        vm.prank(host);
        offers.takeBack(id, guest);
        assertEq(offers.free(guest), STAKE + PENALTY, "price and penalty");
        assertEq(offers.free(host), STAKE - PENALTY, "guarantee gone");
    }

    function test_a_host_that_never_confirmed_withdraws_for_nothing() public {
        uint64 id = aHold();
        vm.prank(host);
        offers.takeBack(id, guest);
        assertEq(offers.free(guest), STAKE, "all back");
        vm.prank(third);
        refused(abi.encodeWithSelector(IOffers.NotFree.selector, host, id));
        offers.claim(host, id, START, LENGTH, need());
    }

    function test_a_guest_that_changes_its_mind_pays_until_its_time_begins() public {
        uint64 id = aConfirmed();
        vm.prank(guest);
        offers.release(host, id);
        assertEq(offers.free(guest), STAKE - PENALTY, "penalty");
        assertEq(offers.free(host), STAKE + PENALTY, "kept");
        assertEq(offers.windowOf(host, id).guest, 0, "free again");
    }

    function test_once_its_time_has_begun_it_cannot_be_given_back() public {
        uint64 id = aConfirmed();
        at(START + 10);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED));
        offers.release(host, id);
    }

    // ── After the work ─────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_content_guest_pays() public {
        uint64 id = aConfirmed();
        vm.prank(guest);
        offers.accept(host, id);
        assertEq(offers.free(host), STAKE + PRICE, "paid, guarantee back");
        assertEq(offers.free(guest), STAKE - PRICE, "price");
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED | WindowWord.OVER));
        offers.accept(host, id);
    }

    function test_silence_pays_after_the_review() public {
        uint64 id = aConfirmed();
        at(START + 10 + LENGTH + REVIEW - 1);
        vm.prank(host);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED));
        offers.collect(id, guest);
        afterReview();
        vm.prank(host);
        offers.collect(id, guest);
        assertEq(offers.free(host), STAKE + PRICE, "paid");
    }

    function test_a_dispute_has_its_time() public {
        uint64 id = aConfirmed();
        at(START + 9);
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED));
        offers.dispute(host, id, METADATA);
        afterReview();
        vm.prank(guest);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, CONFIRMED));
        offers.dispute(host, id, METADATA);
    }

    function test_the_arbiter_divides_what_is_there() public {
        uint64 id = aDisputed();
        vm.prank(arbiter);
        refused(abi.encodeWithSelector(IOffers.MoreThanThere.selector, PRICE + PENALTY + 1, PRICE + PENALTY));
        offers.decide(host, id, guest, PRICE + PENALTY + 1);
        vm.prank(arbiter);
        offers.decide(host, id, guest, 100);
        assertEq(offers.free(host), STAKE - PENALTY + 100, "host");
        assertEq(offers.free(guest), STAKE + PENALTY - 100, "guest");
    }

    function test_only_the_arbiter_decides_and_only_what_is_disputed() public {
        uint64 id = aDisputed();
        bytes32 role = offers.ARBITER_ROLE();
        vm.prank(host);
        refusedWithout(role, host);
        offers.decide(host, id, guest, PRICE);
        vm.prank(guest);
        offers.accept(host, id);
        vm.prank(arbiter);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, DISPUTED | WindowWord.OVER));
        offers.decide(host, id, guest, PRICE);
    }

    function test_a_silent_arbiter_blocks_nobody() public {
        uint64 id = aDisputed();
        afterReview();
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, host, id, DISPUTED));
        offers.lapse(host, id, guest);
        at(START + 10 + LENGTH + REVIEW + DECISION);
        vm.prank(stranger);
        offers.lapse(host, id, guest);
        assertEq(offers.free(host) + offers.free(guest), 2 * STAKE, "conserved");
        assertEq(offers.free(host), STAKE + PRICE / 2, "half, and its guarantee");
    }

    function test_nobody_acts_for_another() public {
        uint64 id = aConfirmed();
        bytes memory notIt = abi.encodeWithSelector(IOffers.NotTheGuest.selector, third);
        vm.startPrank(third);
        refused(notIt);
        offers.release(host, id);
        refused(notIt);
        offers.accept(host, id);
        refused(notIt);
        offers.dispute(host, id, METADATA);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, third, id, 0));
        offers.confirm(id);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, third, id, 0));
        offers.takeBack(id, guest);
        refused(abi.encodeWithSelector(IOffers.NotNow.selector, third, id, 0));
        offers.collect(id, guest);
        vm.stopPrank();
    }

    // ── The switch ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_pause_stops_what_is_new_and_keeps_no_money() public {
        uint64 id = aConfirmed();
        vm.prank(pauser);
        offers.pause();
        vm.startPrank(host);
        refusedWhilePaused();
        offers.publish(2, 7, MILLS, START, END, CENTS);
        refusedWhilePaused();
        offers.publishBook(2, METADATA);
        vm.stopPrank();
        vm.startPrank(guest);
        refusedWhilePaused();
        offers.claim(host, id, START, LENGTH, need());
        refusedWhilePaused();
        offers.claimFromBook(host, 9, 5, 0, siblings(1), START, LENGTH, need());
        offers.accept(host, id);
        offers.withdraw(STAKE - PRICE);
        vm.stopPrank();
    }
}
