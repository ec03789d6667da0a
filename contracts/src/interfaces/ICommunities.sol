// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ICommunities: who belongs together, by which rules, and what they own together
/// @notice Money is cents, time is seconds since 1970, shares are millionths. A community is known by its number, from one; number one is
/// the league itself. It acts through its hand, a TimelockController of its own that only the council moves.
interface ICommunities {
    /// @notice Who may join: anyone; members of the league's registry whose services are certified; whom the community has invited.
    enum Joining {
        Open,
        Certified,
        Invited
    }

    /// @notice What counts: every member alike, or what it has contributed in cents.
    enum Measure {
        Equal,
        Contribution
    }

    /// @notice How a community decides and shares.
    /// @param joining Who may join.
    /// @param weight What a member's vote counts; for good.
    /// @param sharing By what the treasury is shared.
    /// @param quorum Millionths of all weight that must vote for or abstain, rounded up, at least one unit.
    /// @param delay Seconds between a proposal and the first vote on it.
    /// @param period Seconds in which votes are taken.
    struct Rules {
        Joining joining;
        Measure weight;
        Measure sharing;
        uint32 quorum;
        uint32 delay;
        uint32 period;
    }

    /// @notice A community.
    /// @param hand What acts for it.
    /// @param parent The one community that it is a member of; zero for none.
    /// @param rules How it decides and shares.
    /// @param treasury What it owns, in cents.
    /// @param name What people call it.
    struct Community {
        address hand;
        uint32 parent;
        Rules rules;
        uint128 treasury;
        string name;
    }

    /// @notice A community was founded.
    event FoundedCommunity(uint32 indexed community, address indexed founder, address hand, string name, Rules rules);
    /// @notice A community has other rules.
    event Amended(uint32 indexed community, Rules rules);
    /// @notice A community lets this account join.
    event Invited(uint32 indexed community, address indexed account);
    /// @notice A member joined; `child` is the community whose hand it is, or zero.
    event Joined(uint32 indexed community, address indexed member, uint32 child);
    /// @notice A member is one no more. What it has contributed stays; what it was given is its own.
    event Left(uint32 indexed community, address indexed member, bool expelled);
    /// @notice A member's weight is from now on part of this member's vote.
    event Delegated(uint32 indexed community, address indexed member, address indexed to);
    /// @notice A member gave money to the treasury.
    event Contributed(uint32 indexed community, address indexed member, uint256 amount);
    /// @notice The treasury pays. `reason` is a content hash.
    event Paid(uint32 indexed community, address indexed to, uint256 amount, bytes32 reason);
    /// @notice A part of the treasury was shared: these members were given these amounts, which add up to `amount`.
    event Shared(uint32 indexed community, uint256 amount, address[] members, uint256[] amounts);

    error NoSuchCommunity(uint32 community);
    /// @notice A name has 1 to 64 bytes.
    error BadName(uint256 length);
    error OutOfRange(string term, uint256 given, uint256 least, uint256 most);
    /// @notice Weight was bought or earned by the rule of the founding.
    error WeightIsForGood();
    error NotTheHand(address caller, address hand);
    error NotAMember(uint32 community, address account);
    error AlreadyAMember(uint32 community, address account);
    error NotInvited(uint32 community, address account);
    error NotCertified(address account);
    /// @notice Still certified, so only the community itself can expel it.
    error StillCertified(address account);
    /// @notice A community has at most so many members; large ones are made of communities.
    error CommunityFull(uint256 most);
    error TooManyMemberships(address account, uint256 most);
    /// @notice The account would have two voices in one society: it is in `other`, which belongs to the same.
    error TwoVoices(address account, uint32 community, uint32 other);
    /// @notice A community is a member of one other at most.
    error AlreadyPartOf(uint32 community, uint32 parent);
    /// @notice Communities of communities grow from the top: who has communities as members joins none.
    error HasCommunities(uint32 community);
    error TooDeep(uint256 most);
    error TreasuryTooSmall(uint32 community, uint256 there, uint256 needed);
    /// @notice Nobody has anything to share by.
    error NothingToShareBy(uint32 community);
    /// @notice Weights are known of moments that are over.
    error NotOver(uint256 at, uint256 now_);

    /// @notice Founds a community; the first of all, the league's own, DEFAULT_ADMIN_ROLE. Who founds it is its first member, unless the rule is Certified and it is not.
    /// @param name 1 to 64 bytes. @param timelock Seconds between a decision and its execution, at most 90 days.
    function found(string calldata name, Rules calldata rules, uint32 timelock) external returns (uint32 community);

    /// @notice Joins, by the community's rule. Communities join by their hands, and are always to be invited.
    function join(uint32 community) external;

    /// @notice Leaves. Always possible; the treasury stays where it is.
    function leave(uint32 community) external;

    /// @notice Lets a member's weight count in another member's vote, of proposals made from then on; its own address takes it back.
    function delegate(uint32 community, address to) external;

    /// @notice Gives free money to the treasury. A community gives from its own.
    function contribute(uint32 community, uint128 amount) external;

    /// @notice Ends the membership of one whose certificate was withdrawn, where the rule is Certified. Anyone.
    function lapse(uint32 community, address member) external;

    /// @notice Other rules. Its hand.
    function amend(uint32 community, Rules calldata rules) external;

    /// @notice Lets an account join. Its hand.
    function invite(uint32 community, address account) external;

    /// @notice Ends a membership. Its hand.
    function expel(uint32 community, address member) external;

    /// @notice Pays from the treasury into what `to` can withdraw; into the treasury if it is a community's hand. Its hand.
    function pay(uint32 community, address to, uint128 amount, bytes32 reason) external;

    /// @notice Shares a part of the treasury among the members by the community's measure, to the cent. Its hand.
    function share(uint32 community, uint128 amount) external;

    /// @notice How many there are.
    function count() external view returns (uint32);

    function communityOf(uint32 community) external view returns (Community memory);

    /// @notice The community whose hand this is; zero for none.
    function byHand(address hand) external view returns (uint32);

    function isMember(uint32 community, address account) external view returns (bool);

    /// @notice In the order in which treasuries are shared.
    function membersOf(uint32 community) external view returns (address[] memory);

    /// @notice The communities of an account.
    function membershipsOf(address account) external view returns (uint32[] memory);

    /// @notice What a member has contributed since it joined, in cents.
    function contributed(uint32 community, address member) external view returns (uint128);

    /// @notice Whose vote a member's weight is part of.
    function delegateOf(uint32 community, address member) external view returns (address);

    /// @notice The weight of an account's vote at a moment that is over, with what others delegated to it.
    function weightAt(uint32 community, address account, uint48 at) external view returns (uint256);

    /// @notice All weight of a community at a moment that is over.
    function totalAt(uint32 community, uint48 at) external view returns (uint256);
}
