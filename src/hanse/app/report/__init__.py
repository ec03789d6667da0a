"""The report: one HTML file that tells a voyage to the people who answer for it.

    render(voyage)          the page as text
    write(voyage, path)     the same, onto disk, all or nothing

words.py      amounts, times and the gap, as sentences
summary.py    the first screen: what was agreed, on time or not, cost, how good, who does what
drawing.py    a plan as bars and legs: what Gantt chart and map draw
data.py       everything the page holds, as one JSON value
gantt.py      one plan as a page of its own, or a still picture (still.py): save_gantt(problem, plan, path)
page.py       template, style, scripts and data become one file
web/          template.html, report.css, chart.css and one script per section, in the order of `page.SCRIPTS`
"""

from hanse.app.report.page import render, write

__all__ = ["render", "write"]
