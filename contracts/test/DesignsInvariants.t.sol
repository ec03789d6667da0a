// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {IDesigns} from "../src/interfaces/IDesigns.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {DesignStories} from "./DesignStories.sol";
import {Purses} from "./Purses.sol";

/// @notice Everything that anyone may try with one design and its licences, in any order. What is not allowed is tried as well.
contract DesignsHandler is DesignStories, Purses {
    address[] private _people;
    uint256 public stolen;
    /// @dev Licences up to this number were given by who was found not to be the owner.
    uint64 public void;
    mapping(uint64 licence => uint256) public granted;

    function setUp() public override {
        super.setUp();
        _people = [author, customer, otherCustomer];
        royaltyMoney(otherCustomer);
        registered(author, DRAWING);
    }

    function balance() external view returns (uint256 there, uint256 owed) {
        there = token.balanceOf(address(designs));
        owed = freeOf(designs, _people);
        for (uint64 order = 1; order <= orders.count(); ++order) {
            IDesigns.Use memory one = designs.useOf(order, DRAWING);
            if (one.licence != 0 && !one.paid) owed += one.amount;
        }
    }

    /// @dev Pieces that a licence has left and those that orders have taken.
    function pieces(uint64 licence) external view returns (uint256 all) {
        all = designs.licenceOf(licence).left;
        for (uint64 order = 1; order <= orders.count(); ++order) {
            IDesigns.Use memory one = designs.useOf(order, DRAWING);
            // A use that ended without work has given its pieces back; one that ended with work has not.
            if (one.licence == licence && (!one.paid || madeAnything[order])) all += one.pieces;
        }
    }

    mapping(uint64 order => bool) public madeAnything;

    function licences() external view returns (uint64) {
        return designs.count();
    }

    function later(uint256 time) external {
        vm.warp(block.timestamp + time % 4 hours);
    }

    function transfer(uint256 who, uint256 to) external {
        address from = _people[who % 3];
        bool its = designs.designOf(DRAWING).owner == from;
        vm.prank(from);
        try designs.transfer(DRAWING, _people[to % 3]) {
            if (!its) ++stolen;
        } catch {}
    }

    /// @dev Somebody says that the design is its own, or an arbiter decides, or one who is none.
    function contest(uint256 who, uint256 what, bool upheld) external {
        address claimant = _people[who % 3];
        if (what % 4 == 0) {
            vm.prank(claimant);
            designs.contest(DRAWING, EVIDENCE);
            return;
        }
        address decides = what % 4 == 1 ? _people[what % 3] : arbiter;
        vm.prank(decides);
        try designs.decide(DRAWING, claimant, upheld, REASON) {
            if (decides != arbiter) ++stolen;
            if (upheld) void = designs.count();
        } catch {}
    }

    function license(uint256 who, uint256 to, uint32 left, uint32 time, uint40 royalty) external {
        IDesigns.Licence memory its = IDesigns.Licence(
            DRAWING, _people[to % 3], left % 12, 0, uint40(block.timestamp) + time % 1 days, royalty % 30_00
        );
        address from = who % 4 == 0 ? _people[who % 3] : designs.designOf(DRAWING).owner;
        bool owns = designs.designOf(DRAWING).owner == from;
        vm.prank(from);
        try designs.license(its) returns (uint64 licence) {
            granted[licence] = its.left;
            if (!owns) ++stolen;
        } catch {}
    }

    function use(uint256 which, uint256 who, uint256 old) external {
        uint64 licence = designs.count() == 0 ? 0 : uint64(which % designs.count()) + 1;
        address account = who % 4 == 0 ? _people[who % 3] : designs.licenceOf(licence).licensee;
        uint64 order = old % 3 == 0 && orders.count() != 0 ? uint64(old % orders.count()) + 1 : 0;
        if (order == 0) {
            if (account == address(0) || account == author) account = customer;
            order = uint64(anOrderBy(account, product, DEPOSIT));
        }
        bool its = licence > void && designs.licenceOf(licence).licensee == account && orders.order(order).customer == account;
        vm.prank(account);
        try designs.use(licence, order) {
            if (!its) ++stolen;
        } catch {}
    }

    /// @dev The order's life goes on: cancelled, refunded, or agreed and ended with or without work.
    function goOn(uint64 which, uint256 how) external {
        if (orders.count() == 0) return;
        uint64 order = which % orders.count() + 1;
        IOrderBook.Order memory one = orders.order(order);
        if (one.status != IOrderBook.Status.Open) return;
        if (how % 4 == 0) {
            vm.prank(one.customer);
            orders.cancel(order);
            return;
        }
        planned(order);
        if (how % 4 == 1) {
            vm.prank(coordinator);
            orders.refund(order);
        }
        if (how % 4 < 2 || one.customer != customer) return;
        putDown(customer, PUT_DOWN);
        putDown(coordinator, PUT_DOWN);
        Deal memory deal = dealFor(order);
        uint256 number = proposed(deal);
        activated(number, deal);
        for (uint8 i = 0; i < 2; ++i) {
            if (how % 4 == 2 && i == 0) {
                made(number, deal, i);
                madeAnything[order] = true;
            } else {
                givenUp(number, deal, i);
            }
        }
        try designs.collect(number, deal, DRAWING) {} catch {}
    }

    function giveBack(uint64 which, uint256 who) external {
        if (orders.count() == 0) return;
        vm.prank(_people[who % 3]);
        try designs.giveBack(which % orders.count() + 1, DRAWING) {} catch {}
    }

    function money(uint256 who, uint256 amount, bool out) external {
        moved(designs, _people[who % 3], amount % 500_00, out);
    }
}

/// @notice Whatever is tried, money and pieces are where they are said to be, and only owners and licensees move them.
contract DesignsInvariantsTest is DesignStories {
    DesignsHandler private handler;

    function setUp() public override {
        handler = new DesignsHandler();
        handler.setUp();
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
        selectors[0] = DesignsHandler.later.selector;
        selectors[1] = DesignsHandler.transfer.selector;
        selectors[2] = DesignsHandler.license.selector;
        selectors[3] = DesignsHandler.use.selector;
        selectors[4] = DesignsHandler.goOn.selector;
        selectors[5] = DesignsHandler.giveBack.selector;
        selectors[6] = DesignsHandler.money.selector;
        selectors[7] = DesignsHandler.contest.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_the_balance_is_what_is_free_and_what_is_held() public view {
        (uint256 there, uint256 owed) = handler.balance();
        assertEq(there, owed, "to the cent");
    }

    function invariant_no_piece_is_lost_or_made_up() public view {
        for (uint64 licence = 1; licence <= handler.licences(); ++licence) {
            assertEq(handler.pieces(licence), handler.granted(licence), "pieces");
        }
    }

    function invariant_nobody_acts_for_another() public view {
        assertEq(handler.stolen(), 0, "stolen");
    }
}
