"""Who makes what, at what price, if time hardly matters. Start with `exact.py`, then `routes.py`."""
