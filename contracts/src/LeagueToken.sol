// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Switchable} from "./Switchable.sol";

/// @title LeagueToken: the league's money, counted in cents
/// @notice What it is: an ERC-20 token with two decimals and signed approvals (ERC-2612). One unit is one cent.
///
/// Who may do what: MINTER_ROLE mints (against money received outside the chain); every holder sends and approves its
/// own. Nobody can take or burn another's.
///
/// How it is switched off: `pause()` stops every transfer and every mint; approvals and reads go on. It is the main tap of
/// the league: with the token paused no contract of the league can move money. Taking MINTER_ROLE away ends minting only.
contract LeagueToken is ERC20, ERC20Permit, Switchable {
    /// @notice May create money.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /// @param name_ Name shown to people, also the domain of signed approvals.
    /// @param symbol_ Currency sign.
    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(string memory name_, string memory symbol_, address admin)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
        Switchable(admin)
    {}

    /// @notice Creates `amount` cents for `to`. MINTER_ROLE. Emits Transfer from zero.
    function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) {
        _mint(to, amount);
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
