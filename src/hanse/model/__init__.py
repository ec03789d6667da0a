"""The vocabulary, and the judge. Start with `problem.py`, then `check.py`."""
