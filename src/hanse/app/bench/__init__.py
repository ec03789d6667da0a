"""`hanse bench`: solvers on families of instances, each run in a process of its own, every plan judged.

    families.py   what a family is: a folder of problem files and the best values known
    runs.py       one run: what was asked (its key) and what came of it; the file of finished runs, which resumes
    solvers.py    who takes part: Hanse's engines and its peers, all behind one function
    child.py      the process of one run: reads, warms up, solves, tells
    measure.py    starts that process with hard limits on time and memory, and has its plan judged
    summary.py    the figures by family and solver
    figure.py     mean gap over time, as SVG
    results.py    the folder of results: runs.jsonl, summary.md, gap.html
    bench.py      all of it in order

Start with `bench.py`.
"""
