"""A validator's files for go-ethereum, which seals Clique up to 1.13.15.

It refuses to be started with a least price of zero, and does what it must not: takes its neighbour's free transactions
for too cheap. Once it runs it may be told, so `start.sh` tells it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from eth_account import Account

from hanse.network.files import PROGRAM, SECRET, File, Keys, enode
from hanse.network.genesis import CLIQUE_GAS
from hanse.network.sites import Network, Site

VERSION = "1.13.15"
"""The last that seals Clique."""

IMAGE = f"ethereum/client-go:v{VERSION}"

CACHE = 256
"""Megabytes of memory for what was read lately; left alone it takes four gigabytes."""

EASY_SCRYPT = 4096
"""The password is drawn, not chosen: nobody guesses 256 bits, so nothing is won by making the guess slow."""

_START = """\
#!/bin/sh
# Starts this validator, here, until it is ended: SIGTERM lets it save what it knows. HANSE_GETH: the program,
# if it is not on the PATH.
set -eu
cd "$(dirname "$0")"
geth="${{HANSE_GETH:-geth}}"

# Again and again without harm; it refuses a chain with another first block.
"$geth" --verbosity 1 --datadir chain --state.scheme hash init genesis.json

# Free transactions of others are taken for free only if the running node is told; $$ will be the node itself.
(
    until "$geth" attach --exec 'miner.setGasPrice(0)' chain/geth.ipc >/dev/null 2>&1; do
        kill -0 $$ 2>/dev/null || exit 0
        sleep 1
    done
) &

# Unlocked, its account signs blocks; it owns nothing and holds no office, whatever else it is made to sign.
exec "$geth" --config node.toml --networkid {chain_id} --cache {cache} --nodekey nodekey \\
    --keystore keystore --password password --unlock {address} --allow-insecure-unlock \\
    --mine --miner.etherbase {address} "$@"
"""

_SETTINGS = """\
# One validator of a Clique network. What is its own lies beside it: nodekey, keystore, password, and the chain itself.
[Eth]
NetworkId = {chain_id}
SyncMode = "full"
# Every state and every transaction is kept, so that contracts can be asked as they were after any block.
NoPruning = true
StateScheme = "hash"
TransactionHistory = 0

[Eth.Miner]
GasCeil = {gas}
# The least it lets itself be started with; start.sh sets it to nothing.
GasPrice = 1
Recommit = {recommit}

[Node]
DataDir = "chain"
# What Hanse asks; nothing that changes a node is offered.
HTTPHost = "{listen}"
HTTPPort = {ask}
HTTPModules = ["eth", "net", "web3"]
HTTPVirtualHosts = [{names}]
AuthAddr = "127.0.0.1"
AuthPort = {authority}

[Node.P2P]
# Only those in StaticNodes are met.
NoDiscovery = true
ListenAddr = ":{peers}"
MaxPeers = {most}
StaticNodes = [
{nodes}]
"""


def files(network: Network, site: Site, keys: Sequence[Keys], genesis: str) -> list[File]:
    """A validator's directory. keys: of all, in the order of sites."""
    own = keys[site.number - 1]
    password = secrets.token_hex(32)
    sealed = Account.encrypt(own.signer.to_bytes(), password, kdf="scrypt", iterations=EASY_SCRYPT)
    others = [enode(key.node, peer) for key, peer in zip(keys, network.sites, strict=True) if peer is not site]
    return [
        File("genesis.json", genesis),
        File("node.toml", _settings(network, site, others)),
        File("nodekey", own.node.to_bytes().hex(), SECRET),
        File(f"keystore/{own.address[2:].lower()}.json", json.dumps(sealed), SECRET),
        File("password", password, SECRET),
        File("start.sh", _start(network, own), PROGRAM),
    ]


def _start(network: Network, own: Keys) -> str:
    return _START.format(address=own.address, chain_id=network.chain_id, cache=CACHE)


def _settings(network: Network, site: Site, others: Sequence[str]) -> str:
    names = ["localhost", site.name] if network.contained else ["localhost"]
    return _SETTINGS.format(
        chain_id=network.chain_id,
        gas=CLIQUE_GAS,
        recommit=10**9,
        listen=network.listen,
        ask=site.ask,
        names=", ".join(f'"{name}"' for name in names),
        authority=site.authority,
        peers=site.peers,
        most=2 * len(network.sites) + 8,
        nodes="".join(f'    "{node}",\n' for node in others),
    )
