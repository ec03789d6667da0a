"""Value interconnection: how money is divided when work is settled (`settlement.py`), and what settled orders say of
their parties (`reputation.py`)."""
