"""Certificates: a plan and its bound, claimed in 305 bytes, checked in milliseconds, refuted by a small witness.

    certify.py      certify, verify                                             (start reading here)
    refute.py       refute: the smallest witness against a false claim
    rules/          check_witness: one rule a lie, the twin of the contract
    claim.py        what stands on the chain           witness.py       what refutes it, as bytes
    leaves.py       the trees, leaf by leaf            certificate.py   building and encoding them
    coverage.py     which jobs a claim is about        targets.py       what its round asks of them
    lies.py         finding lies, by columns           opened.py        a tree with all its nodes
    view.py         what a rule may ask for            (model/bound.py: cheapest paths at prices)
    conflicts.py    claims that overbook a machine together, found and checked

Pure: values in, values out. No chain, no disk, no clock.
"""
