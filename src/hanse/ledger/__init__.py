"""The ground floor: an Ethereum ledger that survives crashes, and what a league records on it.

    store.py      open_ledger: everything of a data directory, opened and closed in order   (start reading here)
    league.py     the contracts as typed actions and reads        founding.py   deploying, finding, gas money
    outbox.py     signs once, remembers before sending            delivery.py   sends until the chain has it
    entries.py    what the outbox remembers                       opening.py    the database of a directory
    database.py   the port to a database                          sqlite.py postgres.py   a file, a server
    schema.py     its tables, whatever it had before              migrations/   how it came to them
    index.py      read models from events                         tables.py     their rows, and how events change them
    chain.py      the port to a chain                             rpc.py        any node, by its address
    embedded.py   the chain Hanse brings along                    anvil.py      the program behind it
    desk.py       writes of a service that cannot wait            lookup/       its reads      impatient.py  its chain
    signing.py    signed transactions as bytes                    local.py      asking it, over plain http
    deal.py       what parties sign                    agreements.py settlement.py   signed, worked, paid
    contracts.py  compiled contracts: encode, decode, explain     keys.py content.py   accounts; bytes by hash
    sumtree.py    Merkle sum trees                                certificates/        proofs, and refutations

Names are imported from their modules, so that importing one part does not load the others.
"""
