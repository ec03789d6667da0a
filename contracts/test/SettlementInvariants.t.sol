// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Agreements} from "../src/Agreements.sol";
import {Identities} from "../src/Identities.sol";
import {Deal} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {Settlement} from "../src/Settlement.sol";
import {DealStories} from "./DealStories.sol";

/// @notice Everything that anyone may try with agreements and their settlement, in any order and at any time. What is not allowed is
/// tried as well, and must be refused.
contract SettlementHandler is DealStories {
    uint256 public stolen;
    /// @dev How often something came about, so that a test which never got anywhere would be seen.
    uint256 public active;
    uint256 public ended;
    address[] public people;
    mapping(uint256 agreement => mapping(uint8 milestone => uint256)) public advanced;

    uint256 private constant CLERK_KEY = 0xC7;
    /// @dev What the customer's clerk may sign for: of one agreement, in all, and how much it did.
    uint256[3] private _mandate;

    mapping(uint256 agreement => bytes) private _deals;

    function meet(LeagueToken token_, OrderBook orders_, Agreements agreements_, Settlement settlement_) external {
        (token, orders, agreements, settlement) = (token_, orders_, agreements_, settlement_);
        identities = Identities(address(agreements_.identities()));
        members(2);
        people = [customer, coordinator, vm.addr(keys[0]), vm.addr(keys[1]), solver, treasury, arbiter, secondArbiter, stranger];
        product = 1;
    }

    function setUp() public override {}

    function dealOf(uint256 number) public view returns (Deal memory) {
        return abi.decode(_deals[number], (Deal));
    }

    function count() public view returns (uint256) {
        return people.length;
    }

    // Time and money.

    function later(uint256 time) external {
        vm.warp(block.timestamp + time % 400);
    }

    function money(uint256 who, uint256 amount, bool out) external {
        vm.prank(people[who % people.length]);
        if (out) {
            try settlement.withdraw(amount % 100_00) {} catch {}
        } else {
            try settlement.deposit(amount % 100_00) {} catch {}
        }
    }

    // Negotiation.

    function propose(uint256 order, uint256 length, uint256 who, uint96 price) external {
        Deal memory deal = dealFor(1 + order % orders.count());
        deal.milestones[0].price = price % 400_00;
        if (length % 5 < 2) deal.conditions.liability = clause(WHOLE, uint32(price % WHOLE), 0);
        if (length % 3 == 0) deal.milestones[1].fundBy = deal.milestones[1].startBy - 700;
        deal.deadline = uint40(block.timestamp + 1 + length % 500);
        vm.prank(who % 8 == 0 ? people[who % people.length] : coordinator);
        try agreements.propose(deal) returns (uint256 number) {
            _deals[number] = abi.encode(deal);
        } catch {}
    }

    function revise(uint256 which, uint256 who, uint96 subsidy) external {
        uint256 number = some(which);
        if (number == 0) return;
        Deal memory deal = dealOf(number);
        ++deal.version;
        deal.milestones[0].subsidy = subsidy % (COMPENSATION + 2);
        address caller = who % 4 == 0 ? people[who % people.length] : coordinator;
        vm.prank(caller);
        try agreements.revise(number, deal) {
            if (caller != coordinator) ++stolen;
            _deals[number] = abi.encode(deal);
        } catch {}
    }

    function decline(uint256 which, uint256 who) external {
        uint256 number = some(which);
        if (number == 0 || who % 4 != 0) return;
        vm.prank(people[who % people.length]);
        try agreements.decline(number, dealOf(number), IAgreements.Reason.Unsaid) {} catch {}
    }

    function withdrawSignatures(uint256 who) external {
        vm.prank(people[who % people.length]);
        agreements.withdrawSignatures();
    }

    /// @dev With all signatures, or with one replaced by somebody else's.
    function activate(uint256 which, uint256 forged) external {
        uint256 number = some(which);
        if (number == 0) return;
        Deal memory deal = dealOf(number);
        bytes[] memory all = signatures(number, deal);
        bool wrong = forged % 4 == 0;
        if (wrong) all[forged % 3] = all[(forged + 1) % 3];
        try agreements.activate(number, deal, all) {
            if (wrong) ++stolen;
            ++active;
        } catch {}
    }

    /// @dev The customer says what its clerk may sign for, from now on.
    function mandate(uint96 perDeal, uint256 deals) external {
        uint96 most = perDeal % 3_000_00;
        _mandate = [uint256(most), uint256(most) * (1 + deals % 3), 0];
        IIdentities.Mandate memory its =
            IIdentities.Mandate(most, uint96(_mandate[1]), 30 days, uint40(block.timestamp) + 20 days);
        vm.prank(customer);
        identities.mandate(customer, vm.addr(CLERK_KEY), address(agreements), its);
    }

    /// @dev The customer's clerk signs for it, or somebody does who has no mandate.
    function activateByClerk(uint256 which, uint256 who) external {
        uint256 number = some(which);
        if (number == 0) return;
        Deal memory deal = dealOf(number);
        uint256 key = who % 4 == 0 ? keys[who % 2] : CLERK_KEY;
        bytes[] memory all = signatures(number, deal);
        bytes32 said = toSign(number, deal, customer, agreements.nonces(customer));
        all[0] = abi.encodePacked(vm.addr(key), signature(key, said));
        uint256 amount = ofCustomer(deal);
        try agreements.activate(number, deal, all) {
            _mandate[2] += amount;
            if (key != CLERK_KEY || amount > _mandate[0] || _mandate[2] > _mandate[1]) ++stolen;
            ++active;
        } catch {}
    }

    // Instalments and advances.

    function fund(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, customer);
        vm.prank(caller);
        try settlement.fund(number, deal, one8(at)) {
            if (caller != customer) ++stolen;
        } catch {}
    }

    /// @dev Asked and at once given, or not; perhaps again, perhaps by one that may not.
    function advance(uint256 which, uint256 who, uint96 amount, uint96 repay) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        ISettlement.Advance memory its =
            ISettlement.Advance(address(0), amount % 300_00, repay % 600_00, uint40(block.timestamp) + 1_000);
        address caller = by(who, deal.milestones[at].member);
        vm.prank(caller);
        try settlement.askAdvance(number, deal, at, its) {
            if (caller != deal.milestones[at].member) ++stolen;
        } catch {}
        address buyer = people[(who / 64) % people.length];
        vm.prank(buyer);
        try settlement.giveAdvance(number, deal, at, its) {
            if (buyer == deal.milestones[at].member || buyer == arbiter || buyer == secondArbiter) ++stolen;
            if (advanced[number][at]++ != 0) ++stolen;
        } catch {}
    }

    // Work.

    function start(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, deal.milestones[at].member);
        vm.prank(caller);
        try settlement.start(number, deal, at) {
            if (caller != deal.milestones[at].member) ++stolen;
        } catch {}
    }

    function deliver(uint256 which, uint256 who, uint256 late) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, deal.milestones[at].member);
        if (late % 3 == 0) vm.warp(deal.milestones[at].due + late % 400);
        vm.prank(caller);
        try settlement.start(number, deal, at) {} catch {}
        vm.prank(caller);
        try settlement.deliver(number, deal, at, EVIDENCE) {
            if (caller != deal.milestones[at].member) ++stolen;
        } catch {}
    }

    function accept(uint256 which, uint256 who, uint32 rating) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, customer);
        vm.prank(caller);
        try settlement.accept(number, deal, one8(at), one32(rating % 1_100_000)) {
            if (caller != customer) ++stolen;
            ++ended;
        } catch {}
    }

    function giveUp(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0 || who % 3 != 0) return;
        address caller = by(who, deal.milestones[at].member);
        vm.prank(caller);
        try settlement.giveUp(number, deal, at) {
            if (caller != deal.milestones[at].member) ++stolen;
            ++ended;
        } catch {}
    }

    function dispute(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, customer);
        vm.prank(caller);
        try settlement.dispute(number, deal, at, EVIDENCE) {
            if (caller != customer) ++stolen;
        } catch {}
    }

    function rule(uint256 which, uint256 who, uint32 share) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        ISettlement.Stage before = stageOf(number, at);
        address right = before == ISettlement.Stage.Appealed ? secondArbiter : arbiter;
        address caller = by(who, right);
        vm.prank(caller);
        bool free_ = deal.conditions.liability == 0 || settlement.progressOf(number, at).waived == 3;
        try settlement.rule(number, deal, at, share % 1_100_000, REASON) {
            if (caller != right || !free_) ++stolen;
            if (before == ISettlement.Stage.Appealed) ++ended;
        } catch {}
    }

    function ruleByCause(uint256 which, uint256 who, uint256 cause) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        ISettlement.Stage before = stageOf(number, at);
        address right = before == ISettlement.Stage.Appealed ? secondArbiter : arbiter;
        address caller = by(who, right);
        vm.prank(caller);
        try settlement.ruleByCause(number, deal, at, ISettlement.Cause(cause % 4), REASON) {
            if (caller != right || deal.conditions.liability == 0) ++stolen;
            if (before == ISettlement.Stage.Appealed) ++ended;
        } catch {}
    }

    function waive(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, who % 2 == 0 ? customer : deal.milestones[at].member);
        uint8 before = settlement.progressOf(number, at).waived;
        vm.prank(caller);
        try settlement.waive(number, deal, at) {
            uint8 added = settlement.progressOf(number, at).waived & ~before;
            if (added == 1 && caller != customer || added == 2 && caller != deal.milestones[at].member || added == 3) ++stolen;
        } catch {}
    }

    function appeal(uint256 which, uint256 who) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        address caller = by(who, who % 2 == 0 ? customer : deal.milestones[at].member);
        vm.prank(caller);
        try settlement.appeal(number, deal, at, EVIDENCE) {
            if (caller != customer && caller != deal.milestones[at].member) ++stolen;
        } catch {}
    }

    function settle(uint256 which) external {
        (uint256 number, uint8 at, Deal memory deal) = running(which);
        if (number == 0) return;
        try settlement.settle(number, deal, one8(at)) {
            ++ended;
        } catch {}
    }

    // What the invariants ask.

    /// @dev What the customer signs for: all it pays at most.
    function ofCustomer(Deal memory deal) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            uint256 price = deal.milestones[i].price;
            sum += price + price * 20_000 / WHOLE + price * 10_000 / WHOLE;
            sum += deal.milestones[i].compensation - deal.milestones[i].subsidy;
        }
    }

    /// @dev Everything that active agreements lock, by what their parties signed.
    function locked() external view returns (uint256 sum) {
        for (uint256 number = 1; number <= agreements.count(); ++number) {
            if (settlement.digestOf(number) == 0) continue;
            Deal memory deal = dealOf(number);
            for (uint8 i = 0; i < deal.milestones.length; ++i) {
                if (stageOf(number, i) == ISettlement.Stage.Settled) continue;
                sum += deal.milestones[i].subsidy;
                if (deal.milestones[i].fundBy != 0 && !settlement.progressOf(number, i).funded) continue;
                uint256 price = deal.milestones[i].price;
                sum += price + deal.milestones[i].compensation - deal.milestones[i].subsidy;
                sum += price * 20_000 / WHOLE + price * 10_000 / WHOLE;
            }
        }
    }

    /// @dev A stranger brings everything to its end, after all times have passed.
    function end() external {
        vm.warp(block.timestamp + 10_000);
        for (uint256 number = 1; number <= agreements.count(); ++number) {
            if (settlement.digestOf(number) == 0) continue;
            Deal memory deal = dealOf(number);
            for (uint8 i = 0; i < deal.milestones.length; ++i) {
                if (stageOf(number, i) == ISettlement.Stage.Settled) continue;
                vm.prank(stranger);
                settlement.settle(number, deal, one8(i));
            }
        }
    }

    /// @dev One of the newest agreements; zero if there is none.
    function some(uint256 which) private view returns (uint256) {
        uint256 all = agreements.count();
        return all == 0 ? 0 : all - which % (all < 4 ? all : 4);
    }

    /// @dev A milestone of an active agreement, one that has not ended if there is any; zero if none is active.
    function running(uint256 which) private view returns (uint256, uint8, Deal memory) {
        uint256 all = agreements.count();
        Deal memory deal;
        for (uint256 i = 0; i < all; ++i) {
            uint256 number = 1 + (which % all + i) % all;
            if (settlement.digestOf(number) == 0) continue;
            deal = dealOf(number);
            uint8 at = uint8(which >> 8) % 2;
            if (stageOf(number, at) != ISettlement.Stage.Settled || which % 16 == 0) return (number, at, deal);
        }
        return (0, 0, deal);
    }

    /// @dev Three times of four whoever should; else anybody.
    function by(uint256 who, address right) private view returns (address) {
        return who % 4 == 0 ? people[(who / 4) % people.length] : right;
    }
}

