"""Rights: whose a design is, who may make it and read it, and what can be shown of a product. Start with `sealing`.

royalty.py    what an order owes a design's owner: the twin of RoyaltyRule.sol
sealing.py    files that only their readers can open; keys of readers, and who says that they are whose
proof.py      records of a chain with all that shows them offline: headers, receipts, logs
passport.py   a product's passport: what the proven records and documents say of it, and nothing else
life.py       what becomes of a product after it was delivered, to the day it is recycled
"""
