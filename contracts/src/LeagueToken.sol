// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Switchable} from "./Switchable.sol";

/// @title LeagueToken: the league's money, counted in cents
/// @notice What it is: an ERC-20 token with two decimals and signed approvals (ERC-2612). One unit is one cent.
///
/// Supply rule: money is created against a record of money received outside the chain, of which it names the hash, and
/// destroyed by its holder against a record of money paid out there. A record justifies one creation for ever, and one
/// destruction of each holder. In a period of 30 days no more than `limit` is created.
///
/// Who may do what: MINTER_ROLE mints; DEFAULT_ADMIN_ROLE sets the limit; every holder sends, approves and retires its own.
/// Nobody can take or burn another's.
///
/// How it is switched off: `pause()` stops every transfer, every mint and every retirement; approvals and reads go on. It is the
/// main tap of the league: with the token paused no contract of the league can move money. Taking MINTER_ROLE away ends minting
/// only, and so does a limit of zero.
contract LeagueToken is ERC20, ERC20Permit, Switchable {
    /// @notice May create money.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
    /// @notice How long a limit holds before it begins anew; periods are counted from 1970.
    uint256 public constant PERIOD = 30 days;

    /// @notice What may be created in one period, in cents; at first anything.
    uint256 public limit = type(uint256).max;
    /// @notice What was created in a period, by its number.
    mapping(uint256 period => uint256) public mintedIn;
    /// @notice Whether money was created against a record.
    mapping(bytes32 reason => bool) public minted;
    /// @notice Whether a holder destroyed money against a record.
    mapping(address holder => mapping(bytes32 reason => bool)) public retired;

    /// @notice Money was created. reason: hash of the record of what the league was paid for it.
    event Minted(address indexed to, uint256 amount, bytes32 indexed reason);
    /// @notice Money was destroyed by its holder. reason: hash of the record of what the league paid for it.
    event Retired(address indexed holder, uint256 amount, bytes32 indexed reason);
    /// @notice So much may be created in a period from now on.
    event Limited(uint256 limit);

    /// @notice Supply changes for a reason.
    error NoReason();
    /// @notice This record has justified a change of supply already.
    error AlreadyJustified(bytes32 reason);
    /// @notice Only `left` may be created before the period ends.
    error OverLimit(uint256 amount, uint256 left);

    /// @param name_ Name shown to people, also the domain of signed approvals.
    /// @param symbol_ Currency sign.
    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(string memory name_, string memory symbol_, address admin)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
        Switchable(admin)
    {}

    /// @notice Creates `amount` cents for `to`. MINTER_ROLE. Emits Transfer from zero, and Minted.
    /// @param reason Hash of the record of money received; it was never used before.
    function mint(address to, uint256 amount, bytes32 reason) external onlyRole(MINTER_ROLE) {
        if (reason == 0) revert NoReason();
        if (minted[reason]) revert AlreadyJustified(reason);
        // Whoever makes the block may bend the time by seconds; a period has millions.
        // forge-lint: disable-next-line(block-timestamp)
        uint256 period = block.timestamp / PERIOD;
        uint256 before = mintedIn[period];
        uint256 left = before < limit ? limit - before : 0;
        if (amount > left) revert OverLimit(amount, left);
        (minted[reason], mintedIn[period]) = (true, before + amount);
        emit Minted(to, amount, reason);
        _mint(to, amount);
    }

    /// @notice Destroys `amount` cents of the caller's own. Emits Transfer to zero, and Retired.
    /// @param reason Hash of the record of money paid out; the caller never used it before.
    function retire(uint256 amount, bytes32 reason) external {
        if (reason == 0) revert NoReason();
        if (retired[msg.sender][reason]) revert AlreadyJustified(reason);
        retired[msg.sender][reason] = true;
        emit Retired(msg.sender, amount, reason);
        _burn(msg.sender, amount);
    }

    /// @notice Limits what may be created in a period, this one included. DEFAULT_ADMIN_ROLE.
    function setLimit(uint256 limit_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        limit = limit_;
        emit Limited(limit_);
    }

    /// @notice Two: amounts are cents.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @dev Every mint and transfer passes here.
    function _update(address from, address to, uint256 value) internal override whenNotPaused {
        super._update(from, to, value);
    }
}
