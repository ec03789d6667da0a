"""Who runs what when, machines being finite. Start with `cpsat.py`; the words are in `shop.py`."""
