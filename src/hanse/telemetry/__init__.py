"""Machine and sensor data in, signed records out (Ramakurthi 2023; Ouyang 2019, R1 to R3).

A reading comes from a *source* (a gateway, a server, a file) by an adapter: `mqtt` with `sparkplug`, `opcua`, `table`.
`gate` decides whether it may enter, `journal` keeps it in the order of arrival and seals what came in since the last
seal, `floor` says what the readings mean for the operations of a plan, and `forecast` what that means for its jobs.
`aas` reads what machines can do from an Asset Administration Shell.
"""
