"""Value interconnection: how money is divided when work is settled (`settlement.py`)."""
