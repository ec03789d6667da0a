"""`hanse simulate`: a floor played for people and for brokers, and the study of weeks with and without sharing.

play.py    events as readings, at their time     broker.py    a publisher of Sparkplug B     table.py   a CSV file
study.py   seeds over processes                  document.py  the findings, and their picture
"""
