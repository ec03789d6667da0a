// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Conditions, Deal, Milestone} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {SettlementRule} from "../src/SettlementRule.sol";
import {LeagueTest} from "./LeagueTest.sol";

/// @notice The short sentences that stories about agreements and their settlement are told in. A deal here has two milestones of two
/// members, at 1000.00 each, with a compensation of 100.01 of which the coordinator pays 60.01.
abstract contract DealStories is LeagueTest {
    uint96 internal constant PRICE = 1000_00;
    uint96 internal constant COMPENSATION = 100_01;
    uint96 internal constant SUBSIDY = 60_01;
    uint256 internal constant PUT_DOWN = 10_000_00;
    uint32 internal constant WHOLE = 1_000_000;
    uint32 internal constant UNRATED = type(uint32).max;
    bytes32 internal constant PLAN = keccak256("plan");
    bytes32 internal constant EVIDENCE = keccak256("evidence");
    bytes32 internal constant REASON = keccak256("reason");

    /// @dev Keys of members, in the order of their addresses.
    uint256[] internal keys;
    uint32 internal product;

    function setUp() public virtual override {
        super.setUp();
        vm.warp(1_000_000);
        members(2);
        product = aProduct(MILLING);
        putDown(customer, PUT_DOWN);
        putDown(coordinator, PUT_DOWN);
    }

    /// @dev So many members with keys, ordered by address as deals want them.
    function members(uint256 number) internal {
        delete keys;
        for (uint256 i = 0; i < number; ++i) {
            keys.push(0x3E00 + i);
            for (uint256 j = i; j > 0 && vm.addr(keys[j]) < vm.addr(keys[j - 1]); --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
            }
        }
    }

    function putDown(address account, uint256 amount) internal {
        give(account, amount);
        vm.prank(account);
        token.approve(address(settlement), amount);
        vm.prank(account);
        settlement.deposit(amount);
    }

    function conditions() internal view returns (Conditions memory) {
        return Conditions({
            solver: solver,
            arbiter: arbiter,
            secondArbiter: secondArbiter,
            review: 300,
            patience: 500,
            ruling: 200,
            appeal: 100,
            fallbackShare: 500_000,
            grace: 60,
            unit: 60,
            perUnit: 10_000,
            cap: 250_000,
            reward: 20_000,
            fee: 10_000,
            liability: 0
        });
    }

    /// @dev A clause of liability, put together here by hand.
    function clause(uint32 quality, uint32 breakdown, uint32 transport) internal pure returns (uint128) {
        return uint128(1) << 96 | uint128(quality) << 64 | uint128(breakdown) << 32 | transport;
    }

    function milestone(uint256 key) internal view returns (Milestone memory) {
        return Milestone({
            member: vm.addr(key),
            operations: keccak256(abi.encode("operations", key)),
            price: PRICE,
            compensation: COMPENSATION,
            subsidy: SUBSIDY,
            startBy: uint40(block.timestamp) + 2_000,
            due: uint40(block.timestamp) + 3_000,
            fundBy: 0
        });
    }

    /// @dev A deal for a planned order, with a milestone for each key.
    function dealFor(uint256 order) internal view returns (Deal memory deal) {
        deal.plan = PLAN;
        deal.document = keccak256("document");
        deal.order = uint64(order);
        deal.customer = customer;
        deal.proposer = coordinator;
        deal.deadline = uint40(block.timestamp) + 1_000;
        deal.rounds = 3;
        deal.version = 1;
        deal.conditions = conditions();
        deal.milestones = new Milestone[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            deal.milestones[i] = milestone(keys[i]);
        }
    }

    function aPlannedOrder() internal returns (uint256 order) {
        order = anOrder(product);
        planned(order);
    }

    function proposed(Deal memory deal) internal returns (uint256) {
        vm.prank(coordinator);
        return agreements.propose(deal);
    }

    /// @dev What a party signs, put together here from the words of EIP-712 alone.
    function toSign(uint256 number, Deal memory deal, address party, uint256 nonce) internal view returns (bytes32) {
        bytes memory operations = "";
        (uint256 price, uint256 compensation) = (0, 0);
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            Milestone memory one = deal.milestones[i];
            if (party == deal.customer) {
                price += uint256(one.price) + uint256(one.price) * deal.conditions.reward / WHOLE
                    + uint256(one.price) * deal.conditions.fee / WHOLE;
                compensation += one.compensation - one.subsidy;
            } else if (party == one.member) {
                operations = bytes.concat(operations, one.operations);
                price += one.price;
                compensation += one.compensation;
            }
        }
        bytes32 struct_ = keccak256(
            bytes.concat(
                abi.encode(
                    keccak256(
                        "Acceptance(bytes32 deal,bytes32 plan,uint64 order,address party,bytes32 operations,uint256 price,uint256 compensation,uint40 deadline,uint256 nonce)"
                    ),
                    keccak256(abi.encode(number, deal)),
                    deal.plan,
                    deal.order,
                    party
                ),
                abi.encode(
                    party == deal.customer ? bytes32(0) : keccak256(operations), price, compensation, deal.deadline, nonce
                )
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain(block.chainid, address(agreements)), struct_));
    }

    function domain(uint256 chain, address contract_) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Hanse agreements"),
                keccak256("1"),
                chain,
                contract_
            )
        );
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The customer's and every member's, all under their present nonces.
    function signatures(uint256 number, Deal memory deal) internal view returns (bytes[] memory all) {
        all = new bytes[](keys.length + 1);
        all[0] = signature(CUSTOMER_KEY, toSign(number, deal, customer, agreements.nonces(customer)));
        for (uint256 i = 0; i < keys.length; ++i) {
            address one = vm.addr(keys[i]);
            all[i + 1] = signature(keys[i], toSign(number, deal, one, agreements.nonces(one)));
        }
    }

    function activated(uint256 number, Deal memory deal) internal {
        bytes[] memory all = signatures(number, deal);
        vm.prank(stranger);
        agreements.activate(number, deal, all);
    }

    /// @dev An active agreement.
    function anAgreement() internal returns (uint256 number, Deal memory deal) {
        deal = dealFor(aPlannedOrder());
        number = proposed(deal);
        activated(number, deal);
    }

    function started(uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(deal.milestones[which].member);
        settlement.start(number, deal, which);
    }

    function delivered(uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(deal.milestones[which].member);
        settlement.deliver(number, deal, which, EVIDENCE);
    }

    function aDelivery() internal returns (uint256 number, Deal memory deal) {
        (number, deal) = anAgreement();
        started(number, deal, 0);
        delivered(number, deal, 0);
    }

    function accepted(uint256 number, Deal memory deal, uint8 which, uint32 rating) internal {
        vm.prank(deal.customer);
        settlement.accept(number, deal, one8(which), one32(rating));
    }

    function disputed(uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(deal.customer);
        settlement.dispute(number, deal, which, EVIDENCE);
    }

    function ruled(address who, uint256 number, Deal memory deal, uint8 which, uint32 share) internal {
        vm.prank(who);
        settlement.rule(number, deal, which, share, REASON);
    }

    function ruledByCause(address who, uint256 number, Deal memory deal, uint8 which, ISettlement.Cause cause) internal {
        vm.prank(who);
        settlement.ruleByCause(number, deal, which, cause, REASON);
    }

    function waived(address who, uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(who);
        settlement.waive(number, deal, which);
    }

    function appealed(address who, uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(who);
        settlement.appeal(number, deal, which, EVIDENCE);
    }

    function settled(uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(stranger);
        settlement.settle(number, deal, one8(which));
    }

    function stageOf(uint256 number, uint8 which) internal view returns (ISettlement.Stage) {
        return settlement.progressOf(number, which).stage;
    }

    function assertStage(uint256 number, uint8 which, ISettlement.Stage stage, string memory why) internal view {
        assertEq(uint256(stageOf(number, which)), uint256(stage), why);
    }

    function assertStatus(uint256 number, IAgreements.Status status, string memory why) internal view {
        assertEq(uint256(agreements.agreementOf(number).status), uint256(status), why);
    }

    function wrongStage(uint256 number, uint8 which, ISettlement.Stage stage) internal {
        refused(abi.encodeWithSelector(ISettlement.WrongStage.selector, number, which, stage));
    }

    function notYours(address caller, address needed) internal {
        refused(abi.encodeWithSelector(ISettlement.NotYours.selector, caller, needed));
    }

    function notYet(uint256 number, uint8 which, ISettlement.Stage stage) internal {
        refused(abi.encodeWithSelector(ISettlement.NotYet.selector, number, which, stage));
    }

    function one8(uint8 only) internal pure returns (uint8[] memory all) {
        all = new uint8[](1);
        all[0] = only;
    }

    function one32(uint32 only) internal pure returns (uint32[] memory all) {
        all = new uint32[](1);
        all[0] = only;
    }

    /// @dev What is free to everybody a deal names, in one array: customer, proposer, first member, solver, treasury.
    function purses(Deal memory deal) internal view returns (uint256[5] memory) {
        return [
            settlement.free(deal.customer),
            settlement.free(deal.proposer),
            settlement.free(deal.milestones[0].member),
            settlement.free(deal.conditions.solver),
            settlement.free(treasury)
        ];
    }

    /// @dev The five have gained exactly these parts of the first milestone.
    function assertPaid(uint256[5] memory before, Deal memory deal, SettlementRule.Parts memory parts) internal view {
        uint256[5] memory now_ = purses(deal);
        assertEq(now_[0] - before[0], parts.customer, "customer");
        assertEq(now_[1] - before[1], parts.proposer, "proposer");
        assertEq(now_[2] - before[2], parts.member, "member");
        assertEq(now_[3] - before[3], parts.solver, "solver");
        assertEq(now_[4] - before[4], parts.treasury, "treasury");
    }
}
