"""Market agreement: who can take part in which order (`matching.py`), who wins a round (`award.py`, `competition.py`),
and what that earns (`reward.py`)."""
