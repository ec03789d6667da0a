// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IStakes} from "./IStakes.sol";

/// @title IRounds: the competition of solvers over one frozen problem
/// @notice Commit (sealed) -> reveal -> challenge -> award -> finalise. Phases end by the clock, and each next step is
/// open to anyone, so no round can hang. Rounds are numbered from one, claims of a round from zero in the order of
/// their commitments.
interface IRounds is IStakes {
    /// @notice Where a claim stands. Sealed: committed and not revealed (or there is none). Standing: revealed. Struck:
    /// a lie. Dismissed: taken out by the sponsor. Accepted and Skipped: what the award made of it.
    enum Status {
        Sealed,
        Standing,
        Struck,
        Dismissed,
        Accepted,
        Skipped
    }

    /// @notice What a sponsor offers, and for what.
    /// @param problem Merkle root of the problem's rows.
    /// @param targets Merkle root of the demands' baselines and targets.
    /// @param document Content hash: where the problem and the targets can be fetched.
    /// @param baseline M, the sum of all baselines.
    /// @param target B, the sum of all targets; below the baseline.
    /// @param least An improvement below this is not worth a claim; one unit is always needed.
    /// @param pot R_max, what all rewards together can reach.
    /// @param bond What every commitment locks.
    /// @param commitSeconds How long claims are sealed.
    /// @param revealSeconds How long they can then be revealed.
    /// @param challengeSeconds How long they can then be challenged; may be zero.
    /// @param demands How many the problem has.
    /// @param most How many claims can be committed.
    /// @param firstWins Whether the first valid claim wins; otherwise the largest improvement does.
    struct Terms {
        bytes32 problem;
        bytes32 targets;
        bytes32 document;
        uint64 baseline;
        uint64 target;
        uint64 least;
        uint96 pot;
        uint96 bond;
        uint32 commitSeconds;
        uint32 revealSeconds;
        uint32 challengeSeconds;
        uint16 demands;
        uint8 most;
        bool firstWins;
    }

    /// @notice A round, in six slots; the first is all that a commitment touches, the second all that its judge does.
    /// @param commitEnd Seconds since 1970: sealed claims are taken before this.
    /// @param bond What every commitment locks.
    /// @param claims How many were committed.
    /// @param most How many can be.
    /// @param least The least improvement, at least one.
    /// @param demands How many the problem has.
    /// @param firstWins Whether the first valid claim wins.
    /// @param judge Who strikes lies and tells conflicts: whoever was appointed when it was opened. Zero: nobody.
    /// @param revealEnd Claims are revealed from the end of the commitments on, and before this.
    /// @param challengeEnd They are challenged from then on, and before this; afterwards comes the award.
    /// @param finalised Whether everything is paid.
    /// @param sponsor Who opened it and gets back what is not earned.
    /// @param pot What all rewards together can reach.
    /// @param paid Rewards so far.
    /// @param accepted Bit i: claim i is accepted.
    /// @param baseline M.
    /// @param target B.
    /// @param subject keccak256 of the roots of problem and targets, one after the other.
    struct Round {
        uint40 commitEnd;
        uint96 bond;
        uint8 claims;
        uint8 most;
        uint64 least;
        uint16 demands;
        bool firstWins;
        address judge;
        uint40 revealEnd;
        uint40 challengeEnd;
        bool finalised;
        address sponsor;
        uint96 pot;
        uint96 paid;
        uint64 accepted;
        uint64 baseline;
        uint64 target;
        bytes32 subject;
    }

    /// @notice A claim, in three slots and its bitmap; a commitment writes the first alone.
    /// @param digest The seal; once revealed, the hash of the claim; once struck, zero.
    /// @param solver Who revealed it and is paid; once it is struck, who showed that and is paid.
    /// @param improvement Baseline minus value.
    /// @param status Where it stands.
    /// @param value Work and transport of the plan.
    /// @param baseline Sum of the baselines of the demands it covers.
    /// @param target Sum of their targets.
    struct Claim {
        bytes32 digest;
        address solver;
        uint64 improvement;
        Status status;
        uint64 value;
        uint64 baseline;
        uint64 target;
    }

    /// @notice Rounds that are opened from now on have this judge.
    event Appointed(address indexed judge);
    /// @notice A round is open; the three times say when its phases end.
    event Opened(
        uint256 indexed round,
        address indexed sponsor,
        Terms terms,
        uint40 commitEnd,
        uint40 revealEnd,
        uint40 challengeEnd
    );
    /// @notice A sealed claim, and its bond.
    event Committed(uint256 indexed round, address indexed solver, uint8 index, bytes32 seal);
    /// @notice What was sealed: all that a watcher needs to check it.
    event Revealed(
        uint256 indexed round,
        uint8 indexed index,
        address indexed solver,
        bytes claim,
        uint256[] covered,
        bytes32 evidence
    );
    /// @notice A lie was shown. In the end half of the round's bond, rounded down, goes to the challenger, the rest to
    /// the sponsor.
    event Struck(uint256 indexed round, uint8 indexed index, address indexed challenger, uint8 lie);
    /// @notice The sponsor took a claim out; its bond went back. reason: content hash.
    event Dismissed(uint256 indexed round, uint8 indexed index, bytes32 reason);
    /// @notice Claim `last` is skipped if all of `others` (bit i: claim i) are accepted.
    event Conflicting(uint256 indexed round, uint8 indexed last, uint64 others);
    /// @notice A claim was accepted: it earned the reward and has its bond back.
    event Accepted(uint256 indexed round, uint8 indexed index, address indexed solver, uint256 reward);
    /// @notice A claim did not fit those accepted before; it has its bond back.
    event Skipped(uint256 indexed round, uint8 indexed index, address indexed solver);
    /// @notice All is paid, challengers and the sponsor for lies, too. refund: what is left of the pot; forfeited: bonds of claims never revealed; both went to
    /// the sponsor.
    event Finalised(uint256 indexed round, uint256 refund, uint256 forfeited);

