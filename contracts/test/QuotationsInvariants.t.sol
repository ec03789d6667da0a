// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IQuotations} from "../src/interfaces/IQuotations.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {Quotations} from "../src/Quotations.sol";
import {Purses} from "./Purses.sol";
import {QuotationsStories} from "./QuotationsStories.sol";

/// @notice Everything that anyone may try with requests, in any order and at any time. What is not allowed is tried as well.
contract QuotationsHandler is QuotationsStories, Purses {
    address[] private _people;
    mapping(uint64 => mapping(address => IQuotations.Bid)) private _hidden;
    uint256 public stolen;
    uint256 public unfair;

    constructor(Quotations quotations_, LeagueToken token_, address arbiter_) {
        (quotations, token, arbiter) = (quotations_, token_, arbiter_);
        _people = [requester, first, second, third];
    }

    function people() external view returns (address[] memory) {
        return _people;
    }

    function setUp() public override {}

    function later(uint256 time) external {
        // Mostly hours, so that seals are opened; sometimes weeks, so that reviews and decisions end.
        vm.warp(block.timestamp + (time % 4 == 0 ? time % 20 days : time % 3 hours));
    }

    function money(uint256 who, uint256 amount, bool out) external {
        moved(quotations, _people[who % 4], amount % STAKE, out);
    }

    function post(uint256 who, uint256 parent, uint96 budget, uint96 bond) external {
        IQuotations.Terms memory some = terms();
        uint40 now_ = uint40(block.timestamp);
        some.parent = uint64(parent % 2 == 0 ? 0 : parent % (quotations.count() + 1));
        (some.commitEnd, some.revealEnd) = (now_ + 2 hours, now_ + 4 hours);
        (some.earliest, some.latest) = (now_ + 1 days, now_ + 9 days);
        (some.budget, some.bond) = (budget % 500_00, bond % 50_00);
        (some.perDay, some.perQuality) = (10_00, 100_00);
        vm.prank(_people[who % 4]);
        try quotations.post(some) {} catch {}
    }

    function bid(uint256 which, uint256 who, uint96 price, uint40 ready, uint32 quality) external {
        uint64 number = chosen(which);
        address person = _people[who % 4];
        IQuotations.Bid memory shown = priced(price % 600_00);
        shown.ready = uint40(block.timestamp) + 1 hours + ready % 10 days;
        shown.quality = 700_000 + quality % 400_000;
        bytes32 seal = quotations.sealOf(number, person, shown);
        vm.prank(person);
        try quotations.bid(number, seal) {
            _hidden[number][person] = shown;
        } catch {}
    }

    function open(uint256 which, uint256 who) external {
        uint64 number = chosen(which);
        address person = _people[who % 4];
        IQuotations.Request memory before = quotations.requestOf(number);
        vm.prank(person);
        try quotations.open(number, _hidden[number][person]) {
            IQuotations.Request memory now_ = quotations.requestOf(number);
            if (before.winner != address(0) && now_.value > before.value) ++unfair;
        } catch {}
    }

    /// @dev Steps that anyone may ask for, and some that only one may take.
    function step(uint256 which, uint256 who, uint256 what) external {
        uint64 number = chosen(which);
        IQuotations.Request memory one = quotations.requestOf(number);
        // Every second time whoever may, so that work comes to its ends.
        address person = who % 2 == 0 ? _people[who / 2 % 4] : (what % 8 < 5 ? one.requester : one.winner);
        vm.prank(person);
        if (what % 8 == 0) {
            try quotations.cancel(number) {
                if (person != one.requester) ++stolen;
            } catch {}
        } else if (what % 8 == 1) {
            try quotations.accept(number, UNRATED) {
                if (person != one.requester) ++stolen;
            } catch {}
        } else if (what % 8 == 2) {
            try quotations.report(number, IQuotations.Cause.Transport, METADATA) {
                if (person != one.requester && person != one.winner) ++stolen;
            } catch {}
        } else if (what % 8 == 3) {
            try quotations.release(number, _people[what / 8 % 4]) {} catch {}
        } else if (what % 8 == 4) {
            try quotations.award(number) {} catch {}
        } else if (what % 8 == 5) {
            try quotations.deliver(number, METADATA) {
                if (person != one.winner) ++stolen;
            } catch {}
        } else if (what % 8 == 6) {
            try quotations.giveUp(number) {
                if (person != one.winner) ++stolen;
            } catch {}
        } else {
            try quotations.settle(number) {} catch {}
        }
    }

    function decide(uint256 which, uint256 cause) external {
        vm.prank(arbiter);
        try quotations.decide(chosen(which), IQuotations.Cause(cause % 4)) {} catch {}
    }

    function chosen(uint256 which) private view returns (uint64) {
        return uint64(which % (quotations.count() + 1));
    }
}

/// @notice Whatever is tried, the money is where the requests say, and all of it can be had out in the end.
contract QuotationsInvariantsTest is QuotationsStories, Purses {
    QuotationsHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new QuotationsHandler(quotations, token, arbiter);
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
        selectors[0] = QuotationsHandler.later.selector;
        selectors[1] = QuotationsHandler.money.selector;
        selectors[2] = QuotationsHandler.post.selector;
        selectors[3] = QuotationsHandler.bid.selector;
        selectors[4] = QuotationsHandler.open.selector;
        selectors[5] = QuotationsHandler.step.selector;
        selectors[6] = QuotationsHandler.decide.selector;
        selectors[7] = QuotationsHandler.bid.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_the_balance_is_what_is_free_and_what_requests_hold() public view {
        uint256 owed = freeOf(quotations, handler.people());
        for (uint64 number = 1; number <= quotations.count(); ++number) {
            owed += held(number);
        }
        assertEq(token.balanceOf(address(quotations)), owed, "to the cent");
    }

    function invariant_nobody_acts_for_another_and_a_worse_bid_never_leads() public view {
        assertEq(handler.stolen(), 0, "stolen");
        assertEq(handler.unfair(), 0, "unfair");
    }

    /// @dev Long after everything, whoever likes ends what is open, and all money can be withdrawn.
    function afterInvariant() public {
        address[] memory people = handler.people();
        vm.warp(block.timestamp + 200 days);
        for (uint64 number = 1; number <= quotations.count(); ++number) {
            if (quotations.requestOf(number).stage == IQuotations.Stage.Open) quotations.award(number);
            IQuotations.Stage now_ = quotations.requestOf(number).stage;
            if (now_ != IQuotations.Stage.Void && now_ != IQuotations.Stage.Done) quotations.settle(number);
            for (uint256 i = 0; i < 4; ++i) {
                if (quotations.sealedBy(number, people[i]) != 0) quotations.release(number, people[i]);
            }
        }
        emptied(quotations, token, people);
    }

    function held(uint64 number) private view returns (uint256 amount) {
        IQuotations.Request memory one = quotations.requestOf(number);
        IQuotations.Terms memory some = quotations.termsOf(number);
        address[] memory people = handler.people();
        for (uint256 i = 0; i < 4; ++i) {
            if (quotations.sealedBy(number, people[i]) != 0) amount += some.bond;
        }
        if (one.stage == IQuotations.Stage.Open) {
            amount += some.budget + (one.winner == address(0) ? 0 : some.bond);
        } else if (one.stage >= IQuotations.Stage.Awarded && one.stage != IQuotations.Stage.Done) {
            amount += uint256(one.price) + some.bond;
        }
    }
}
