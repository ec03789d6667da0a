"""Value interconnection: what settled orders say of their parties (`reputation.py`)."""
