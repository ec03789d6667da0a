"""A shop floor that plays a plan while machines break down, work slowly and rush orders come (docs/simulate.md).

trouble.py   what goes wrong, drawn beforehand     pace.py      how far a machine gets with its work
shop.py      the floor itself, event by event      outlook.py   how it will go on, as far as anyone there can know
operate.py   a league that shares while it plays   market.py    windows as offers: what is said, signed and paid
peers.py     members that decide for themselves    week.py      the study: a drawn week with and without sharing

Nothing here reads a clock or a file. Times are the problem's.
"""