contract SettlementInvariantsTest is DealStories {
    SettlementHandler private handler;
    uint256 private _supply;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 12; ++i) {
            uint256 order = anOrderBy(customer, product, uint96(i * 150_00));
            if (i != 5) planned(order);
        }
        handler = new SettlementHandler();
        handler.meet(token, orders, agreements, settlement);
        for (uint256 i = 0; i < 6; ++i) {
            handler.propose(i, 400, 1, 300_00);
            if (i % 2 == 0) handler.activate(0, 1);
        }
        _supply = token.totalSupply();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](21);
        selectors[0] = SettlementHandler.later.selector;
        selectors[1] = SettlementHandler.money.selector;
        selectors[2] = SettlementHandler.propose.selector;
        selectors[3] = SettlementHandler.revise.selector;
        selectors[4] = SettlementHandler.decline.selector;
        selectors[5] = SettlementHandler.withdrawSignatures.selector;
        selectors[6] = SettlementHandler.activate.selector;
        selectors[7] = SettlementHandler.start.selector;
        selectors[8] = SettlementHandler.deliver.selector;
        selectors[9] = SettlementHandler.accept.selector;
        selectors[10] = SettlementHandler.giveUp.selector;
        selectors[11] = SettlementHandler.dispute.selector;
        selectors[12] = SettlementHandler.rule.selector;
        selectors[13] = SettlementHandler.appeal.selector;
        selectors[14] = SettlementHandler.settle.selector;
        selectors[15] = SettlementHandler.fund.selector;
        selectors[16] = SettlementHandler.advance.selector;
        selectors[17] = SettlementHandler.mandate.selector;
        selectors[18] = SettlementHandler.activateByClerk.selector;
        selectors[19] = SettlementHandler.ruleByCause.selector;
        selectors[20] = SettlementHandler.waive.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function free() private view returns (uint256 sum) {
        for (uint256 i = 0; i < handler.count(); ++i) {
            sum += settlement.free(handler.people(i));
        }
    }

    function invariant_the_settlement_holds_what_is_free_and_what_is_locked_to_the_cent() public view {
        assertEq(token.balanceOf(address(settlement)), free() + handler.locked(), "balance");
        assertEq(token.totalSupply(), _supply, "nothing is minted");
    }

    function invariant_nobody_did_what_only_another_may() public view {
        assertEq(handler.stolen(), 0, "stolen");
    }

    /// @dev After whatever happened, a stranger can bring everything to its end, and everyone can take everything out.
    function afterInvariant() public {
        assertTrue(handler.active() >= 3, "something was active");
        handler.end();
        assertEq(handler.locked(), 0, "all has ended");
        for (uint256 i = 0; i < handler.count(); ++i) {
            address person = handler.people(i);
            uint256 amount = settlement.free(person);
            vm.prank(person);
            settlement.withdraw(amount);
        }
        assertEq(token.balanceOf(address(settlement)), 0, "nothing stays behind");
    }
}
