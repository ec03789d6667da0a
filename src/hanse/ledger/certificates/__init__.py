"""Certificates: a plan and its bound, claimed in 225 bytes, checked in milliseconds, refuted by a small witness.

    certify.py      certify, verify                                             (start reading here)
    refute.py       refute: the smallest witness against a false claim
    rules.py        check_witness: one rule a lie, the twin of the contract
    claim.py        what stands on the chain           witness.py   what refutes it, as bytes
    leaves.py       the four trees, leaf by leaf       certificate.py   building and encoding them
    lies.py         finding lies, by columns           bounds.py    cheapest paths at prices

Pure: values in, values out. No chain, no disk, no clock.
"""
