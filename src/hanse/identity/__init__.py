"""Who is who: decentralised identifiers over the league's contract, credentials of notaries, and what holders show.

did.py            did:pkh and did:ethr, read and written
registry.py       what the chain says of identities, at a named block
document.py       the DID document of an identity at that block
keys.py           signatures of accounts as JSON web signatures (ES256K)
disclosure.py     claims behind salted hashes (SD-JWT)
credential.py     what a notary states of an organisation, a person or a device
presentation.py   what its holder shows of it, to one reader, now; and the reader's judgement
mandates.py       how much a clerk may still sign for
refusals.py       what was refused and why, kept
network.py        enterprises, people and devices as nodes, with their links
"""