    /// @notice A round names its problem, its targets and where they can be fetched; a commitment is not zero.
    error NoCommitment();
    /// @notice A number of the terms is outside its range, which is from `least` to `most`.
    error TermOutOfRange(string term, uint256 given, uint256 least, uint256 most);
    /// @notice There is no such round.
    error NoSuchRound(uint256 round);
    /// @notice This is possible from `from` on and before `until`; now it is `at`.
    error NotNow(uint256 at, uint256 from, uint256 until);
    /// @notice The round has as many claims as it takes.
    error RoundFull(uint256 round, uint8 most);
    /// @notice This seal does not open with these words: another sender, round, claim, evidence or salt; or it is open
    /// already.
    error WrongSeal(bytes32 seal, bytes32 opened);
    /// @notice The claim is not 305 bytes of version 1.
    error NotAClaim(uint256 length);
    /// @notice The claim is about another problem, or measured by other targets.
    error AnotherProblem(bytes32 subject, bytes32 expected);
    /// @notice The bitmap is not the one the claim names, has another length than the round, covers nothing, or a
    /// demand that is none.
    error WrongCover();
    /// @notice The claim's own sums prove less than its bound.
    error BoundNotProved(uint64 bound, uint256 proved);
    /// @notice The target of what it covers is not below the baseline.
    error NothingToGain(uint64 baseline, uint64 target);
    /// @notice It improves on the baseline by less than the round asks for.
    error TooLittle(uint64 baseline, uint256 value, uint64 least);
    /// @notice The claim stands not; it is `status`.
    error NotStanding(uint8 index, Status status);
    /// @notice Only the judge of a round strikes its claims and tells their conflicts.
    error NotTheJudge(address caller, address judge);
    /// @notice Only the sponsor of a round dismisses.
    error NotTheSponsor(address caller, address sponsor);
    /// @notice At least two different claims conflict.
    error NoConflict();
    /// @notice The claims share demands, so they cannot all be accepted anyway.
    error SharedDemands(uint8 index);
    /// @notice A conflict already told says as much, or claim `last` has as many conflicts as can be kept and will be
    /// skipped.
    error NothingNew(uint8 last);
    /// @notice Claim `index` ranks before one that was given, or was given twice.
    error NotInOrder(uint8 index);
    /// @notice Claim `index` still waits for the award.
    error NotAllAwarded(uint8 index);
    /// @notice The round is over.
    error Over(uint256 round);

    /// @notice Says who judges the rounds that are opened from now on; zero: nobody. Those that are open keep their
    /// judge. DEFAULT_ADMIN_ROLE.
    function appoint(address judge_) external;

    /// @notice Opens a round and locks its pot, out of the caller's stake. COORDINATOR_ROLE.
    /// @return id The round's number.
    function open(Terms calldata terms) external returns (uint256 id);

    /// @notice Commits a sealed claim and locks a bond, out of the caller's stake. Nobody else can reveal it, so a copy
    /// is worth nothing.
    /// @param seal_ `seal(...)` of the claim.
    /// @return index The claim's number in the round.
    function commit(uint256 round, bytes32 seal_) external returns (uint8 index);

    /// @notice Opens a sealed claim. What is plainly wrong is refused here; the rest is for the judge.
    /// @param salt What made the seal unguessable.
    /// @param claim The claim, 305 bytes.
    /// @param covered Bitmap of the demands it covers.
    /// @param evidence Content hash: where the whole certificate can be fetched.
    function reveal(
        uint256 round,
        uint8 index,
        bytes32 salt,
        bytes calldata claim,
        uint256[] calldata covered,
        bytes32 evidence
    ) external;

    /// @notice Takes a claim out whose evidence nobody can fetch: silence cannot be refuted. Its bond goes back in
    /// full. By the sponsor, in the challenge window.
    /// @param reason Content hash of the reason.
    function dismiss(uint256 round, uint8 index, bytes32 reason) external;

    /// @notice Decides the next claims. By anyone, after the challenge window; in batches, if one transaction is too
    /// small for all.
    /// @param order The next standing claims, in the order of their rank, none left out.
    function award(uint256 round, uint8[] calldata order) external;

    /// @notice Pays the sponsor what is left, when all claims are decided. By anyone.
    function finalise(uint256 round) external;

    /// @notice Who judges the rounds that are opened from now on.
    function judge() external view returns (address);

    /// @notice How many rounds there are.
    function count() external view returns (uint64);

    /// @notice All of a round; zeros if there is none.
    function roundOf(uint256 round) external view returns (Round memory);

    /// @notice All of a claim; zeros if there is none.
    function claimOf(uint256 round, uint8 index) external view returns (Claim memory);

    /// @notice The conflicts in which a claim ranks last: for each, the other claims as bits.
    function conflictsOf(uint256 round, uint8 index) external view returns (uint64[] memory);

    /// @notice The seal of a claim: keccak256(abi.encode(this address, chain id, round, solver, claim digest, evidence,
    /// salt)).
    /// @param digest keccak256 of the claim's 305 bytes.
    function seal(uint256 round, address solver, bytes32 digest, bytes32 evidence, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice What a value between target and baseline earns (see RewardCurve).
    function reward(int128 value, int128 target, int128 baseline, uint256 most) external pure returns (uint256);
}
