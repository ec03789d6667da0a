"""What a league recorded on its chain, shown on another.

    records.py    events as rows of a Merkle tree, and paths to its root: pure
    statement.py  what attestors sign of a stretch of the chain, and whether enough did: pure
    source.py     the league's chain: which records are in a stretch, and whether it has turned since
    beacon.py     the contract on the other chain

Start with `statement.py`: whatever is believed on the other chain is believed for what stands there.
"""
