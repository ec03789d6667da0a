"""Trade-offs for people: `hanse pareto` and `hanse pick`.

words.py   objectives and their values as people read them
files.py   a front on disk: front.json (read again by pick), front.csv
energy.py  energy by order
page.py    one interactive HTML page; web/ has its template, style and script
"""
