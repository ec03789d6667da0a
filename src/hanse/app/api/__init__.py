"""The service (`hanse serve`): one league's ledger over HTTP. Start with `service.py`, then `routes/orders.py`.

service.py      what is open while it runs, and the threads that keep it going      settings.py  what it was asked for
server.py       `serve`: from a data directory to a process that ends cleanly       workers.py   delivery, index, clock
application.py  the FastAPI application: routes, errors, examples                   gate.py      limits, headers, logs
routes/         one module a subject, a few lines a route                           shapes/      what goes in and out
callers.py      who is asking, and what it may                                      problems.py  errors as problem+json
actions.py      writes: taken once, signed, stored, followed                        reading/     who sees what
people.py       accounts and invitations        sessions.py  cookies, CSRF, unlocked keys      wallets.py  EIP-4361
keystore.py     managed keys, encrypted         live.py      server-sent events                logs.py     JSON lines
limits.py       how often somebody may ask
quoting.py      dated quotes of an order        figures.py   what making takes, what is promised quotebook.py
tendering.py    requests for quotation          finding.py   notices, found and suggested
proposing.py    a planned order as a deal       recording.py a plan as a block                 duties.py   the clock

The ledger is synchronous and stays in worker threads: routes are plain functions, which FastAPI runs in its own. Only
the gate, the stream of events and the server itself are asynchronous. Nothing here is imported before `hanse serve`
needs it.
"""
