"""Market agreement: who can take part in which order. Start with `matching.py`."""
