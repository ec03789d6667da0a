"""A validator's files for Hyperledger Besu, which agrees by QBFT: whatever is in a block stays.

What each setting means is in Besu's documentation: Command line options (public networks, reference), Use a profile,
Static nodes, Free gas network, QBFT. `tests/network/test_besu.py` says which page each is from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hanse.network.files import SECRET, File, Keys, enode
from hanse.network.sites import Network, Site

VERSION = "25.12.0"
IMAGE = f"hyperledger/besu:{VERSION}"

_SETTINGS = """\
# One validator of a QBFT network. What is its own lies beside it: key, genesis.json, static-nodes.json, and the chain.
data-path = "/node"
genesis-file = "/node/genesis.json"
# What is right for a network of few who know each other; with it the next two, says Besu. FOREST keeps every state, so
# that contracts can be asked as they were after any block.
profile = "ENTERPRISE"
sync-mode = "FULL"
data-storage-format = "FOREST"

# Only those in static-nodes.json are met, and where others meet this one.
discovery-enabled = false
p2p-host = "{host}"
p2p-port = {peers}

# What Hanse asks; nothing that changes a node is offered.
rpc-http-enabled = true
rpc-http-host = "{listen}"
rpc-http-port = {ask}
rpc-http-api = ["ETH", "NET", "WEB3"]
host-allowlist = [{names}]

# Nobody pays for gas.
min-gas-price = 0
"""


def files(network: Network, site: Site, keys: Sequence[Keys], genesis: str) -> list[File]:
    """A validator's directory, which is its Besu's data path. keys: of all, in the order of sites."""
    nodes = [enode(key.node, peer) for key, peer in zip(keys, network.sites, strict=True)]
    names = ["localhost", "127.0.0.1", *(one.name for one in network.sites if network.contained)]
    settings = _SETTINGS.format(
        host=site.host,
        peers=site.peers,
        listen=network.listen,
        ask=site.ask,
        names=", ".join(f'"{name}"' for name in names),
    )
    return [
        File("genesis.json", genesis),
        File("besu.toml", settings),
        File("static-nodes.json", json.dumps(nodes, indent=2)),
        File("key", keys[site.number - 1].node.to_hex(), SECRET),
    ]
