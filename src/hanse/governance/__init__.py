"""How members decide together: communities and their rules, proposals and votes, the league's parameters.

Pure: values in, values out. `rules` is the contracts' twin; `charter` names the parameters; `wishes` makes of what
somebody wants the calls that do it, and of calls the words people read before they vote. What is on the chain is in
`hanse.ledger.communities`. docs/governance.md has the story.
"""
