"""What a wallet signs, here: its key never leaves the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.api import shapes


def personal(wallet: LocalAccount, message: str) -> str:
    """As `personal_sign` signs a text."""
    from eth_account.messages import encode_defunct

    return "0x" + bytes(wallet.sign_message(encode_defunct(text=message)).signature).hex()


def typed(wallet: LocalAccount, typed: dict[str, Any]) -> str:
    """As `eth_signTypedData_v4` signs."""
    from eth_account.messages import encode_typed_data

    return "0x" + bytes(wallet.sign_message(encode_typed_data(full_message=typed)).signature).hex()


def transaction(wallet: LocalAccount, asked: shapes.ToSign) -> str:
    """A transaction, ready to be sent."""
    from hanse.ledger.signing import Fees, sign

    raw, _ = sign(
        wallet,
        chain_id=asked.chain_id,
        nonce=asked.nonce,
        gas=asked.gas,
        to=asked.to,
        value=asked.value,
        data=bytes.fromhex(asked.data[2:]),
        fees=Fees(asked.most, asked.tip),
    )
    return "0x" + raw.hex()
