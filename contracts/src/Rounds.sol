// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Award} from "./Award.sol";
import {ClaimBytes} from "./ClaimBytes.sol";
import {ICharter} from "./interfaces/ICharter.sol";
import {IClaims} from "./interfaces/IClaims.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {RewardCurve} from "./RewardCurve.sol";
import {RoundBook} from "./RoundBook.sol";
import {Ruled} from "./Ruled.sol";
import {Stakes} from "./Stakes.sol";
import {Switchable} from "./Switchable.sol";

/// @title Rounds: solvers compete over a frozen problem
/// @notice What it is: the host of rounds and claims, and the only one who moves their money. Its balance of the token
/// is the sum of all free stakes, the bonds of undecided claims and the pots of unfinished rounds, less what these have
/// paid.
///
/// Who may do what: COORDINATOR_ROLE opens a round, with its own money, and may dismiss claims of it; anyone deposits,
/// withdraws, commits, reveals its own, awards and finalises; the judge of a round (the contract that decides challenges)
/// strikes lies and tells conflicts. The admin appoints who will judge rounds opened from then on; a round that is open
/// keeps the judge that its solvers have seen.
///
/// How it is switched off: `pause()` stops `open` and `commit`, so nothing new begins. All else goes on: a pause in the
/// reveal or challenge window would turn honest solvers into silent ones and let lies through, and one later would keep
/// money.
contract Rounds is RoundBook, Stakes, Ruled {
    using ClaimBytes for bytes;

    /// @notice May open rounds.
    bytes32 public constant COORDINATOR_ROLE = keccak256("COORDINATOR_ROLE");

    /// @notice A round has at most so many demands.
    uint256 public constant MOST_DEMANDS = 4096;
    /// @notice A round takes at most so many claims.
    uint256 public constant MOST_CLAIMS = 64;
    /// @notice No window is longer, so no money is locked for longer than three of them.
    uint256 public constant LONGEST_WINDOW = 30 days;

    /// @inheritdoc IRounds
    address public judge;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money.
    constructor(address admin, IERC20 token_) Switchable(admin) Stakes(token_) {}

    /// @inheritdoc IRounds
    function appoint(address judge_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        // Zero is allowed, and means nobody.
        // slither-disable-next-line missing-zero-check
        judge = judge_;
        emit Appointed(judge_);
    }

    // ── The sponsor ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IRounds
    function open(Terms calldata terms) external onlyRole(COORDINATOR_ROLE) whenNotPaused returns (uint256 id) {
        _check(terms);
        _checkCharter(terms);
        id = ++count;
        Round storage one = _rounds[id];
        one.commitEnd = uint40(block.timestamp + terms.commitSeconds);
        one.revealEnd = one.commitEnd + terms.revealSeconds;
        one.challengeEnd = one.revealEnd + terms.challengeSeconds;
        (one.bond, one.most, one.judge) = (terms.bond, terms.most, judge);
        (one.sponsor, one.pot) = (msg.sender, terms.pot);
        (one.least, one.demands, one.firstWins) = (terms.least == 0 ? 1 : terms.least, terms.demands, terms.firstWins);
        (one.baseline, one.target) = (terms.baseline, terms.target);
        one.subject = keccak256(abi.encodePacked(terms.problem, terms.targets));
        _lock(msg.sender, terms.pot);
        emit Opened(id, msg.sender, terms, one.commitEnd, one.revealEnd, one.challengeEnd);
    }

    /// @inheritdoc IRounds
    function dismiss(uint256 id, uint8 index, bytes32 reason) external {
        Round storage one = _challenged(id);
        if (msg.sender != one.sponsor) revert NotTheSponsor(msg.sender, one.sponsor);
        Claim storage claim = _standing(id, index);
        claim.status = Status.Dismissed;
        _credit(claim.solver, one.bond);
        emit Dismissed(id, index, reason);
    }

    // ── Solvers ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IRounds
    function commit(uint256 id, bytes32 seal_) external whenNotPaused returns (uint8 index) {
        Round storage one = _round(id);
        _within(0, one.commitEnd);
        if (seal_ == 0) revert NoCommitment();
        index = one.claims;
        if (index == one.most) revert RoundFull(id, one.most);
        one.claims = index + 1;
        // Only the seal is kept: it binds the sender, and a claim that is never revealed needs no owner.
        _claims[id][index].digest = seal_;
        _lock(msg.sender, one.bond);
        emit Committed(id, msg.sender, index, seal_);
    }

    /// @inheritdoc IRounds
    function reveal(
        uint256 id,
        uint8 index,
        bytes32 salt,
        bytes calldata claim,
        uint256[] calldata covered,
        bytes32 evidence
    ) external {
        Round storage one = _round(id);
        _within(one.commitEnd, one.revealEnd);
        bytes32 digest = keccak256(claim);
        _unseal(id, index, seal(id, msg.sender, digest, evidence, salt), digest);
        if (!claim.wellFormed()) revert NotAClaim(claim.length);
        if (claim.subject() != one.subject) revert AnotherProblem(claim.subject(), one.subject);
        _cover(id, index, one.demands, claim.covered(), covered);
        _measure(_claims[id][index], claim, one.least);
        emit Revealed(id, index, msg.sender, claim, covered, evidence);
    }

    // ── The judge ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IClaims
    function strike(uint256 id, uint8 index, bytes32 digest, address challenger, uint8 lie) external {
        _judging(id);
        Claim storage claim = _judged(id, index, digest);
        // Whoever showed the lie takes the liar's place and is paid in the end: nobody's stake is written here, so that
        // a lie is cheap to show. Nobody asks for the digest again, and clearing it is refunded.
        (claim.status, claim.solver, claim.digest) = (Status.Struck, challenger, 0);
        emit Struck(id, index, challenger, lie);
    }

    /// @inheritdoc IClaims
    function conflict(uint256 id, uint8[] calldata indices, bytes32[] calldata digests) external {
        Round storage one = _judging(id);
        if (indices.length < 2 || digests.length != indices.length) revert NoConflict();
        uint64 set = 0;
        uint8 last = 0;
        uint256 lowest = type(uint256).max;
        for (uint256 i = 0; i < indices.length; ++i) {
            uint64 improvement = _judged(id, indices[i], digests[i]).improvement;
            uint256 key = Award.key(one.firstWins, improvement, indices[i]);
            if (set & _bit(indices[i]) != 0) revert NoConflict();
            set |= _bit(indices[i]);
            if (key < lowest) (lowest, last) = (key, indices[i]);
        }
        _checkDisjoint(id, indices, one.demands);
        _keep(_conflicts[id][last], last, set & ~_bit(last));
        emit Conflicting(id, last, set & ~_bit(last));
    }

    // ── Anyone ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IRounds
    function award(uint256 id, uint8[] calldata order) external {
        Round storage one = _ended(id);
        uint256 last = type(uint256).max;
        for (uint256 i = 0; i < order.length; ++i) {
            Claim storage claim = _standing(id, order[i]);
            uint256 key = Award.key(one.firstWins, claim.improvement, order[i]);
            if (key >= last) revert NotInOrder(order[i]);
            last = key;
            _decide(one, claim, id, order[i]);
        }
        // Nobody was passed over: whoever still stands ranks after the last one given.
        for (uint8 i = 0; i < one.claims; ++i) {
            Claim storage claim = _claims[id][i];
            bool waits = claim.status == Status.Standing;
            if (waits && Award.key(one.firstWins, claim.improvement, i) > last) revert NotInOrder(i);
        }
    }

    /// @inheritdoc IRounds
    function finalise(uint256 id) external {
        Round storage one = _ended(id);
        (uint256 silent, uint256 lies) = _payForLies(id, one);
        one.finalised = true;
        // A bond back for silence would be a free option: commit to many, reveal what turns out well.
        uint256 forfeited = silent * one.bond;
        uint256 refund = one.pot - one.paid;
        _credit(one.sponsor, refund + forfeited + lies * (one.bond - one.bond / 2));
        emit Finalised(id, refund, forfeited);
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _check(Terms calldata terms) private pure {
        if (terms.problem == 0 || terms.targets == 0 || terms.document == 0) revert NoCommitment();
        _inRange("demands", terms.demands, 1, MOST_DEMANDS);
        _inRange("most", terms.most, 1, MOST_CLAIMS);
        _inRange("pot", terms.pot, 1, type(uint96).max);
        // Two, so that half of it is something.
        _inRange("bond", terms.bond, 2, type(uint96).max);
        _inRange("commitSeconds", terms.commitSeconds, 1, LONGEST_WINDOW);
        _inRange("revealSeconds", terms.revealSeconds, 1, LONGEST_WINDOW);
        _inRange("challengeSeconds", terms.challengeSeconds, 0, LONGEST_WINDOW);
        _inRange("baseline", terms.baseline, 1, type(uint64).max);
        _inRange("target", terms.target, 0, terms.baseline - 1);
        _inRange("least", terms.least, 0, terms.baseline);
    }

    function _inRange(string memory term, uint256 given, uint256 least, uint256 most) private pure {
        if (given < least || given > most) revert TermOutOfRange(term, given, least, most);
    }

    /// @dev Puts the digest in the place of the seal. A revealed claim has no seal any more, so it opens only once.
    function _unseal(uint256 id, uint8 index, bytes32 opened, bytes32 digest) private {
        Claim storage one = _claims[id][index];
        if (one.digest != opened) revert WrongSeal(one.digest, opened);
        one.digest = digest;
    }

    function _cover(uint256 id, uint8 index, uint256 demands, bytes32 hash, uint256[] calldata covered) private {
        uint256 words = (demands + 255) / 256;
        if (covered.length != words || keccak256(abi.encodePacked(covered)) != hash) revert WrongCover();
        // The words that follow the last demand's bit in its word; none if the word is full.
        uint256 beyond = demands % 256 == 0 ? 0 : covered[words - 1] >> (demands % 256);
        uint256 any = 0;
        for (uint256 i = 0; i < words; ++i) {
            any |= covered[i];
            if (covered[i] != 0) _covered[id][index][i] = covered[i];
        }
        if (any == 0 || beyond != 0) revert WrongCover();
    }

    function _checkCharter(Terms calldata terms) private view {
        ICharter law = charter;
        if (address(law) == address(0)) return;
        uint256 window = terms.commitSeconds < terms.revealSeconds ? terms.commitSeconds : terms.revealSeconds;
        uint256 least = terms.least == 0 ? 1 : terms.least;
        law.checkRound(window, terms.challengeSeconds, terms.bond, least, terms.pot, terms.baseline);
    }

    function _measure(Claim storage one, bytes calldata claim, uint64 least) private {
        (uint64 bounds, uint64 baseline, uint64 target) = claim.jobs();
        _checkBound(claim, bounds);
        uint256 value = claim.value();
        if (target >= baseline) revert NothingToGain(baseline, target);
        if (value >= baseline || baseline - value < least) revert TooLittle(baseline, value, least);
        // Below the baseline, so it has 64 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint64 cost = uint64(value);
        (one.solver, one.improvement, one.status) = (msg.sender, baseline - cost, Status.Standing);
        (one.value, one.baseline, one.target) = (cost, baseline, target);
    }

    function _checkBound(bytes calldata claim, uint64 bounds) private pure {
        (uint64 prices, uint32 scale, uint64 bound) = claim.dual();
        uint256 proved = ClaimBytes.proved(bounds, prices, scale);
        if (bound > proved || scale == 0) revert BoundNotProved(bound, proved);
    }

    function _checkDisjoint(uint256 id, uint8[] calldata indices, uint256 demands) private view {
        for (uint256 word = 0; word * 256 < demands; ++word) {
            uint256 seen = 0;
            for (uint256 i = 0; i < indices.length; ++i) {
                uint256 own = _covered[id][indices[i]][word];
                if (seen & own != 0) revert SharedDemands(indices[i]);
                seen |= own;
            }
        }
    }

    /// @dev Adds a set unless it says nothing new, and drops those that it makes superfluous: who floods a claim with
    /// conflicts cannot do it with one conflict and many claims added to it.
    function _keep(uint64[] storage sets, uint8 last, uint64 others) private {
        uint64[] memory there = sets;
        if (there.length >= Award.MOST_SETS || Award.known(there, others)) revert NothingNew(last);
        uint256 kept = 0;
        for (uint256 i = 0; i < there.length; ++i) {
            if (others & ~there[i] != 0) sets[kept++] = there[i];
        }
        for (uint256 i = kept; i < there.length; ++i) {
            sets.pop();
        }
        sets.push(others);
    }

    /// @dev Pays the challengers; how many claims were never revealed, and how many were lies.
    function _payForLies(uint256 id, Round storage one) private returns (uint256 silent, uint256 lies) {
        for (uint8 i = 0; i < one.claims; ++i) {
            Claim storage claim = _claims[id][i];
            if (claim.status == Status.Standing) revert NotAllAwarded(i);
            if (claim.status == Status.Sealed) ++silent;
            if (claim.status == Status.Struck) {
                ++lies;
                _credit(claim.solver, one.bond / 2);
            }
        }
    }

    function _decide(Round storage one, Claim storage claim, uint256 id, uint8 index) private {
        address solver = claim.solver;
        uint256 words = (uint256(one.demands) + 255) / 256;
        if (!_fits(id, index, words) || Award.blocked(_conflicts[id][index], one.accepted)) {
            claim.status = Status.Skipped;
            _credit(solver, one.bond);
            emit Skipped(id, index, solver);
            return;
        }
        uint96 earned = _earned(one, claim);
        claim.status = Status.Accepted;
        one.accepted |= _bit(index);
        one.paid += earned;
        for (uint256 i = 0; i < words; ++i) {
            uint256 own = _covered[id][index][i];
            if (own != 0) _taken[id][i] |= own;
        }
        _credit(solver, uint256(one.bond) + earned);
        emit Accepted(id, index, solver, earned);
    }

    function _fits(uint256 id, uint8 index, uint256 words) private view returns (bool) {
        for (uint256 i = 0; i < words; ++i) {
            if (_taken[id][i] & _covered[id][index][i] != 0) return false;
        }
        return true;
    }

    /// @dev What a claim earns, out of its share of the pot: pot · (M_S - B_S) / (M - B), rounded down.
    ///
    /// Accepted claims cover different demands, so if no demand's target is above its baseline and M and B are the sums
    /// over all demands, the shares add up to at most the pot, and no reward is above its share. The contract sees no
    /// single demand. The sponsor may have summed wrongly, or nobody looked: then the cap holds, and whoever ranks
    /// first is paid first.
    function _earned(Round storage one, Claim storage claim) private view returns (uint96) {
        uint256 share = uint256(one.pot) * (claim.baseline - claim.target) / (one.baseline - one.target);
        // A share above the pot needs false sums. Left as it is, it might be more than the curve takes, and then the
        // award would hang.
        if (share > one.pot) share = one.pot;
        (int128 value, int128 target) = (_signed(claim.value), _signed(claim.target));
        uint256 earned = RewardCurve.reward(value, target, _signed(claim.baseline), share);
        uint96 left = one.pot - one.paid;
        // forge-lint: disable-next-line(unsafe-typecast)
        return earned > left ? left : uint96(earned);
    }

    function _signed(uint64 amount) private pure returns (int128) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return int128(uint128(amount));
    }
}
